use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;

/// The terminal lines.
pub(super) const LINES: Table = &[
    Command::new("line console <0-0>", "First Line number", |c| {
        c.enter(Mode::Line("con 0".to_owned()))
    }),
    Command::new("line vty <0-15>", "First Line number", |c| {
        let n = c.text(0);
        c.enter(Mode::Line(format!("vty {n}")))
    }),
    Command::new("line vty <0-15> <1-15>", "Last Line number", |c| {
        let (a, b) = (c.text(0), c.text(1));
        c.enter(Mode::Line(format!("vty {a} {b}")))
    }),
];

/// Commands in `(config-line)#`.
pub(super) const LINE: Table = &[
    Command::new("login local", "Local password checking", |c| {
        line(c, "login", Some("login local"))
    }),
    Command::new("login", "Enable password checking", |c| {
        line(c, "login", Some("login"))
    }),
    Command::new("no login", "", |c| line(c, "login", None)),
    Command::new("no login local", "", |c| line(c, "login", None)),
    Command::new("transport input LINE", "", |c| {
        let text = format!("transport input {}", c.text(0));
        line(c, "transport input", Some(&text))
    }),
    Command::new("no transport input", "", |c| {
        line(c, "transport input", None)
    }),
    Command::new("exec-timeout <0-35791>", "Timeout in minutes", |c| {
        let text = format!("exec-timeout {} 0", c.text(0));
        line(c, "exec-timeout", Some(&text))
    }),
    Command::new(
        "exec-timeout <0-35791> <0-2147483>",
        "Timeout in seconds",
        |c| {
            let text = format!("exec-timeout {} {}", c.text(0), c.text(1));
            line(c, "exec-timeout", Some(&text))
        },
    ),
    Command::new("no exec-timeout", "", |c| line(c, "exec-timeout", None)),
    Command::new("logging synchronous", "Synchronized message output", |c| {
        line(c, "logging synchronous", Some("logging synchronous"))
    }),
    Command::new("logging synchronous LINE", "level, limit", |c| {
        let text = format!("logging synchronous {}", c.text(0));
        line(c, "logging synchronous", Some(&text))
    }),
    Command::new("no logging synchronous", "", |c| {
        line(c, "logging synchronous", None)
    }),
    Command::new(
        "password LINE",
        "The UNENCRYPTED (cleartext) line password",
        |c| {
            let text = format!("password {}", c.text(0));
            line(c, "password", Some(&text))
        },
    ),
    Command::new("no password", "", |c| line(c, "password", None)),
    Command::new("stopbits <1-2>", "", |_| Flow::Done),
];

/// The configuration's own ranges of terminal lines that a range named by somebody covers.
fn sections(name: &str) -> Vec<String> {
    match name {
        "vty 0 15" => vec!["vty 0 4".to_owned(), "vty 5 15".to_owned()],
        name => vec![name.to_owned()],
    }
}

fn line(call: &mut Call<'_>, start: &str, value: Option<&str>) -> Flow {
    let Mode::Line(name) = call.mode() else {
        return Flow::Done;
    };
    // `login` is what a virtual terminal has by default.
    let is_default = value == Some("login") && name.starts_with("vty");
    call.configure(|config| {
        for name in sections(&name) {
            let lines = config.lines.entry(name.clone()).or_default();
            lines.retain(|line| !line.starts_with(start));
            if let Some(value) = value.filter(|_| !is_default) {
                lines.push(value.to_owned());
                lines.sort();
            }
            if lines.is_empty() {
                config.lines.remove(&name);
            }
        }
    });
    Flow::Done
}
