//! What the record says of a change, made better than it was, and sealed again.

use runsheet::record::{Bundle, ENVIRONMENT, JOURNAL, RECORD_FILE};
use serde_json::{Map, Value};

use super::super::bench::Bench;
use super::{Alice, bundles, rejected, utf8, with};

/// Each embellished record is rejected for its field, by both verifiers.
fn are_rejected(bench: &Bench, bundle: &Bundle, embellishments: &[(&str, &str, &str)]) {
    let text = String::from_utf8(bundle.get(RECORD_FILE).expect("there").to_vec()).expect("JSON");
    for (old, new, field) in embellishments {
        let embellished = text.replacen(old, new, 1);
        assert_ne!(embellished, text, "{old}: {text}");
        let forged = with(bundle, RECORD_FILE, embellished.as_bytes());
        let said = rejected(bench, &forged);
        let wanted = format!(": `{field}` in `record.json` does not follow from the journal");
        assert!(said.ends_with(&wanted), "{said}");
    }
}

#[test]
fn a_change_record_that_was_embellished_contradicts_the_journal() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    are_rejected(
        &bench,
        &bundle,
        &[
            ("\"risk\": \"low\"", "\"risk\": \"high\"", "risk"),
            ("\"within_s\": null", "\"within_s\": 9", "steps"),
            (
                "\"on_failure\": \"undo\"",
                "\"on_failure\": \"stop\"",
                "steps",
            ),
            ("\"outcome_sha256\": \"", "\"outcome_sha256\": \"0", "steps"),
            (
                "\"description\": []",
                "\"description\": [\"x\"]",
                "description",
            ),
            ("\"requester\": []", "\"requester\": [\"me\"]", "requester"),
            (
                "\"security_impact\": []",
                "\"security_impact\": [\"none\"]",
                "security_impact",
            ),
            (
                "\"retention\": []",
                "\"retention\": [\"a day\"]",
                "retention",
            ),
            (
                "\"until\": null",
                "\"until\": \"2030-01-01T00:00:00Z\"",
                "window",
            ),
            ("\"user\": \"", "\"user\": \"not-", "implementer"),
            ("\"utc_offset\": \"+", "\"utc_offset\": \"-", "clock"),
            ("\"address\": null", "\"address\": \"192.0.2.1\"", "devices"),
            ("\"ticket\": null", "\"ticket\": \"CHG1\"", "ticket"),
            ("\"lab\": false", "\"lab\": true", "lab"),
            (
                "\"lab\": false,",
                "\"lab\": false, \"witness\": \"me\",",
                "witness",
            ),
            ("\"people like it\"", "\"the law\"", "reason"),
            ("\"impact\": []", "\"impact\": [\"none\"]", "impact"),
            ("\"planned\": []", "\"planned\": [\"at night\"]", "window"),
            (
                "\"how\": \"`undo` in the plan\"",
                "\"how\": \"by hand\"",
                "steps",
            ),
            ("\"lang\": \"sh\"", "\"lang\": \"ios\"", "steps"),
            ("\"revert_s\": null", "\"revert_s\": 300", "steps"),
            ("\"after_undo\": false", "\"after_undo\": true", "steps"),
            ("\"title\": \"Greet\"", "\"title\": \"Bless\"", "runbooks"),
            ("\"phase\": \"before\"", "\"phase\": \"applies\"", "steps"),
            ("\"redactions\": 0", "\"redactions\": 1", "redactions"),
            ("\"redactions\": 0", "\"redactions\": 0.0", "redactions"),
            ("\"lab\": false", "\"lab\": 0", "lab"),
        ],
    );
}

#[test]
fn what_is_said_of_approvals_and_evidence_follows_from_the_journal_too() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bundles::approved(&bench))).expect("a record");
    are_rejected(
        &bench,
        &bundle,
        &[
            (
                "\"same_person\": false",
                "\"same_person\": null",
                "approvals",
            ),
            (
                "\"before_first_effect\": true",
                "\"before_first_effect\": false",
                "approvals",
            ),
            ("\"by\": \"bob@", "\"by\": \"the-boss@", "approvals"),
            ("\"until\": \"2100", "\"until\": \"2101", "window"),
            ("\"name\": \"picture\"", "\"name\": \"proof\"", "steps"),
            ("\"size\": ", "\"size\": 1", "steps"),
            (
                "\"retrospective\": null",
                "\"retrospective\": {}",
                "retrospective",
            ),
        ],
    );
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bundles::emergency(&bench))).expect("a record");
    are_rejected(
        &bench,
        &bundle,
        &[
            ("\"due\": \"2", "\"due\": \"3", "retrospective"),
            ("\"kind\": \"emergency\"", "\"kind\": \"normal\"", "kind"),
            ("\"by\": \"SHA256:", "\"by\": \"SHA256:x", "retrospective"),
        ],
    );
}

/// One reader takes the first of two, another the last.
#[test]
fn no_key_stands_twice_in_what_is_read() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    for (name, old, key) in [
        (RECORD_FILE, "\"result\": \"successful\"", "result"),
        (RECORD_FILE, "\"phase\": \"before\"", "phase"),
        (ENVIRONMENT, "\"user\": \"", "user"),
    ] {
        let text = String::from_utf8(bundle.get(name).expect("there").to_vec()).expect("JSON");
        let twice = text.replacen(old, &format!("\"{key}\": \"x\", {old}"), 1);
        assert_ne!(twice, text, "{old}");
        let said = rejected(&bench, &with(&bundle, name, twice.as_bytes()));
        let wanted = format!("`{name}` can't be read: the key `{key}` stands there twice at ");
        assert!(said.contains(&wanted), "{said}");
    }
    let journal = bundle.get(JOURNAL).expect("there");
    let text = String::from_utf8(journal.to_vec()).expect("JSON");
    let (first, last) = text.trim_end().rsplit_once('\n').expect("two lines");
    let twice = last.replacen("\"mono_ms\":", "\"note\":1,\"note\":2,\"mono_ms\":", 1);
    assert_ne!(twice, last);
    let forged = with(&bundle, JOURNAL, format!("{first}\n{twice}\n").as_bytes());
    let said = rejected(&bench, &forged);
    let wanted = " of `journal.jsonl`: the key `note` stands there twice at ";
    assert!(said.contains(wanted), "{said}");
}

#[test]
fn a_record_of_a_later_version_has_every_field_that_is_known_now() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    let later = |change: &dyn Fn(&mut Map<String, Value>)| {
        let record = bundle.get(RECORD_FILE).expect("there");
        let mut record: Map<String, Value> = serde_json::from_slice(record).expect("JSON");
        record.insert("format".to_owned(), "2.9".into());
        record.insert("witness".to_owned(), "me".into());
        change(&mut record);
        let json = serde_json::to_vec(&record).expect("JSON");
        with(&bundle, RECORD_FILE, &json)
    };
    // Not among those that a bench holds against this version's schema.
    let folder = bench.path("later");
    let sealed = Alice::of(&bench).seals(&later(&|_| ()));
    sealed.write(utf8(&folder)).expect("it can be written");
    assert_eq!(bench.judge(&[folder]), [true], "a field more is no harm");
    for field in ["result", "deviations", "ticket"] {
        let forged = later(&|record| drop(record.remove(field)));
        let said = rejected(&bench, &forged);
        let wanted = format!(": `{field}` in `record.json` does not follow from the journal");
        assert!(said.ends_with(&wanted), "{said}");
    }
    let forged = later(&|record| drop(record.insert("of".to_owned(), "another".into())));
    let said = rejected(&bench, &forged);
    assert!(said.contains(": `of` in `record.json` does not"), "{said}");
}

#[test]
fn a_record_of_another_version_is_named_as_such() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    let text = String::from_utf8(bundle.get(RECORD_FILE).expect("there").to_vec()).expect("JSON");
    let older = text.replacen("\"format\": \"2.0\"", "\"format\": \"1.0\"", 1);
    assert_ne!(older, text);
    let said = rejected(&bench, &with(&bundle, RECORD_FILE, older.as_bytes()));
    assert_eq!(
        said,
        "`record.json` has the format 1.0; this program knows 2.0"
    );
}
