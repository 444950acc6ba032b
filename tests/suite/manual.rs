//! Steps that a person does: at a terminal, where nobody is, and in the lab.

use std::process::Command;

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::desk::Desk;
use crate::terminal::{Then, typing, typing_then};

const BOOK: &str = include_str!("manual/lid.md");

/// A server with a lid, and this machine.
fn desk() -> Desk {
    let desk = Desk::new();
    let inventory = "targets:\n  local: {driver: local}\n  floor: {driver: manual}\n";
    desk.file("inventory.yaml", inventory);
    desk.file("book.md", BOOK);
    desk.file("lid.jpg", "a picture of a lid");
    desk
}

/// The program on a terminal of its own, where somebody types these lines.
fn at_a_terminal(desk: &Desk, words: &str, typed: &[&str]) -> (Option<i32>, String) {
    at_a_terminal_with(desk, words, typed, &[])
}

fn at_a_terminal_with(
    desk: &Desk,
    words: &str,
    typed: &[&str],
    variables: &[(&str, &str)],
) -> (Option<i32>, String) {
    let mut terminal = desk.on_a_terminal(words);
    // Whoever says so is not the boss.
    terminal.env("USER", "boss").env("NO_COLOR", "1");
    typing(terminal.envs(variables.iter().copied()), typed)
}

/// The same, where somebody presses Ctrl-C once they are asked this for the `nth` time.
fn interrupted_at(
    desk: &Desk,
    words: &str,
    typed: &[&str],
    (asked, nth): (&str, usize),
) -> (Option<i32>, String) {
    let mut terminal = desk.on_a_terminal(words);
    terminal.env("USER", "ada").env("NO_COLOR", "1");
    let (code, screen) = typing_then(&mut terminal, typed, Then::PressesCtrlC);
    assert_eq!(screen.matches(asked).count(), nth, "{screen}");
    (code, screen)
}

#[test]
fn ctrl_c_at_a_question_stops_the_run_there_and_it_goes_on_later() {
    // Before anything was done.
    let desk = desk();
    let run = "-i inventory.yaml run book.md";
    let (code, screen) = interrupted_at(&desk, run, &["FCH12"], ("slot (int)", 1));
    assert_eq!(code, Some(3), "{screen}");
    assert!(screen.contains("nothing more was sent"), "{screen}");
    let run = run_of(&desk);
    let told = events(&desk, &run);
    assert!(told.iter().all(|event| event["event"] != "intent"));
    let resume = format!("-i inventory.yaml resume {run}");
    // While it is done: nobody knows, and the check is asked first.
    let typed = ["FCH12", "7", "lid.jpg", "no"];
    let (code, screen) = interrupted_at(&desk, &resume, &typed, ("done? ", 1));
    assert_eq!(code, Some(3), "{screen}");
    let told = events(&desk, &run);
    let outcome = told.iter().find(|event| event["event"] == "outcome");
    assert_eq!(outcome.expect("an outcome")["outcome"], "unknown");
    assert!(told.iter().all(|event| event["verdict"] != "failed"));
    // And at the check after it.
    let typed = ["no", "yes", "15"];
    let (code, screen) = interrupted_at(&desk, &resume, &typed, ("is it so now? ", 2));
    assert_eq!(code, Some(3), "{screen}");
    let told = events(&desk, &run);
    assert!(told.iter().all(|event| event["verdict"] != "failed"));
    let (code, screen) = at_a_terminal(&desk, &resume, &["yes"]);
    assert_eq!(code, Some(0), "{screen}");
}

#[test]
fn ctrl_c_is_heard_where_what_is_typed_is_not_shown() {
    let desk = desk();
    let book = "# Book\n\n## Ask\n\n```manual read on=floor secret\ncode: word\n```\n\n\
        ```sh check\ntrue\n```\n";
    desk.file("book.md", book);
    let run = "-i inventory.yaml run book.md";
    let (code, screen) = interrupted_at(&desk, run, &[], ("code (word): ", 1));
    assert_eq!(code, Some(3), "{screen}");
    let resume = format!("-i inventory.yaml resume {}", run_of(&desk));
    let (code, screen) = at_a_terminal(&desk, &resume, &["47114711"]);
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("nobody"), "{screen}");
}

/// Whose account this is.
fn me() -> String {
    let output = Command::new("id").arg("-un").output().expect("id is there");
    let name = String::from_utf8(output.stdout).expect("a name");
    name.trim().to_owned()
}

fn events(desk: &Desk, run: &str) -> Vec<Value> {
    let journal = desk.read(&format!(".runsheet/runs/{run}/journal.jsonl"));
    let lines = journal.lines().map(serde_json::from_str::<Value>);
    lines
        .map(|line| line.expect("JSON")["body"].take())
        .collect()
}

/// The one run of a desk.
fn run_of(desk: &Desk) -> String {
    let runs = std::fs::read_dir(desk.path(".runsheet/runs")).expect("runs");
    let mut names = runs.map(|entry| entry.expect("an entry").file_name());
    let name = names.next().expect("a run").into_string().expect("UTF-8");
    assert!(names.next().is_none(), "one run");
    name
}

#[test]
fn where_nobody_is_the_run_stops_before_the_step_and_goes_on_where_somebody_is() {
    let desk = desk();
    let stopped = desk.call("-i inventory.yaml run book.md").code(3);
    assert_data_eq!(
        Desk::shown(&stopped),
        str![[r#"
stuck: `book#read-the-label` needs a person who does it by hand

"#]]
    );
    // `--yes` is no answer to that.
    let run = run_of(&desk);
    let events = events(&desk, &run);
    assert!(events.iter().all(|event| event["event"] != "intent"));

    let typed = ["FCH12", "7", "lid.jpg", "no", "yes", "15", "yes"];
    let words = format!("-i inventory.yaml resume {run}");
    let (code, screen) = at_a_terminal(&desk, &words, &typed);
    assert_eq!(code, Some(0), "{screen}");
}

#[test]
fn what_does_not_fit_is_asked_for_again_and_what_fits_is_on_record() {
    let desk = desk();
    let typed = [
        "FCH 12",
        "FCH12",
        "x",
        "7",
        "nowhere.jpg",
        "lid.jpg", // The label.
        "no",
        "maybe",
        "yes",
        "15", // The lid is not on, and then it is.
        "yes",
    ];
    let (code, screen) = at_a_terminal(&desk, "-i inventory.yaml run book.md", &typed);
    assert_eq!(code, Some(0), "{screen}");
    for said in [
        "Read the label (book#read-the-label)",
        "`FCH 12` is not a word without blanks",
        "`x` is not a whole number",
        "failed to read nowhere.jpg: No such file or directory",
        "Put the lid of FCH12 on",
        // The same question twice is two questions.
        "is it so already? [yes/no]",
        "is it so now? [yes/no]",
        "`maybe` is no answer to that: type `yes` or `no`",
    ] {
        assert!(screen.contains(said), "{said} is not in {screen}");
    }

    let run = run_of(&desk);
    let events = events(&desk, &run);
    let looked = events.iter().find(|event| event["event"] == "looked");
    let mut looked = looked.expect("the label was read").clone();
    let by = looked["answer"]["notices"][0].take();
    assert_eq!(by, format!("done by {}", me()));
    assert_data_eq!(
        serde_json::to_string_pretty(&serde_json::json!({
            "answer": looked["answer"],
            "bound": looked["bound"],
        }))
        .expect("JSON"),
        str![[r#"
{
  "answer": {
    "stdout": "serial: FCH12/nslot: 7/npicture: evidence/picture-63b7b6ca1b2b.jpg/n",
    "notices": [
      null
    ],
    "attachments": [
      {
        "name": "picture",
        "file": "evidence/picture-63b7b6ca1b2b.jpg",
        "sha256": "63b7b6ca1b2b2be9c232470a1d5e1c8c6735764613281695ab6039deb8210531",
        "size": 18
      }
    ]
  },
  "bound": {
    "serial": "FCH12",
    "slot": 7,
    "picture": {
      "file": "evidence/picture-63b7b6ca1b2b.jpg",
      "sha256": "63b7b6ca1b2b2be9c232470a1d5e1c8c6735764613281695ab6039deb8210531",
      "size": 18
    }
  }
}
"#]]
    );
    let file = looked["bound"]["picture"]["file"].as_str().expect("a file");
    let kept = desk.read(&format!(".runsheet/runs/{run}/{file}"));
    assert_eq!(kept, "a picture of a lid");

    let outcome = events.iter().find(|event| event["event"] == "outcome");
    let outcome = outcome.expect("the lid was put on");
    assert_eq!(outcome["bound"]["torque"], "15");
    assert_eq!(outcome["answer"]["notices"][0], format!("done by {}", me()));
}

#[test]
fn who_says_no_or_goes_away_has_not_done_it() {
    let no = desk();
    let typed = ["FCH12", "7", "lid.jpg", "no", "no", "no", "yes", "no"];
    let (code, screen) = at_a_terminal(&no, "-i inventory.yaml run book.md", &typed);
    assert_eq!(code, Some(1), "{screen}");
    let said = format!("{} said no", me());
    assert!(screen.contains(&said), "{screen}");
    // That is a person's word, wherever it is told.
    let mut told = vec![screen.clone()];
    told.extend(["md", "junit", "html"].map(|format| no.said(&format!("report -f {format}"))));
    for told in told {
        assert!(
            told.contains(&said) && !told.contains("the device answered"),
            "{told}"
        );
    }
    assert!(screen.contains("Take the lid off again."), "{screen}");

    // The terminal is closed while the lid is being put on: nobody knows whether it is.
    let away = desk();
    let typed = ["FCH12", "7", "lid.jpg", "no"];
    let (code, screen) = at_a_terminal(&away, "-i inventory.yaml run book.md", &typed);
    assert_eq!(code, Some(3), "{screen}");
    let run = run_of(&away);
    let outcome = events(&away, &run);
    let outcome = outcome.iter().find(|event| event["event"] == "outcome");
    assert_eq!(outcome.expect("an outcome")["outcome"], "unknown");
}

#[test]
fn a_file_with_a_secret_in_it_is_not_kept() {
    let desk = desk();
    let inventory = "targets:\n  local: {driver: local}\n  floor: {driver: manual}\n\
        secrets:\n  door: env:DOOR_CODE\n";
    desk.file("inventory.yaml", inventory);
    let book = "# Book\n\n## Show it\n\n```manual read on=floor\npicture: file\n```\n\n\
        ```sh check\ntest -n {{ secret.door }}\n```\n";
    desk.file("book.md", book);
    desk.file("bad.txt", "the code is open-sesame-42");
    desk.file("held.txt", "username admin password 7 0822455D0A16\n");
    let (code, screen) = at_a_terminal_with(
        &desk,
        "-i inventory.yaml run book.md",
        &["bad.txt", "held.txt", "lid.jpg"],
        &[("DOOR_CODE", "open-sesame-42")],
    );
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("bad.txt holds a secret"), "{screen}");
    let held = "held.txt holds what a device keeps secret, after `password 7`";
    assert!(screen.contains(held), "{screen}");
    assert!(!screen.contains("0822455D0A16"), "{screen}");
}

#[test]
fn in_the_lab_the_technician_fills_in_what_stands_there() {
    let desk = Desk::new();
    desk.file("book.md", include_str!("manual/label.md"));
    desk.call("run book.md").success().stdout_eq(str![[r#"
Take stock
      passed  Note the serial number

done: 1 step: 1 passed
run: .runsheet/runs/lab-1-0001

"#]]);
    let journal = desk.said("show lab-1-0001 --json");
    assert!(journal.contains("evidence/picture-"), "{journal}");

    // What is looked at is not touched.
    let book = "# Book\n\n## Look\n\n```manual read on=floor lab=\"power-on xen1\"\nLook.\n```\n\n\
        ```sh check\ntrue\n```\n";
    desk.file("book.md", book);
    desk.call("run book.md").code(1).stdout_eq(str![[r#"
Book
     stopped  Look
              on floor: Look.
              `power-on xen1` is more than a look; orders that only look are read and fingerprint

failed: stopped at `book#look`
run: .runsheet/runs/lab-1-0002

"#]]);
}

#[test]
fn a_technician_who_does_not_say_it_has_not_filled_it_in() {
    let desk = Desk::new();
    let book = "# Book\n\n## Look\n\n```manual read on=floor lab=\"read xen1\"\nasset: word\nserial: int\n```\n\n\
        ```sh check\ntrue\n```\n";
    desk.file("book.md", book);
    desk.call("run book.md").code(1).stdout_eq(str![[r#"
Book
     stopped  Look
              on floor: asset: word …
              `asset` was not filled in with a word without blanks
              `serial` was not filled in with a whole number

failed: stopped at `book#look`
run: .runsheet/runs/lab-1-0001

"#]]);
}

#[test]
fn a_letter_is_answer_enough_where_yes_or_no_is_asked() {
    let book = "# Book\n\n## Make it\n\n```sh run approve\ntouch made\n```\n\n\
        ```sh check\ntest -e made\n```\n\n```sh undo\nrm made\n```\n";
    for (typed, code, made) in [("n", 1, false), ("Y", 0, true)] {
        let desk = Desk::local();
        desk.file("book.md", format!("---\non: local\n---\n\n{book}"));
        let (ended, screen) = at_a_terminal(&desk, "-i inventory.yaml run book.md", &[typed]);
        assert!(screen.contains("may this step run? [yes/no]"), "{screen}");
        assert_eq!(desk.path("made").exists(), made, "{screen}");
        assert_eq!(ended, Some(code), "{screen}");
        let asked = screen.matches("may this step run?").count();
        assert_eq!(asked, 1, "{screen}");
        let answer = if made { "yes" } else { "no" };
        let told = format!("“may this step run?” was answered “{answer}” by {} ", me());
        let report = desk.said("report -f md");
        assert!(report.contains(&told), "{report}");
    }
}
