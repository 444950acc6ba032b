//! Approvals and files of steps that the holder of the key adds, removes or swaps before sealing
//! the record again. What the journal has the hash of can't be replaced.

use runsheet::record::{APPROVALS, Bundle};

use super::super::bench::{Bench, succeeded};
use super::{and, bundles, rejected, resealed, utf8, with, without};

const EVIDENCE: &str = "evidence/";

fn names<'b>(bundle: &'b Bundle, folder: &str, end: &str) -> Vec<&'b str> {
    let names = bundle.files().map(|(name, _)| name);
    names
        .filter(|name| name.starts_with(folder) && name.ends_with(end))
        .collect()
}

fn bytes<'b>(bundle: &'b Bundle, name: &str) -> &'b [u8] {
    bundle.get(name).expect("it is there")
}

/// The bundle with the bytes of two files swapped.
fn swapped(bundle: &Bundle, one: &str, other: &str) -> Bundle {
    let half = with(bundle, one, bytes(bundle, other));
    with(&half, other, bytes(bundle, one))
}

fn contradicts(bench: &Bench, forged: &Bundle, wanted: &str) {
    let said = rejected(bench, forged);
    let why = said.strip_prefix("it was sealed like this, but contradicts itself: ");
    assert!(why.is_some_and(|why| why.contains(wanted)), "{said}");
}

#[test]
fn approvals_are_the_ones_that_the_journal_names() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bundles::approved(&bench))).expect("a record");
    let signatures = names(&bundle, APPROVALS, ".json.sig");
    let [one, other] = names(&bundle, APPROVALS, ".json")[..] else {
        panic!("two approvals");
    };
    let missing = "the approval by bob@example.org is missing";
    contradicts(
        &bench,
        &without(&bundle, |name| name.starts_with(APPROVALS)),
        missing,
    );
    contradicts(&bench, &without(&bundle, |name| name == one), missing);
    contradicts(
        &bench,
        &with(&bundle, one, bytes(&bundle, other)),
        "the approval by bob@example.org is ",
    );
    contradicts(
        &bench,
        &without(&bundle, |name| name == signatures[0]),
        "has no signature",
    );
    for forged in [
        swapped(&bundle, one, other),
        swapped(&bundle, signatures[0], signatures[1]),
        with(&bundle, signatures[0], bytes(&bundle, signatures[1])),
    ] {
        contradicts(
            &bench,
            &forged,
            "is no good: its signature is no good: it does not match",
        );
    }
}

/// A record may gain approvals afterwards, if it is an emergency's: then it says which.
#[test]
fn the_approval_of_an_emergency_is_the_one_that_the_record_names() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bundles::emergency(&bench))).expect("a record");
    let name = names(&bundle, APPROVALS, ".json")[0];
    let signature = names(&bundle, APPROVALS, ".json.sig")[0];
    let wanted = "`retrospective` in `record.json` does not follow";
    contradicts(
        &bench,
        &without(&bundle, |name| name.starts_with(APPROVALS)),
        wanted,
    );
    contradicts(&bench, &without(&bundle, |name| name == signature), wanted);
    let later = String::from_utf8(bytes(&bundle, name).to_vec()).expect("text");
    let later = later.replace("\"at\": \"2", "\"at\": \"3");
    contradicts(&bench, &with(&bundle, name, later.as_bytes()), wanted);

    // Alice's own counts for nothing, and neither does one for another ticket.
    for words in ["--key alice", "--key bob --ticket CHG2"] {
        let said = succeeded(&bench.runsheet(&format!("approve plan.txt {words}")));
        let (_, path) = said.split_once("in: ").expect("it is named");
        let path = path.split_once(" and ").expect("and its signature").0;
        let more = and(&bundle, "approvals/more.json", bench.read(path).as_bytes());
        let signature = bench.read(&format!("{path}.sig"));
        let more = and(&more, "approvals/more.json.sig", signature.as_bytes());
        resealed(&bench, &more);
        contradicts(
            &bench,
            &without(&more, |known| {
                known == name || known == format!("{name}.sig")
            }),
            wanted,
        );
    }
}

#[test]
fn files_of_steps_are_the_ones_that_the_journal_names() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bundles::approved(&bench))).expect("a record");
    let [one, other] = names(&bundle, EVIDENCE, "")[..] else {
        panic!("two pictures");
    };
    let wanted = "is not the file that was kept";
    contradicts(&bench, &without(&bundle, |name| name == one), wanted);
    contradicts(
        &bench,
        &without(&bundle, |name| name.starts_with(EVIDENCE)),
        wanted,
    );
    contradicts(&bench, &with(&bundle, one, bytes(&bundle, other)), wanted);
    contradicts(&bench, &swapped(&bundle, one, other), wanted);
    contradicts(
        &bench,
        &with(&bundle, one, &[bytes(&bundle, one), b"\n"].concat()),
        wanted,
    );
    contradicts(
        &bench,
        &and(&bundle, "evidence/more.txt", bytes(&bundle, one)),
        "the journal does not name `evidence/more.txt`",
    );
}

#[test]
fn what_was_torn_is_what_the_journal_says() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bundles::torn(&bench))).expect("a record");
    let wanted = "`journal.torn-1` is not what was set aside";
    contradicts(
        &bench,
        &without(&bundle, |name| name == "journal.torn-1"),
        wanted,
    );
    contradicts(&bench, &with(&bundle, "journal.torn-1", b"{"), wanted);
    let again = names(&bundle, "environment.resumed-", ".json")[0];
    contradicts(
        &bench,
        &without(&bundle, |name| name == again),
        "is missing",
    );
}
