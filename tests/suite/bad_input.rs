//! What the program says, and how it ends, where something is wrong from the outside.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use snapbox::str;

use super::desk::Desk;

const HELLO: &str = "# Greet\n\n## Hello\n\n```sh run on=local\necho hello > greeting\n```\n\n```sh check on=local\ncat greeting\n```\n\n```sh undo on=local\nrm greeting\n```\n";

#[test]
fn a_file_that_is_not_there_and_a_folder_with_nothing() {
    let desk = Desk::new();
    desk.call("run change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: failed to read `change.md`: No such file or directory (os error 2)

"#]]);
    std::fs::create_dir(desk.path("empty")).expect("a folder");
    desk.call("run empty")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: there is no runbook in the folder empty

"#]]);
}

#[test]
fn a_file_that_is_not_text() {
    let desk = Desk::new();
    desk.file("change.md", b"# Gr\xfc\xdfe\n");
    desk.call("run change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error[not-utf8]: the file is not UTF-8
 --> change.md:1:5
  |
1 | # Gr��e
  |     ^ the byte 0xfc stands here
  |
  = help: convert it, for example with `iconv -f latin1 -t utf-8`

"#]]);
}

#[test]
fn a_runbook_of_fifty_megabytes_is_refused_at_once() {
    let desk = Desk::new();
    desk.file("change.md", "word ".repeat(10 * 1024 * 1024));
    let start = Instant::now();
    desk.call("run change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: failed to read `change.md`: it is larger than 16 MiB, which no runbook is

"#]]);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn ten_thousand_nested_quotes_take_no_time() {
    let desk = Desk::new();
    desk.file("change.md", format!("{} deep\n", ">".repeat(10_000)));
    let start = Instant::now();
    desk.call("lint change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: change.md has no step
help: a step is a section with a fence like ```sh run

"#]]);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_unknown_target_and_a_misspelt_key() {
    let desk = Desk::local();
    desk.file("change.md", HELLO.replace("local", "locla"));
    desk.call("run -i inventory.yaml change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error[unknown-target]: no target or group is called `locla`
 --> change.md:5:14
  |
5 | ```sh run on=locla
  |              ^^^^^
  |
  = help: did you mean `local`?

error[unknown-target]: no target or group is called `locla`
 --> change.md:9:16
  |
9 | ```sh check on=locla
  |                ^^^^^
  |
  = help: did you mean `local`?

error[unknown-target]: no target or group is called `locla`
  --> change.md:13:15
   |
13 | ```sh undo on=locla
   |               ^^^^^
   |
   = help: did you mean `local`?

3 errors found; nothing was sent

"#]]);
    desk.file("inventory.yaml", "targets:\n  local: {drivr: local}\n")
        .file("change.md", HELLO);
    desk.call("run -i inventory.yaml change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error[unknown-key]: unknown key `drivr` in a target
 --> inventory.yaml:2:11
  |
2 |   local: {drivr: local}
  |           ^^^^^
  |
  = help: did you mean `driver`?

error[missing-key]: the target `local` has no `driver`
 --> inventory.yaml:2:3
  |
2 |   local: {drivr: local}
  |   ^^^^^
  |
  = help: write `driver: ssh`, or `local`, `ios`, `cimc`, `xapi`, `http`, `manual`

2 errors found; nothing was sent

"#]]);
}

#[test]
fn a_device_that_nobody_answers_for() {
    let desk = Desk::new();
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("its address").port()
    };
    desk.file("change.md", HELLO.replace("local", "web"));
    desk.file("inventory.yaml", format!("targets:\n  web: {{driver: ssh, address: \"127.0.0.1:{port}\", user: root, host-key: \"SHA256:+j2PSdGAGJp0C+DAejgLcRghonCcRl/uZwRP2bAFZyY\"}}\n"));
    let asked = desk.call("run -i inventory.yaml change.md").code(1);
    let said =
        String::from_utf8_lossy(&asked.get_output().stdout).replace(&port.to_string(), "PORT");
    let said = said.split("run:").next().unwrap_or_default().to_owned();
    snapbox::assert_data_eq!(
        said,
        str![[r#"
Greet
     stopped  Hello
              on web: cat greeting
              connect to `web` (127.0.0.1:PORT): the connection was refused

failed: stopped at `change#hello`

"#]]
    );
}

#[test]
fn a_variable_without_a_value() {
    let desk = Desk::new();
    let text = HELLO.replace("echo hello", "echo {{ who }}");
    desk.file(
        "change.md",
        format!("---\nvars:\n  who: {{type: string, help: \"whom to greet\"}}\n---\n{text}"),
    );
    desk.call("run change.md")
        .code(3)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: `change` needs a value for `who`: whom to greet
help: give it with --var who=VALUE

"#]]);
    desk.call("run change.md --var who")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: `--var who` has no `=`
help: write --var NAME=VALUE

"#]]);
    desk.call("run change.md --var whom=you")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: no runbook has a variable `whom`
help: did you mean `who`?

"#]]);
}

#[test]
fn a_folder_that_nothing_can_be_written_to() {
    let desk = Desk::local();
    desk.file("change.md", HELLO)
        .file("state", "a file where the folder should be");
    desk.call("run -i inventory.yaml --state state change.md")
        .code(1)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: failed to lock the device `local` in state/locks: Not a directory (os error 20)
nothing was sent

"#]]);
    assert!(!desk.path("greeting").exists(), "nothing was sent");
}

#[test]
fn a_file_that_can_not_be_read() {
    let desk = Desk::new();
    // Neither root nor anybody else can read a process's memory from its beginning.
    std::os::unix::fs::symlink("/proc/self/mem", desk.path("change.md")).expect("a link");
    desk.call("run change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: failed to read `change.md`: Input/output error (os error 5)

"#]]);
    desk.file("hello.md", HELLO);
    desk.call("run -i change.md hello.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: failed to read the inventory change.md: Input/output error (os error 5)

"#]]);
    desk.call("run -i nowhere.yaml hello.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: failed to read the inventory nowhere.yaml: No such file or directory (os error 2)

"#]]);
}

#[test]
fn a_yaml_bomb_in_the_front_matter_and_in_the_inventory() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ('b'..='k').zip('a'..) {
        let nine = [format!("*{of}").as_str(); 9].join(", ");
        bomb += &format!("{name}: &{name} [{nine}]\n");
    }
    let desk = Desk::local();
    desk.file("change.md", format!("---\n{bomb}---\n{HELLO}"));
    desk.call("run -i inventory.yaml change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error[yaml-too-large]: the YAML is too large or too deep
 --> change.md:6:8
  |
6 | e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
  |        ^^
  |
  = help: write it with fewer levels, values and aliases

1 error found; nothing was sent

"#]]);
    desk.file("change.md", HELLO).file("inventory.yaml", bomb);
    desk.call("run -i inventory.yaml change.md")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error[yaml-too-large]: the YAML is too large or too deep
 --> inventory.yaml:5:8
  |
5 | e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
  |        ^^
  |
  = help: write it with fewer levels, values and aliases

1 error found; nothing was sent

"#]]);
}
