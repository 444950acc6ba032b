use super::*;

/// What is found about one fence with such lines.
fn shown_of(info: &str, body: &str) -> String {
    shown_on("xen1", info, body)
}

fn shown_on(target: &str, info: &str, body: &str) -> String {
    let mut known = known();
    for host in ["xen1", "xen2"] {
        let host = known.targets.get_mut(host).expect("a host");
        host.langs.push(Lang::Sftp);
    }
    let text = format!("# A\n\n## B\n\n```sftp {info} on={target}\n{body}```\n");
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

#[test]
fn a_group_that_fetches_to_one_file() {
    assert_data_eq!(
        shown_on(
            "hosts",
            "read",
            "get /etc/motd motd\nget /a {{ target.named }}\n"
        ),
        str![[r#"
error[one-place-for-all]: every target of the group fetches to the same file, and the last one would win
 --> change.md:6:1
  |
6 | get /etc/motd motd
  | ^^^^^^^^^^^^^^^^^^
  |
  = help: put `{{ target.name }}` in its name

error[one-place-for-all]: every target of the group fetches to the same file, and the last one would win
 --> change.md:7:1
  |
7 | get /a {{ target.named }}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: put `{{ target.name }}` in its name

"#]]
    );
    for place in ["motd-{{ target.name }}", "'{{ target.name }}/motd'"] {
        let get = format!("get /etc/motd {place}\n");
        assert_eq!(shown_on("hosts", "read", &get), "", "{place}");
    }
}

#[test]
fn a_file_that_is_fetched_to_where_nobody_looks() {
    assert_data_eq!(
        shown_of(
            "read",
            "get /a ../a\nget /a /srv/{{ target.name }}\nget /a /srv/a\n"
        ),
        str![[r#"
error[place-outside]: a `get` leads up from its folder
 --> change.md:6:1
  |
6 | get /a ../a
  | ^^^^^^^^^^^
  |
  = help: fetch to a path without `..`

error[place-outside]: a value leads to an absolute path, which nobody has read
 --> change.md:7:1
  |
7 | get /a /srv/{{ target.name }}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write the path out, or fetch to a relative one

"#]]
    );
}

#[test]
fn a_file_whose_name_alone_is_approved() {
    let put = |sum: &str| format!("put a /srv/a{sum}\n");
    assert_data_eq!(
        shown_of("run always undo=none reason=test approve", &put("")),
        str![[r#"
warning[unfixed-content]: who approves this step approves a file's name, not what is in it
 --> change.md:6:1
  |
6 | put a /srv/a
  | ^^^^^^^^^^^^
  |
  = help: add `sha256=` with what `sha256sum` prints

"#]]
    );
    let sum = format!(" sha256={}", "0".repeat(64));
    let info = "run always undo=none reason=test approve";
    assert_eq!(shown_of(info, &put(&sum)), "");
    assert_eq!(shown_of("run always undo=none reason=test", &put("")), "");
}

#[test]
fn what_a_transfer_has_nothing_of() {
    assert_data_eq!(
        shown_of(
            "run always undo=none reason=test disconnects session=a tty",
            "put a /srv/a\n"
        ),
        str![[r#"
error[misplaced-attribute]: `disconnects` has no meaning on `sftp run`
 --> change.md:5:42
  |
5 | ```sftp run always undo=none reason=test disconnects session=a tty on=xen1
  |                                          ^^^^^^^^^^^ losing the connection once all was sent is expected
  |
  = help: only `sh`, `file`, `ios`, `xapi`, `cimc` or `http` `run` or `undo` fences take it

error[misplaced-attribute]: `session` has no meaning on `sftp run`
 --> change.md:5:54
  |
5 | ```sftp run always undo=none reason=test disconnects session=a tty on=xen1
  |                                                      ^^^^^^^ fences with the same name share one shell
  |
  = help: only `sh` fences take it

error[misplaced-attribute]: `tty` has no meaning on `sftp run`
 --> change.md:5:64
  |
5 | ```sftp run always undo=none reason=test disconnects session=a tty on=xen1
  |                                                                ^^^ run on a terminal
  |
  = help: only `sh` fences take it

"#]]
    );
}
