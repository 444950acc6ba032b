//! What stands in a plan. An approval is given for its text, so whatever changes what happens
//! changes that.

use super::desk::Desk;

const INVENTORY: &str = "targets:\n  \
    box: {driver: ssh, address: 192.0.2.1, user: ada, agent: true}\n  \
    other: {driver: ssh, address: 192.0.2.2, user: ada, agent: true}\n  \
    sw: {driver: ios, address: 192.0.2.3, user: ada, agent: true}\n  \
    floor: {driver: manual}\n\
    groups:\n  both: [box, other]\n";

const BOOK: &str = "---\ntitle: All of it\non: box\n---\n\n## One\n\n\
    | name | vlan |\n|---|---|\n| a | 1 |\n\n\
    ```sh run each=row\necho {{ row.name }}\n```\n\n\
    ```sh check within=9s\ntrue\n```\n\n```expect\nstdout\n```\n\n\
    ```manual check on=floor\nIt is so.\n```\n\n\
    ```sh undo\ntrue\n```\n\n\
    ## Two\n\n```ios run on=sw\nvlan 5\n```\n\n\
    ```ios check on=sw\nshow vlan\n```\n\n```ios undo on=sw\nno vlan 5\n```\n\n\
    ## Three\n\n```file run path=a\nx\n```\n\n```sh check\ntrue\n```\n\n```sh undo\nrm a\n```\n\n\
    ## Four\n\n```sh run on=both\ntrue\n```\n\n```sh check on=both\nfalse\n```\n\n\
    ```sh undo on=both\ntrue\n```\n";

/// Edits of the runbook, each of which makes it do something else.
const EDITS: [(&str, &str); 31] = [
    ("sh run each=row", "sh run each=row as=root"),
    ("sh run each=row", "sh run each=row once"),
    ("sh run each=row", "sh run each=row tty"),
    ("sh run each=row", "sh run each=row disconnects"),
    ("sh run each=row", "sh run each=row timeout=9s"),
    ("sh run each=row", "sh run each=row session=a"),
    ("sh run each=row", "sh run each=row exit=3"),
    ("sh run each=row", "sh run each=row on-unknown=rerun"),
    ("sh run each=row", "sh run each=row approve"),
    ("sh run each=row", "sh run each=row when=\"false\""),
    ("sh run each=row", "sh run each=row secret"),
    ("sh run each=row", "sh run each=row toward=two"),
    ("sh run each=row", "sh run each=row on=other"),
    ("| a | 1 |", "| a | 2 |"),
    ("| a | 1 |", "| a | 1 |\n| b | 1 |"),
    ("within=9s", "within=8s"),
    ("within=9s", "within=9s every=1s"),
    ("within=9s", "within=9s for=1s"),
    ("within=9s", "within=9s absent-ok"),
    ("ios check on=sw", "ios check on=sw refused"),
    ("within=9s", "within=9s capture=x"),
    ("within=9s", "within=9s after=undo"),
    ("```expect\n", "```expect whole\n"),
    ("```expect\n", "```assert\n"),
    ("check on=floor", "check on=floor pins=box"),
    ("check on=floor", "check on=floor lab=\"read sw1\""),
    ("ios run on=sw", "ios run on=sw exec"),
    ("ios run on=sw", "ios run on=sw revert=5m"),
    ("path=a", "path=a mode=600"),
    ("sh run on=both", "sh run on=both serial=1"),
    ("on: box", "on: box\non-failure: stop"),
];

#[test]
fn whatever_changes_what_happens_changes_the_plan() {
    let desk = Desk::new();
    desk.file("inventory.yaml", INVENTORY);
    let plan = |text: &str| {
        desk.file("all.md", text);
        desk.said("plan -i inventory.yaml all.md")
    };
    let as_written = plan(BOOK);
    for (old, new) in EDITS {
        let edited = BOOK.replacen(old, new, 1);
        assert_ne!(edited, BOOK, "{old}");
        assert_ne!(plan(&edited), as_written, "{new}");
    }
    // Prose does not.
    assert_eq!(
        plan(&BOOK.replace("## Two", "More prose.\n\n## Two")),
        as_written
    );
}

#[test]
fn so_does_who_would_be_reached() {
    let desk = Desk::new();
    desk.file("all.md", BOOK);
    let plan = |inventory: &str| {
        desk.file("inventory.yaml", inventory);
        desk.said("plan -i inventory.yaml all.md")
    };
    let as_written = plan(INVENTORY);
    for (old, new) in [
        ("192.0.2.1", "192.0.2.9"),
        ("192.0.2.1, user: ada", "192.0.2.1, user: bob"),
        ("192.0.2.1,", "192.0.2.1, via: other,"),
        ("192.0.2.1,", "\"192.0.2.1:2222\","),
        ("192.0.2.3,", "192.0.2.3, legacy: cisco-ios,"),
        ("both: [box, other]", "both: [box]"),
    ] {
        let edited = INVENTORY.replacen(old, new, 1);
        assert_ne!(edited, INVENTORY, "{old}");
        assert_ne!(plan(&edited), as_written, "{new}");
    }
    // One that nothing is sent to is of no interest.
    let more = INVENTORY.replace("groups:", "  idle: {driver: manual}\ngroups:");
    assert_eq!(plan(&more), as_written);
}
