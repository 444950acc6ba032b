//! What the record says of a change, made better than it was, and sealed again.

use runsheet::record::{Bundle, RECORD_FILE};

use super::super::bench::Bench;
use super::{bundles, rejected, utf8, with};

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
