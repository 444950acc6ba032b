//! What devices say that is not what a program would like to hear.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

const RUN: &str = "run -i inventory.yaml change.md";

/// A runbook with one check of this machine.
fn checking(command: &str, expected: &str) -> String {
    format!(
        "# Look\n\n## Bytes\n\n```sh check on=local\n{command}\n```\n\n```expect\n{expected}\n```\n"
    )
}

#[test]
fn bytes_that_are_no_text_are_shown_and_compared_as_what_they_are() {
    let desk = Desk::local();
    desk.file("change.md", checking(r"printf 'a\000b\377c\n'", "abc"));
    let called = desk.call(RUN).code(1);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Look
      failed  Bytes
              on local: printf 'a/000b/377c/n'
              line 1 of the excerpt is not in the output
                expected | actual
              > abc      | a/x00b�c

failed: `change#bytes` failed; nothing was sent

"#]]
    );

    desk.file(
        "change.md",
        checking(r"printf 'a\000b\377c\n'", "a[..]b[..]c"),
    );
    desk.call(RUN).success();
    desk.file(
        "change.md",
        checking("head -c 3000000 /dev/urandom; echo; echo end", "end"),
    );
    desk.call(RUN).success();
}

#[test]
fn each_line_that_misses_is_told_once() {
    let desk = Desk::local();
    let book = checking("echo x", "x") + "\n```assert\nstdout == 'a'\nlines[0] == 'b'\n```\n";
    desk.file("change.md", book);
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).code(1)),
        str![[r#"
Look
      failed  Bytes
              on local: echo x
              does not hold: stdout == 'a'
                stdout = "x"
              does not hold: lines[0] == 'b'
                lines[0] = "x"

failed: `change#bytes` failed; nothing was sent

"#]]
    );
}

/// A runbook with a check of this machine that expects nothing but that it goes well.
fn only_checking(command: &str) -> String {
    format!("# Look\n\n## It\n\n```sh check on=local\n{command}\n```\n")
}

#[test]
fn a_command_that_fails_is_shown_with_what_it_said_once() {
    let desk = Desk::local();
    desk.file("change.md", only_checking("echo up; echo down; exit 4"));
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).code(1)),
        str![[r#"
Look
      failed  It
              on local: echo up; echo down; exit 4
              exit status 4 instead of 0, and it printed last:
                up
                down

failed: `change#it` failed; nothing was sent

"#]]
    );
    let words = "echo one >&2; echo two >&2; exit 4";
    desk.file("change.md", only_checking(words));
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).code(1)),
        str![[r#"
Look
      failed  It
              on local: echo one >&2; echo two >&2; exit 4
              one
              exit status 4 instead of 0: two

failed: `change#it` failed; nothing was sent

"#]]
    );
    desk.file("change.md", only_checking("echo one >&2; exit 4"));
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).code(1)),
        str![[r#"
Look
      failed  It
              on local: echo one >&2; exit 4
              exit status 4 instead of 0: one

failed: `change#it` failed; nothing was sent

"#]]
    );
}

#[test]
fn a_script_fails_and_is_not_refused() {
    let desk = Desk::local();
    let book = "# Make\n\n## It\n\n```sh run on=local\necho no >&2; exit 4\n```\n\n\
        ```sh check on=local\ntest -e it\n```\n\n```sh undo on=local\nrm -f it\n```\n";
    desk.file("change.md", book);
    desk.call(RUN).code(1);
    let report = desk.said("report -f md");
    assert!(
        report.contains("run on local: **failed (exit status 4)**"),
        "{report}"
    );
    let page = desk.said("report");
    assert!(
        page.contains("failed: exit status 4") && !page.contains("refused"),
        "{page}"
    );
}

#[test]
fn a_wall_of_output_is_cut_where_it_is_shown() {
    let desk = Desk::local();
    desk.file("change.md", checking("seq 1 200000", "no such line"));
    let called = desk.call(RUN).code(1);
    let shown = Desk::shown(&called);
    assert!(shown.len() < 10_000, "{} bytes are shown", shown.len());
}

#[test]
fn what_looks_like_a_prompt_in_a_switchs_answer_is_part_of_the_answer() {
    let desk = Desk::new();
    desk.file("change.md", include_str!("output/prompts.md"));
    desk.call("run change.md").success().stdout_eq(str![[r#"
Names that look like prompts
      passed  Describe two ports
      passed  Greet with a prompt

done: 2 steps: 2 passed
run: .runsheet/runs/lab-1-0001

"#]]);
    desk.call("run change.md").success().stdout_eq(str![[r#"
Names that look like prompts
     already  Describe two ports
     already  Greet with a prompt

done: 2 steps: 2 already
run: .runsheet/runs/lab-1-0002

"#]]);
    desk.call("undo lab-1-0001").success().stdout_eq(str![[r#"
Taking back run lab-1-0001
2 steps are as the run left them
Names that look like prompts
      undone  Greet with a prompt
      undone  Describe two ports

done: 2 steps taken back
run: .runsheet/runs/lab-1-0003

"#]]);
    desk.call("lab diff").success().stdout_eq(str![""]);
}

#[test]
fn a_reader_that_goes_away_ends_no_run_and_makes_no_noise() {
    let desk = Desk::with_runbooks();
    for words in [
        "run runbooks",
        "undo lab-1-0001 --yes",
        "show lab-1-0001",
        "plan runbooks",
    ] {
        let gone = format!("\"$0\" {words} 2>said | true; cat said");
        let program = snapbox::cmd::cargo_bin!("runsheet");
        let ended = std::process::Command::new("sh")
            .args(["-c", &gone])
            .arg(program)
            .current_dir(desk.path(""))
            .output()
            .expect("a shell");
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "", "{words}");
    }
    // The run and its undo went on to their ends all the same. Only what the storage server's
    // disks held before can't be brought back.
    let different = desk.said("lab diff");
    let mut lines = different.lines();
    assert!(
        lines.all(|line| line.contains("\"Foreign\" -> \"Good\"")),
        "{different}"
    );
}
