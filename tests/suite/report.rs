//! `runsheet report`: documents about a run.

use snapbox::str;

use super::desk::Desk;

#[test]
fn a_run_is_reported_as_a_page_as_markdown_and_for_a_build_server() {
    let desk = Desk::local();
    desk.file(
        "hello.md",
        "---\ntitle: Greet\non: local\n---\n\n# Say hello\n\n```sh run undo=none reason=\"said is said\"\n\
         echo hello > said\n```\n\n```sh check\ncat said\n```\n\n```expect\nhello\n```\n",
    );
    desk.call("-i inventory.yaml run hello.md").success();

    desk.call("report -o report.html")
        .success()
        .stdout_eq(str![""]);
    let page = desk.read("report.html");
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("<h1>Greet</h1>"), "{page}");

    let markdown = desk.said("report --format md");
    assert!(
        markdown.starts_with("# Greet\n\n**done** – 1 step: 1 passed\n"),
        "{markdown}"
    );

    let junit = desk.said("report --format junit");
    assert!(
        junit.contains("<testcase name=\"Say hello\" classname=\"runsheet.hello\""),
        "{junit}"
    );
}

#[test]
fn a_recording_is_of_one_target() {
    let desk = Desk::with_runbooks();
    desk.call("run runbooks/04-switch-stack.md").success();

    desk.call("report -f cast").code(2).stderr_eq(str![[r#"
error: a cast is of one target
help: name it with --target: `sw1-console`, `sw2-console`, `floor` and `stack`

"#]]);
    desk.call("report -f cast --target xen1")
        .code(2)
        .stderr_eq(str![[r#"
error: nothing was sent to `xen1` in this run
help: it has `sw1-console`, `sw2-console`, `floor` and `stack`

"#]]);
    let cast = desk.said("report -f cast --target stack");
    assert!(cast.starts_with("{\"version\":3,"), "{cast}");
    assert!(
        cast.contains("\"m\",\"Turn on the safety net (journal line "),
        "{cast}"
    );
    let cast = desk.said("report -f cast-v2 --target stack");
    assert!(cast.starts_with("{\"version\":2,"), "{cast}");
    let page = desk.said("report -f player");
    assert!(page.contains("\"target\":\"sw2-console\""));
}

#[test]
fn a_run_that_is_not_there_is_named() {
    let desk = Desk::new();
    desk.call("report").code(2).stderr_eq(str![[r#"
error: there is no run yet in .runsheet
help: `runsheet run` makes one

"#]]);
    desk.call("report nobody").code(2).stderr_eq(str![[r#"
error: there is no run `nobody`
help: `runsheet show` lists them

"#]]);
}
