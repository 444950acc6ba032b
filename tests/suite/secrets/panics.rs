//! The program breaks while it holds a secret. What it says then must not be what it held.

use std::panic::panic_any;
use std::process::{Command, Output};
use std::thread;

use runsheet::redact;
use snapbox::{assert_data_eq, str};

use super::encodings::all;
use super::sinks::{CANARY, Leak, desk};
use crate::kernel::{self, Blow};

/// Breaks on a text.
type Break = fn(&str);

/// Ways in which a program breaks that show what it broke on.
const WAYS: [(&str, Break); 7] = [
    ("its message", |text| panic!("failed to send {text}")),
    ("an error", |text| {
        let number = text.parse::<u8>().map_err(|_| text.to_owned());
        number.expect("a number");
    }),
    ("what is expected", |text| {
        text.chars().nth(usize::MAX).expect(text);
    }),
    ("a comparison", |text| assert_eq!(text, "another text")),
    ("a slice of a text", |text| {
        let end = text.len() + 1;
        drop(text[..end].to_owned());
    }),
    ("a text as payload", |text| panic_any(text.to_owned())),
    ("bytes as payload", |text| {
        panic_any(text.as_bytes().to_vec())
    }),
];

const HOOK: &str = "RUNSHEET_TEST_HOOK";

/// Breaks in every way on every form of the canary, in a thread that has its name too.
#[test]
#[ignore = "a process of its own, which other tests start"]
fn break_on_a_secret() {
    let hook = std::env::var(HOOK).expect("another test starts this one");
    if hook == "ours" {
        redact::quiet_panics();
    }
    // A backtrace of each takes a while.
    let forms = match std::env::var("RUST_BACKTRACE").as_deref() {
        Ok("full") => vec![CANARY.as_bytes().to_vec()],
        _ => all(CANARY).into_iter().map(|form| form.text).collect(),
    };
    let mut broken = 0;
    for form in &forms {
        // Where it is not text, it is what the program makes of it.
        let text = String::from_utf8_lossy(form);
        for (way, break_on) in WAYS {
            let text = text.clone().into_owned();
            let thread = thread::Builder::new().name(CANARY.to_owned());
            let thread = thread.spawn(move || break_on(&text)).expect("a thread");
            assert!(thread.join().is_err(), "{way} does not break anything");
            broken += 1;
        }
    }
    println!("broken {broken} times");
}

/// Starts that process.
fn broken(hook: &str, backtrace: &str) -> Output {
    let this = std::env::current_exe().expect("this program");
    Command::new(this)
        .args(["--exact", "secrets::panics::break_on_a_secret"])
        .args(["--ignored", "--nocapture"])
        .env(HOOK, hook)
        .env("RUST_BACKTRACE", backtrace)
        .output()
        .expect("it starts")
}

#[test]
fn a_panic_says_where_it_struck_and_not_what_it_was_about() {
    let leak = Leak::of(CANARY);
    // Without the program's hook the secret is there to be found.
    let open = broken("none", "0");
    assert!(leak.found_in(&open.stderr).is_some());

    for backtrace in ["0", "full"] {
        let quiet = broken("ours", backtrace);
        assert!(quiet.status.success(), "{quiet:?}");
        leak.assert_none("what a panic prints", &quiet.stdout);
        leak.assert_none("a panic's message", &quiet.stderr);

        let said = String::from_utf8_lossy(&quiet.stderr).into_owned();
        let times = said.matches("error: the program broke at ").count();
        let forms = if backtrace == "full" {
            1
        } else {
            all(CANARY).len()
        };
        assert_eq!(times, forms * WAYS.len());
        let here = said.matches("broke at tests/suite/secrets/panics.rs:");
        assert_eq!(here.count(), times, "each says where");
        println!("{times} panics with a backtrace of `{backtrace}`: none holds the secret");
    }
}

#[test]
fn the_program_itself_breaks_as_quietly() {
    if !kernel::is_here() {
        return;
    }
    let desk = desk();
    desk.file("canary", CANARY).file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  canary: file:canary\n",
    );
    let words = "run -i inventory.yaml canary.md --on-failure stop";
    // Where the system has no thread to give, the standard library panics.
    let call = ("clone,clone3".to_owned(), 1);
    let struck = kernel::strike(&desk, words, &call, Blow::Fail("EAGAIN"));
    assert_eq!(
        struck.output.status.code(),
        Some(101),
        "{:?}",
        struck.output
    );
    Leak::of(CANARY).assert_none("its last words", &struck.output.stderr);
    assert_data_eq!(
        String::from_utf8_lossy(&struck.output.stderr).into_owned(),
        str![[r#"
error: the program broke at [..]thread[..].rs:[..]; why is not shown, as that may hold a secret
help: report that place; a run that was under way goes on with `runsheet resume`

"#]]
    );
}
