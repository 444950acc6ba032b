//! A run goes on, and is taken back, where it was: at the devices of its inventory, or in the lab.

use super::desk::Desk;

/// A step that makes a file on this machine once somebody said yes, and one that just makes one.
fn book(front: &str) -> String {
    format!(
        "---\n{front}---\n\n# Book\n\n## Make it\n\n```sh run on=local\ntouch made\n```\n\n\
         ```sh check on=local\ntest -e made\n```\n\n```sh undo on=local approve\nrm made\n```\n\n\
         ## Ask\n\n```sh run on=local approve\ntouch asked\n```\n\n\
         ```sh check on=local\ntest -e asked\n```\n\n```sh undo on=local\nrm asked\n```\n"
    )
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("devices.yaml", "targets:\n  local: {driver: local}\n")
        .file("book.md", book(""));
    desk
}

/// What is said on standard error, with `RUN` for the run.
fn said(desk: &Desk, words: &str, code: i32) -> String {
    let called = desk.call(words).code(code).stdout_eq("");
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    said.replace(&newest(desk), "RUN")
}

fn newest(desk: &Desk) -> String {
    let shown = desk.said("show");
    let last = shown.lines().last().expect("a run");
    last.split(' ').next().expect("an id").to_owned()
}

/// The `help:` line, as somebody would copy it.
fn help(said: &str) -> &str {
    let (_, help) = said.split_once("runsheet ").expect("a call");
    help.trim_end()
}

#[test]
fn a_run_at_devices_neither_goes_on_nor_is_taken_back_in_the_lab() {
    let desk = desk();
    desk.call("run -i devices.yaml book.md").code(3);
    for verb in ["resume", "undo"] {
        let refused = said(&desk, verb, 2);
        assert_eq!(
            refused,
            format!(
                "error: run RUN was not in the lab, and no inventory is named; nothing was sent\n\
                 help: name the one that it had: runsheet {verb} RUN -i devices.yaml\n"
            )
        );
        assert!(!desk.path(".runsheet/lab").exists(), "nobody opened a lab");
        // What it says to do meets the run.
        let again = help(&refused).replace("RUN", &newest(&desk));
        let called = desk.call(&again).code(3);
        let shown = String::from_utf8_lossy(&called.get_output().stdout).into_owned();
        assert!(shown.contains("needs approval"), "{shown}");
    }
    assert!(desk.path("made").exists() && !desk.path("asked").exists());
}

#[test]
fn an_undo_at_devices_does_not_go_on_in_the_lab_either() {
    let desk = desk();
    desk.call("run -i devices.yaml book.md").code(3);
    desk.call("undo -i devices.yaml").code(3);
    let refused = said(&desk, "resume", 2);
    assert!(refused.contains("run RUN was not in the lab"), "{refused}");
    assert!(desk.path("made").exists());
}

#[test]
fn a_run_in_the_lab_is_none_at_devices() {
    let desk = desk();
    desk.call("run book.md").code(3);
    for verb in ["resume", "undo"] {
        let refused = said(&desk, &format!("{verb} -i devices.yaml"), 2);
        assert_eq!(
            refused,
            format!(
                "error: run RUN was in the lab, and an inventory is named; nothing was sent\n\
                 help: leave the inventory away: runsheet {verb} RUN\n"
            )
        );
        // One that is named by the environment has to be taken out of it.
        let called = desk
            .runsheet(verb)
            .env("RUNSHEET_INVENTORY", "devices.yaml")
            .assert()
            .code(2);
        let refused = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
        let call = format!(": env -u RUNSHEET_INVENTORY runsheet {verb} lab-1-0001\n");
        assert!(refused.ends_with(&call), "{refused}");
    }
    assert!(desk.path("made").exists() && !desk.path("asked").exists());
}

#[test]
fn where_to_go_on_is_said_with_the_folder_and_the_inventory() {
    let desk = desk();
    desk.file("my devices.yaml", desk.read("devices.yaml"));
    let mut run = desk.runsheet("run book.md");
    run = run.args(["-i", "my devices.yaml", "--state", "it's here"]);
    let called = run.assert().code(3);
    let shown = String::from_utf8_lossy(&called.get_output().stdout).into_owned();
    let (_, line) = shown.split_once("go on: ").expect("it can go on");
    let ids = desk.path("it's here/runs").read_dir().expect("the runs");
    let id = ids.last().expect("a run").expect("an entry").file_name();
    let call = format!(
        "runsheet resume {} --state 'it'\\''s here' -i 'my devices.yaml'",
        id.display()
    );
    assert_eq!(
        line,
        format!("{call}\n       on a terminal, where it asks\n")
    );
    // A shell takes it as it stands.
    let program = env!("CARGO_BIN_EXE_runsheet");
    let copied = call.replacen("runsheet", program, 1);
    let output = std::process::Command::new("sh")
        .args(["-c", &copied])
        .current_dir(desk.path("."))
        .output()
        .expect("a shell");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("`book#ask` needs approval"), "{shown}");
}

#[test]
fn the_lab_s_operator_says_nothing_about_this_machine() {
    let desk = desk();
    let called = desk.call("run book.md").code(3);
    let shown = Desk::shown(&called);
    assert!(shown.contains("`book#ask` needs approval"), "{shown}");
    assert!(!desk.path("asked").exists());
    // Neither about what is taken back here.
    let called = desk.call("undo").code(3);
    let shown = Desk::shown(&called);
    assert!(shown.contains("`book#make-it` needs approval"), "{shown}");
    assert!(desk.path("made").exists());
    // About the lab's devices it does.
    let desk = Desk::new();
    desk.file(
        "floor.md",
        "# Floor\n\n## Switch it on\n\n\
         ```manual run on=floor always approve undo=none reason=test lab=\"power-on xen1\"\nOn.\n```\n\n\
         ```manual check on=floor lab=\"read xen1\"\nIs it there?\n```\n",
    );
    desk.call("run floor.md --unattended").success();
    assert!(
        desk.said("show --json lab-1-0001")
            .contains("the lab's operator")
    );
}
