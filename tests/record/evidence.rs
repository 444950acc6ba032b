//! Files that came with a person's step: sealed with the record, and held to what the journal
//! says of them.

use std::fs;
use std::path::PathBuf;

use runsheet::record::Bundle;

use super::bench::{Bench, refused, succeeded};
use super::tampering::{rejected, utf8, with};

/// The lab's technician reads the label of a server; the report is the picture.
const STOCK: &str = "# Take stock\n\n## Read the label\n\n\
    ```manual read on=floor lab=\"read xen1\"\n\
    Read the label of xen1, and take a picture of it.\nserial: word\npicture: file\n```\n";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.file("stock.md", STOCK);
    bench
}

/// The record of the one run, and the name in it of the picture.
fn sealed(bench: &Bench) -> (PathBuf, String) {
    succeeded(&bench.runsheet("run --key alice stock.md"));
    let record = bench.path(".runsheet/records/lab-1-0001");
    let kept = fs::read_dir(record.join("evidence")).expect("evidence");
    let names: Vec<_> = kept
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    let [name] = names.as_slice() else {
        panic!("one file: {names:?}");
    };
    (record, format!("evidence/{}", name.display()))
}

#[test]
fn a_picture_is_sealed_and_named_in_the_reports() {
    let bench = bench();
    let (record, picture) = sealed(&bench);
    let bytes = fs::read_to_string(record.join(&picture)).expect("text");
    assert!(bytes.contains("serial: "), "{bytes}");

    let said = succeeded(&bench.verify(&record));
    assert!(
        said.contains("result     successful: 1 step: 1 passed"),
        "{said}"
    );
    assert!(bench.stock_tools(&record));
    let (_, name) = picture.split_once('/').expect("in a folder");
    for (report, name) in [
        ("report.html", name.to_owned()),
        // It is text there, where punctuation may be markup.
        ("report.md", name.replace('-', "\\-").replace('.', "\\.")),
    ] {
        let report = fs::read_to_string(record.join(report)).expect("a report");
        let line = report.lines().find(|line| line.contains("Kept as picture"));
        assert!(line.is_some_and(|line| line.contains(&name)), "{report}");
        assert!(
            report.contains("serial") && !report.contains("quot;file"),
            "{report}"
        );
    }
}

#[test]
fn another_picture_is_found_even_if_it_was_sealed() {
    let bench = bench();
    let (record, picture) = sealed(&bench);
    let bundle = Bundle::read(utf8(&record)).expect("a record");

    fs::write(record.join(&picture), "another server").expect("written");
    let said = refused(&bench.verify(&record), 4);
    assert!(
        said.contains(&format!("`{picture}` is not what was sealed")),
        "{said}"
    );
    assert!(!bench.sums_hold(&record));
    fs::remove_dir_all(record.join("evidence")).expect("removed");
    let said = refused(&bench.verify(&record), 4);
    assert!(said.contains(&format!("`{picture}` is missing")), "{said}");

    let said = rejected(&bench, &with(&bundle, &picture, b"another server"));
    assert!(said.contains("is not the file that was kept"), "{said}");
}

#[test]
fn a_run_that_lost_its_picture_is_not_sealed() {
    let bench = bench();
    succeeded(&bench.runsheet("run stock.md"));
    let folder = bench.path(".runsheet/runs/lab-1-0001/evidence");
    fs::remove_dir_all(&folder).expect("there was one");
    let said = refused(&bench.runsheet("seal --key alice lab-1-0001"), 2);
    assert!(said.contains("evidence/picture-"), "{said}");

    fs::create_dir(&folder).expect("a folder");
    let name = said.split("picture-").nth(1).expect("a name");
    let name = name.split(".txt").next().expect("a name");
    fs::write(folder.join(format!("picture-{name}.txt")), "another").expect("written");
    let said = refused(&bench.runsheet("seal --key alice lab-1-0001"), 2);
    assert!(said.contains("is not the file that was kept"), "{said}");
}
