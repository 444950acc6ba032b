//! `runsheet report`: documents about a run.

use snapbox::str;

use super::desk::Desk;
use super::terminal::typing;

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

/// Only one entry of a journal is held at a time, and of each answer only what is shown.
#[test]
fn a_large_journal_is_reported_in_little_memory() {
    let desk = Desk::local();
    let mut text = "---\ntitle: Talk\non: local\n---\n".to_owned();
    for n in 0..16 {
        text += &format!(
            "\n# Part {n}\n\n```sh run undo=none reason=\"talk is talk\"\n\
             yes 'a line that is neither long nor short' | head -c 6000000; touch {n}\n```\n\n\
             ```sh check\ntest -e {n}\n```\n"
        );
    }
    desk.file("talk.md", text);
    desk.call("-i inventory.yaml run talk.md").success();
    let journal = desk.path(".runsheet/runs");
    let run = journal.read_dir().expect("runs").next().expect("a run");
    let journal = run.expect("a folder").path().join("journal.jsonl");
    let size = journal.metadata().expect("a journal").len();
    assert!(size > 90_000_000, "{size} bytes");

    // A quarter of the journal would do, were it not for what the program itself maps.
    let program = env!("CARGO_BIN_EXE_runsheet");
    for (format, most) in [("html", 1_500_000), ("md", 1_500_000), ("junit", 1_500_000)] {
        let limited = format!("ulimit -v 200000; exec {program} report -f {format} -o report");
        let output = std::process::Command::new("sh")
            .args(["-c", &limited])
            .current_dir(desk.path("."))
            .output()
            .expect("a shell");
        assert!(output.status.success(), "{format}: {output:?}");
        let report = desk.read("report");
        assert!(report.len() < most, "{format}: {} bytes", report.len());
        assert!(
            report.contains("journal"),
            "{format} says where the rest is"
        );
    }
}

/// The addresses that a page leads to, but for places on it.
fn addresses(page: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1);
    let all = all.filter_map(|rest| Some(rest.split_once('"')?.0));
    let elsewhere = all.filter(|address| !address.starts_with('#'));
    // As a browser reads it.
    elsewhere
        .map(|address| {
            quick_xml::escape::unescape(address)
                .expect("escaped")
                .replace("%20", " ")
        })
        .collect()
}

#[test]
fn a_report_leads_to_the_evidence_from_wherever_it_is() {
    let desk = Desk::new();
    desk.file("inventory.yaml", "targets:\n  floor: {driver: manual}\n");
    desk.file(
        "look.md",
        "# Look\n\n## Read the label\n\n```manual read on=floor\npicture: file\n```\n\n\
         ```manual check on=floor\nIs it so?\n```\n",
    );
    desk.file("label.png", "a picture")
        .file("else where/.keep", "");
    let state = "a state";
    let words = format!("--state '{state}' -i inventory.yaml run look.md");
    let (code, screen) = typing(&mut desk.on_a_terminal(&words), &["label.png", "yes"]);
    assert_eq!(code, Some(0), "{screen}");

    let report = |output: &[&str]| {
        let called = desk
            .runsheet("report")
            .args(["--state", state])
            .args(output);
        let output = called.assert().success().get_output().stdout.clone();
        String::from_utf8(output).expect("UTF-8")
    };
    let run = desk
        .path(state)
        .join("runs")
        .read_dir()
        .expect("runs")
        .next();
    let run = run.expect("a run").expect("a run").path();
    let beside = run.join("report.html");
    let beside = beside.to_str().expect("UTF-8");
    for file in ["report.html", "else where/report.html", beside] {
        report(&["-o", file]);
        let page = desk.path(file);
        let addresses = addresses(&std::fs::read_to_string(&page).expect("a page"));
        let [address] = &addresses[..] else {
            panic!("{file}: {addresses:?}");
        };
        let led = page.parent().expect("a folder").join(address);
        let found = std::fs::read(&led).unwrap_or_else(|error| panic!("{led:?}: {error}"));
        assert_eq!(found, b"a picture", "{file}");
    }
    // Where nobody knows where the page will be, the file is named.
    let page = report(&[]);
    assert!(addresses(&page).is_empty());
    assert!(page.contains("evidence&#x2f;picture-"), "{page}");
}

#[test]
fn a_run_that_is_not_there_is_named() {
    let desk = Desk::new();
    desk.call("report").code(2).stderr_eq(str![[r#"
error: there are no runs in .runsheet/runs yet
help: `runsheet run` makes one; those of another folder are found with --state

"#]]);
    desk.call("report nobody").code(2).stderr_eq(str![[r#"
error: there is no run `nobody`
help: there are no runs in .runsheet/runs

"#]]);
}
