//! Files that nobody meant well.

use std::time::{Duration, Instant};

use camino::Utf8Path;
use runsheet::runbook::load;
use snapbox::IntoData as _;

use super::*;

fn refused(bytes: &[u8]) -> String {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let path = dir.path().join("change.md");
    std::fs::write(&path, bytes).expect("the test's file is written");
    let path = Utf8Path::from_path(&path).expect("the path is UTF-8");
    let error = load(path).expect_err("the file is refused").to_string();
    error.replace(path.as_str(), "change.md")
}

#[test]
fn a_file_that_is_not_there() {
    let error = load(Utf8Path::new("no/such/file.md")).expect_err("there is none");
    assert_data_eq!(
        error.to_string(),
        str!["failed to read `no/such/file.md`: No such file or directory (os error 2)"]
    );
}

#[test]
fn a_folder() {
    let error = load(Utf8Path::new(".")).expect_err("it is a folder");
    assert_data_eq!(
        error.to_string(),
        str!["failed to read `.`: Is a directory (os error 21)"]
    );
}

#[test]
fn a_file_in_another_encoding() {
    assert_data_eq!(
        refused(b"# Gr\xfc\xdfe\n"),
        str!["failed to read `change.md`: the file is not UTF-8"]
    );
}

#[test]
fn where_the_other_encoding_begins() {
    let dir = tempfile::tempdir().expect("a folder for the test");
    let path = dir.path().join("change.md");
    std::fs::write(&path, b"# A\n\nGr\xfc\xdfe\n").expect("the test's file is written");
    let path = Utf8Path::from_path(&path).expect("the path is UTF-8");
    let Err(runsheet::runbook::LoadError::NotUtf8(found)) = load(path) else {
        panic!("it is not UTF-8")
    };
    let shown = render(&[*found], ColorChoice::Never).replace(path.as_str(), "change.md");
    assert_data_eq!(
        shown,
        str![[r#"
error[not-utf8]: the file is not UTF-8
 --> change.md:3:3
  |
3 | Gr��e
  |   ^ the byte 0xfc stands here
  |
  = help: convert it, for example with `iconv -f latin1 -t utf-8`

"#]]
    );
}

#[test]
fn fifty_megabytes() {
    assert_data_eq!(
        refused(&vec![b'x'; 50 * 1024 * 1024]),
        str!["failed to read `change.md`: it is larger than 16 MiB, which no runbook is"]
    );
}

/// Generous: the debug build on a busy machine needs a fraction of it.
const BOUNDED: Duration = Duration::from_secs(20);

#[test]
fn ten_thousand_nested_quotes() {
    let start = Instant::now();
    let quotes = "> ".repeat(10_000);
    let runbook = format!("# A\n\n{quotes}```sh check\n{quotes}true\n{quotes}```\n");
    findings(&runbook);
    assert!(start.elapsed() < BOUNDED, "{:?}", start.elapsed());
}

#[test]
fn ten_thousand_steps_with_findings() {
    let start = Instant::now();
    let steps: String = (0..10_000)
        .map(|i| format!("## S{i}\n\n```sh chekc\ntrue\n```\n\n"))
        .collect();
    assert_eq!(findings(&steps).len(), 10_000);
    assert!(start.elapsed() < BOUNDED, "{:?}", start.elapsed());
}

#[test]
fn a_yaml_bomb() {
    let mut laughs = String::from("---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for i in 1..10 {
        let before = format!("*a{}", i - 1);
        laughs += &format!("a{i}: &a{i} [{}]\n", [before.as_str(); 9].join(","));
    }
    laughs += "---\n";
    let start = Instant::now();
    assert_data_eq!(
        shown(&laughs),
        str![[r#"
error[yaml-too-large]: the YAML is too large or too deep
 --> change.md:6:10
  |
6 | a4: &a4 [*a3,*a3,*a3,*a3,*a3,*a3,*a3,*a3,*a3]
  |          ^^^
  |
  = help: write it with fewer levels, values and aliases

"#]]
    );
    assert!(start.elapsed() < BOUNDED, "{:?}", start.elapsed());
}

#[test]
fn characters_that_would_steer_the_terminal() {
    let runbook = "# A\n\n```sh check on=\u{1b}[2J\u{9b}31m\u{202e}xen1\ntrue\n```\n";
    let shown = shown(runbook);
    assert!(
        !shown.contains(['\u{1b}', '\u{9b}', '\u{202e}']),
        "{shown:?}"
    );
    assert_data_eq!(
        shown,
        str![[r#"
error[unknown-target]: no target or group is called `\x1b[2J\x9b31m\u{202e}xen1`
 --> change.md:3:16
  |
3 | ```sh check on=\x1b[2J\x9b31m\u{202e}xen1
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: the inventory has `local`, `stack`, `stack-console`, `xen1`, `xen2` and `hosts`

error[turned-text]: `\u{202e}` changes the direction in which a text is shown, and not in which it is sent
 --> change.md:3:30
  |
3 | ```sh check on=\x1b[2J\x9b31m\u{202e}xen1
  |                              ^^^^^^^^
  |
  = help: take it out; in prose it can be written as `&rlm;` or `&lrm;`

"#]]
        .raw()
    );
}

#[test]
fn windows_line_ends() {
    assert_data_eq!(
        shown("# A\r\n\r\n```sh chekc\r\ntrue\r\n```\r\n"),
        str![[r#"
error[unknown-role]: unknown role `chekc`
 --> change.md:3:7
  |
3 | ```sh chekc
  |       ^^^^^
  |
  = help: did you mean `check`?

"#]]
    );
    assert_data_eq!(
        shown("---\r\ntitel: x\r\n---\r\n"),
        str![[r#"
error[unknown-key]: unknown key `titel` in front matter
 --> change.md:2:1
  |
2 | titel: x
  | ^^^^^
  |
  = help: did you mean `title`?

"#]]
    );
}
