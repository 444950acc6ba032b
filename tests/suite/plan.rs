//! What stands in a plan. An approval is given for its text, so whatever changes what happens
//! changes that.

use snapbox::{assert_data_eq, str};

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

#[test]
fn so_does_where_a_secret_comes_from() {
    let desk = Desk::new();
    desk.file(
        "set.md",
        "---\non: box\n---\n\n# Set\n\n## Set it\n\n```sh run\nset {{ secret.pw }} {{ secret.known }}\n```\n\n\
         ```sh check\ntrue\n```\n\n```sh undo\ntrue\n```\n",
    );
    let inventory = "targets:\n  \
        gate: {driver: ssh, address: 192.0.2.1, user: ada, password: \"file:gate.pw\"}\n  \
        box: {driver: ssh, address: 192.0.2.2, user: ada, password: prompt, via: gate}\n  \
        idle: {driver: ssh, address: 192.0.2.3, user: ada, password: \"env:IDLE\"}\n\
        secrets:\n  pw: \"env:PW\"\n  other: \"env:OTHER\"\n  \
        known: {value: changeme, public: true}\n";
    let plan = |inventory: &str| {
        desk.file("inventory.yaml", inventory);
        desk.said("plan -i inventory.yaml set.md")
    };
    let as_written = plan(inventory);
    assert_data_eq!(
        &as_written,
        str![[r#"
Set (set.md, 1 step)

  Set it  #set-it
    run on box, sh:
      | set {{ secret.pw }} {{ secret.known }}
    check on box, sh:
      | true
    undo on box, sh:
      | true

Targets
  box: ssh, 192.0.2.2:22 as ada, password prompt, via gate
  gate: ssh, 192.0.2.1:22 as ada, password file:gate.pw
Secrets
  known: public
  pw: env:PW

"#]]
    );
    for (old, new) in [
        ("env:PW", "command:cat pw"),
        ("env:PW", "env:OTHER"),
        ("file:gate.pw", "file:other.pw"),
        ("prompt", "\"env:BOX\""),
        ("192.0.2.1", "192.0.2.9"),
    ] {
        assert_ne!(plan(&inventory.replacen(old, new, 1)), as_written, "{new}");
    }
    for (old, new) in [("env:OTHER", "env:ANOTHER"), ("env:IDLE", "env:LAZY")] {
        assert_eq!(plan(&inventory.replacen(old, new, 1)), as_written, "{new}");
    }
    // What it stands for does not begin a line of its own.
    let lines = plan(&inventory.replace("env:PW", "command:a\\n  other: b"));
    assert!(
        lines.contains("\n  pw: command:a\\n  other: b\n"),
        "{lines}"
    );
}

#[test]
fn what_is_looked_at_first_because_it_is_needed_is_in_the_plan() {
    let desk = Desk::local();
    let base = "---\non: local\nvars:\n  name: base\n---\n\n# Base\n\n## Make it\n\n\
        ```sh read\ntouch looked\n```\n\n```sh run approve\ntouch {{ name }}\n```\n\n\
        ```sh check\ntest -e {{ name }}\n```\n\n```sh undo\nrm {{ name }}\n```\n";
    let top = "---\non: local\nneeds: [base]\nvars:\n  name: top\n---\n\n# Top\n\n## Make more\n\n\
        ```sh run\ntouch {{ name }}\n```\n\n```sh check\ntest -e {{ name }}\n```\n\n\
        ```sh undo\nrm {{ name }}\n```\n";
    desk.file("base.md", base);
    desk.file("top.md", top);
    let plan = desk.said("plan -i inventory.yaml top.md");
    assert_data_eq!(
        &plan,
        str![[r#"
Top (top.md, 1 step)

  Make more  #make-more
    run on local, sh:
      | touch top
    check on local, sh:
      | test -e top
    undo on local, sh:
      | rm top

Needed: base.md (SHA-256 ce3b1995595fe3eb4bb77e99d75d84607ad76b433ee67525d50d6ce6e2b03af1, looked at only)

  Make it  #make-it
    read on local, sh:
      | touch looked
    check on local, sh:
      | test -e base

Targets
  local: local

"#]]
    );
    desk.file("plan.txt", &plan);
    let edited = base.replace("touch looked", "touch looked; touch evil");
    desk.file("base.md", &edited);
    assert_ne!(desk.said("plan -i inventory.yaml top.md"), plan);
    // Prose is in the text, of which the plan has the hash.
    desk.file("base.md", format!("{base}\nMore prose.\n"));
    assert_ne!(desk.said("plan -i inventory.yaml top.md"), plan);
    // It goes on and is taken back with the plan that it had, whatever became of what it needs.
    desk.file("base.md", base);
    desk.file("base", "");
    desk.call("run -i inventory.yaml top.md").success();
    desk.file("base.md", &edited);
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("top").exists() && !desk.path("evil").exists());
}

#[test]
fn every_line_of_every_row_stands_in_it() {
    let desk = Desk::new();
    desk.file("inventory.yaml", INVENTORY);
    desk.file(
        "rows.md",
        "# Pages\n\n## Each\n\n| name | port |\n|---|---|\n| a | 80 |\n| b c | 81 |\n\n\
         ```sh run on=box each=page undo=none reason=\"a test\"\necho {{ page.name }} > {{ page.port }}\n```\n\n\
         ```sh check on=both each=page\ncat {{ page.port }}\n```\n\n\
         ```expect\n{{ page.name }} {{ target.name }}\n```\n\n\
         ```sh check on=box each=page\ntrue\n```\n",
    );
    assert_data_eq!(
        desk.said("plan -i inventory.yaml rows.md"),
        str![[r#"
Pages (rows.md, 1 step)

  Each  #each
    for each `page`: {"name":"a","port":"80"}
    for each `page`: {"name":"b c","port":"81"}
    run on box, sh:
      [a]
      | echo a > 80
      [b c]
      | echo 'b c' > 81
    check on box, other, sh:
      [a, box]
      | cat 80
      = a box
      [a, other]
      | cat 80
      = a other
      [b c, box]
      | cat 81
      = b c box
      [b c, other]
      | cat 81
      = b c other
    check on box, sh:
      | true
    no undo: a test

Targets
  box: ssh, 192.0.2.1:22 as ada
  other: ssh, 192.0.2.2:22 as ada

"#]]
    );
}
