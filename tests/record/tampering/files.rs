//! Files that are added, removed, renamed, swapped or linked.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::super::bench::{Bench, refused, succeeded};
use super::bundles;

/// Why `verify` refuses a copy of a record after this was done to it.
fn said(bench: &Bench, record: &Path, change: &str) -> String {
    let script = format!("cp -a '{}' copy && cd copy && {change}", record.display());
    let done = Command::new("sh")
        .args(["-ec", &script])
        .current_dir(bench.path(""))
        .output()
        .expect("a shell");
    succeeded(&done);
    let said = refused(&bench.verify(&bench.path("copy")), 4);
    fs::remove_dir_all(bench.path("copy")).expect("removed");
    said.lines().nth(1).expect("a reason").trim().to_owned()
}

/// Three gigabytes of nothing, to a program that may have half of one.
#[test]
fn what_was_not_sealed_is_not_read() {
    let bench = Bench::new();
    let record = bench.sealed();
    let copy = bench.path("copy");
    for (name, size, why) in [
        (
            "runbooks/zero.md",
            "3G",
            "`runbooks/zero.md` was not sealed",
        ),
        (
            "SHA256SUMS",
            "3G",
            "`SHA256SUMS` is larger than any that was written",
        ),
        (
            "SHA256SUMS.sig",
            "3G",
            "`SHA256SUMS.sig` is larger than any that was written",
        ),
        ("plan.txt", "20M", "`plan.txt` is not what was sealed"),
    ] {
        let script = format!(
            "cp -a '{}' copy && truncate -s {size} copy/{name} && ulimit -v 500000 && \
             exec '{}' verify copy --allowed-signers allowed_signers",
            record.display(),
            env!("CARGO_BIN_EXE_runsheet")
        );
        let output = Command::new("sh")
            .args(["-ec", &script])
            .current_dir(bench.path(""))
            .output()
            .expect("a shell");
        let said = refused(&output, 4);
        assert_eq!(said.lines().nth(1).map(str::trim), Some(why), "{said}");
        if name.starts_with("runbooks/") {
            assert_eq!(bench.judge(std::slice::from_ref(&copy)), [false]);
        }
        fs::remove_dir_all(&copy).expect("removed");
    }
}

#[test]
fn a_file_more_less_renamed_or_linked_is_found() {
    let bench = Bench::new();
    let record = bench.sealed();
    let said = |change: &str| said(&bench, &record, change);
    assert_eq!(said("touch zzz"), "`zzz` was not sealed");
    assert_eq!(said("cp plan.txt .hidden"), "`.hidden` was not sealed");
    assert_eq!(said("rm plan.txt"), "`plan.txt` is missing");
    assert_eq!(said("mv plan.txt Plan.txt"), "`plan.txt` is missing");
    assert_eq!(said("rm SHA256SUMS"), "`SHA256SUMS` is missing");
    assert_eq!(said("rm SHA256SUMS.sig"), "`SHA256SUMS.sig` is missing");
    assert!(said("mkdir empty").ends_with("empty is an empty folder, not a file"));
    let linked = said("mv plan.txt ../plan && ln -s ../plan plan.txt");
    assert!(
        linked.ends_with("plan.txt is a link, not a file"),
        "{linked}"
    );
    let swapped = said("mv plan.txt x && mv VERIFY.txt plan.txt && mv x VERIFY.txt");
    assert_eq!(swapped, "`VERIFY.txt` is not what was sealed");
    let resorted = said("sort -r SHA256SUMS > x && mv x SHA256SUMS");
    assert_eq!(
        resorted,
        "`SHA256SUMS.sig` is no good: it does not match the text"
    );
    let after = said("echo >> SHA256SUMS.sig");
    assert!(
        after.starts_with("`SHA256SUMS.sig` is no good: it"),
        "{after}"
    );
    let other = "ssh-keygen -q -Y sign -n file -f ../alice SHA256SUMS 2>/dev/null";
    assert_eq!(
        said(&format!("rm SHA256SUMS.sig && {other}")),
        "`SHA256SUMS.sig` is no good: it was made for `file`, not for `runsheet-record@v1`"
    );
    let bob = "ssh-keygen -q -Y sign -n runsheet-record@v1 -f ../bob SHA256SUMS 2>/dev/null";
    let said = said(&format!("rm SHA256SUMS.sig && {bob}"));
    assert!(
        said.ends_with("bob@example.org may not sign for `runsheet-record@v1`"),
        "{said}"
    );
}

#[test]
fn an_approval_or_a_file_of_a_step_more_less_renamed_or_swapped_is_found() {
    let bench = Bench::new();
    let record = bundles::approved(&bench);
    let names = |folder: &str| {
        let entries = fs::read_dir(record.join(folder)).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = paths
            .map(|name| format!("{folder}/{}", name.display()))
            .filter(|name| !name.ends_with(".sig"))
            .collect();
        names.sort();
        names
    };
    for folder in ["approvals", "evidence"] {
        let [one, other] = &names(folder)[..] else {
            panic!("two files in {folder}");
        };
        let said = |change: &str| said(&bench, &record, change);
        assert_eq!(said(&format!("rm {one}")), format!("`{one}` is missing"));
        assert_eq!(
            said(&format!("cp {one} {folder}/zzz")),
            format!("`{folder}/zzz` was not sealed")
        );
        assert_eq!(
            said(&format!("mv {one} {folder}/zzz")),
            format!("`{one}` is missing")
        );
        assert_eq!(
            said(&format!("mv {one} x && mv {other} {one} && mv x {other}")),
            format!("`{one}` is not what was sealed")
        );
        assert_eq!(
            said(&format!("rm -r {folder}")),
            format!("`{one}` is missing")
        );
        if folder == "approvals" {
            assert_eq!(
                said(&format!("rm {one}.sig")),
                format!("`{one}.sig` is missing")
            );
            assert_eq!(
                said(&format!("cp {other}.sig {one}.sig")),
                format!("`{one}.sig` is not what was sealed")
            );
        }
    }
}
