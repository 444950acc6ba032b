use super::*;

/// What is found about one fence with such lines.
fn shown_of(info: &str, body: &str) -> String {
    let mut known = known();
    let host = known.targets.get_mut("xen1").expect("a host");
    host.langs.push(Lang::Sftp);
    let text = format!("# A\n\n## B\n\n```sftp {info} on=xen1\n{body}```\n");
    let parsed = parse(Source::new("change.md", text));
    let mut found = parsed.diagnostics;
    found.extend(lint(&[&parsed.runbook], &known));
    sort(&mut found);
    render(&found, ColorChoice::Never)
}

#[test]
fn what_can_be_transferred_has_no_findings() {
    let put = "# the answers\nput 'an swers.xml' {{ uplink }}\nsame a b sha256={{ uplink }}\n";
    for (info, body) in [
        ("run always undo=none reason=test", put),
        (
            "check",
            "same answers.xml /srv/answers.xml\nabsent /srv/old\n",
        ),
        ("skip-if", "absent /srv\n"),
        ("read capture=told", "get /etc/motd motd\n"),
    ] {
        assert_eq!(shown_of(info, body), "", "{body}");
    }
}

#[test]
fn lines_that_are_no_transfers() {
    assert_data_eq!(
        shown_of(
            "run always undo=none reason=test",
            "put a /srv/a\n  putt a b  \n"
        ),
        str![[r#"
error[bad-transfer]: `putt` is no transfer
 --> change.md:7:3
  |
7 |   putt a b  
  |   ^^^^^^^^
  |
  = help: did you mean `put`?

"#]]
    );
    assert_data_eq!(
        shown_of("run always undo=none reason=test", "put a\n"),
        str![[r#"
error[bad-transfer]: `put` takes 2 paths, not 1
 --> change.md:6:1
  |
6 | put a
  | ^^^^^
  |
  = help: write `put LOCAL REMOTE`

"#]]
    );
    assert_data_eq!(
        shown_of("run always undo=none reason=test", "put 'a /srv/a\n"),
        str![[r#"
error[bad-transfer]: a quote is never closed
 --> change.md:6:1
  |
6 | put 'a /srv/a
  | ^^^^^^^^^^^^^
  |
  = help: words are quoted as for a shell: `'a name'`

"#]]
    );
    assert_data_eq!(
        shown_of("run always undo=none reason=test", "\n"),
        str![[r#"
error[empty-fence]: there is nothing in this fence
 --> change.md:5:4
  |
5 | ```sftp run always undo=none reason=test on=xen1
  |    ^^^^^^^^

"#]]
    );
    assert_data_eq!(
        shown_of("run always undo=none reason=test", "# later\n"),
        str![[r#"
error[bad-transfer]: there is no transfer in this fence
 --> change.md:6:1
  |
6 | # later
  | ^^^^^^^
  |
  = help: write `put LOCAL REMOTE`

"#]]
    );
    assert_data_eq!(
        shown_of(
            "run always undo=none reason=test",
            "put a /srv/a sha256=12ab\n"
        ),
        str![[r#"
error[bad-transfer]: `12ab` is no SHA-256 digest
 --> change.md:6:1
  |
6 | put a /srv/a sha256=12ab
  | ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write the 64 digits that `sha256sum` prints

"#]]
    );
}

#[test]
fn a_look_that_transfers() {
    assert_data_eq!(
        shown_of("check", "put a /srv/a\n"),
        str![[r#"
error[look-that-changes]: a `check` must not change anything, and `put` may
 --> change.md:5:4
  |
5 | ```sftp check on=xen1
  |    ^^^^^^^^^^
  |
  = help: a `check` and a `skip-if` take `same` and `absent`, a `read` also `get`

"#]]
    );
    assert_data_eq!(
        shown_of("skip-if", "get /srv/a a\n"),
        str![[r#"
error[look-that-changes]: a `skip-if` must not change anything, and `get` may
 --> change.md:5:4
  |
5 | ```sftp skip-if on=xen1
  |    ^^^^^^^^^^^^
  |
  = help: a `check` and a `skip-if` take `same` and `absent`, a `read` also `get`

"#]]
    );
    assert_data_eq!(
        shown_of("read", "same a /srv/a\nremove /srv/a\n"),
        str![[r#"
error[look-that-changes]: a `read` must not change anything, and `remove` may
 --> change.md:5:4
  |
5 | ```sftp read on=xen1
  |    ^^^^^^^^^
  |
  = help: a `check` and a `skip-if` take `same` and `absent`, a `read` also `get`

"#]]
    );
}
