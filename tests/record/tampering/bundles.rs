//! Records that hold every kind of file that a record can hold.

use std::fs;
use std::path::{Path, PathBuf};

use runsheet::record::Bundle;

use super::super::bench::{Bench, succeeded};
use super::{Alice, utf8, without};

/// The lab's technician reads the labels of two servers; the reports are the pictures.
const STOCK: &str = "---\nsummary: What is there.\nrisk: low\n---\n\n# Take stock\n\n\
    ## Read a label\n\n\
    ```manual read on=floor lab=\"read xen1\"\n\
    Read the label of xen1, and take a picture of it.\nserial: word\npicture: file\n```\n\n\
    ## Read another\n\n\
    ```manual read on=floor lab=\"read xen2\"\n\
    The same of xen2.\nserial: word\npicture: file\n```\n";

/// A record with two approvals and two files that came with its steps.
pub(super) fn approved(bench: &Bench) -> PathBuf {
    bench.file("stock.md", STOCK);
    bench.file("plan.txt", succeeded(&bench.runsheet("plan stock.md")));
    succeeded(&bench.runsheet("approve plan.txt --key bob --until 2100-01-01T00:00:00Z"));
    succeeded(&bench.runsheet("approve plan.txt --key bob --ticket CHG1"));
    let run = "run --key alice --allowed-signers allowed_signers --ticket CHG1 stock.md";
    let record = bench.named(&succeeded(&bench.runsheet(run)));
    for (folder, files) in [("approvals", 4), ("evidence", 2)] {
        let kept = fs::read_dir(record.join(folder)).expect("a folder").count();
        assert_eq!(kept, files, "{folder}");
    }
    record
}

/// The record of an emergency, made again when it had been approved afterwards.
pub(super) fn emergency(bench: &Bench) -> PathBuf {
    let plan = succeeded(&bench.runsheet("plan -i inventory.yaml greet.md"));
    bench.file("plan.txt", plan);
    let run = "run -i inventory.yaml --key alice --emergency --ticket CHG1 greet.md";
    succeeded(&bench.runsheet(run));
    succeeded(&bench.runsheet("approve plan.txt --key bob --ticket CHG1"));
    let said = succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
    assert!(said.contains("emergency: approved afterwards"), "{said}");
    bench.named(&said)
}

/// A record of a run that was cut short twice, with what was torn.
pub(super) fn torn(bench: &Bench) -> PathBuf {
    succeeded(&bench.runsheet("run -i inventory.yaml greet.md"));
    bench.cut_journal("\"event\":\"outcome\"");
    succeeded(&bench.runsheet("resume -i inventory.yaml"));
    bench.cut_journal("\"event\":\"run-ended\"");
    let said = succeeded(&bench.runsheet("seal -i inventory.yaml --key alice"));
    bench.named(&said)
}

/// A record without its reports and recordings, sealed like that. They are files like others, and
/// a page's style alone is half as long again as all the rest.
pub(super) fn bare(bench: &Bench, record: &Path) -> Bundle {
    let bundle = Bundle::read(utf8(record)).expect("a record");
    let pages = ["report.", "player.", "casts/"];
    let bundle = without(&bundle, |name| {
        pages.iter().any(|page| name.starts_with(page))
    });
    Alice::of(bench).seals(&bundle)
}
