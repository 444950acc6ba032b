//! Every attribute of the dialect, in one table: parsing, suggestions and the book read it.

use super::attribute_spec::AttributeValue;
use super::{AttributeSpec, Attributes, Lang, OnUnknown, Role, Spanned, ValueKind};

/// The attribute of this name.
pub fn attribute(name: &str) -> Option<&'static AttributeSpec> {
    ATTRIBUTES.iter().find(|spec| spec.name == name)
}

const ANY_ROLE: &[Role] = &Role::ALL;
const EFFECTS: &[Role] = &[Role::Run, Role::Undo];
const LOOKS: &[Role] = &[Role::Read, Role::SkipIf, Role::Check];
const CHECK: &[Role] = &[Role::Check];
const RUN: &[Role] = &[Role::Run];
const ANY_LANG: &[Lang] = &Lang::ALL;
const SH: &[Lang] = &[Lang::Sh];
const IOS: &[Lang] = &[Lang::Ios];
const FILE: &[Lang] = &[Lang::File];
const MANUAL: &[Lang] = &[Lang::Manual];
const PROBE: &[Lang] = &[Lang::Probe];
const REMOTE: &[Lang] = &[
    Lang::Sh,
    Lang::File,
    Lang::Ios,
    Lang::Xapi,
    Lang::Cimc,
    Lang::Http,
    Lang::Sftp,
];
/// A person is not hurried, nor asked again and again.
const NOT_MANUAL: &[Lang] = &[
    Lang::Sh,
    Lang::File,
    Lang::Ios,
    Lang::Xapi,
    Lang::Cimc,
    Lang::Http,
    Lang::Sftp,
    Lang::Probe,
];
/// Who transfers files waits for each answer, so a lost connection is never the end of it.
const COMMANDS: &[Lang] = &[
    Lang::Sh,
    Lang::File,
    Lang::Ios,
    Lang::Xapi,
    Lang::Cimc,
    Lang::Http,
];
const WITH_OUTPUT: &[Lang] = &[
    Lang::Sh,
    Lang::Ios,
    Lang::Xapi,
    Lang::Cimc,
    Lang::Http,
    Lang::Sftp,
];

/// A spec for fences of these roles and languages.
const fn spec(
    name: &'static str,
    value: ValueKind,
    roles: &'static [Role],
    langs: &'static [Lang],
    help: &'static str,
    store: fn(&mut Attributes, AttributeValue),
) -> AttributeSpec {
    AttributeSpec {
        name,
        value,
        roles,
        langs,
        expectations: &[],
        help,
        store,
    }
}

/// Makes a setter that stores one shape of value and ignores the others, which the table's
/// `ValueKind` rules out.
macro_rules! set {
    ($field:ident) => {
        |a, _| a.$field = true
    };
    ($field:ident, $shape:ident) => {
        |a, value| {
            if let AttributeValue::$shape(value) = value {
                a.$field = Some(value);
            }
        }
    };
    ($field:ident, $shape:ident, $convert:expr) => {
        |a, value| {
            if let AttributeValue::$shape(value) = value {
                a.$field = Some($convert(value));
            }
        }
    };
}

fn on_unknown(word: Spanned<String>) -> OnUnknown {
    match word.value.as_str() {
        "undo" => OnUnknown::Undo,
        "fail" => OnUnknown::Fail,
        "rerun" => OnUnknown::Rerun,
        _ => OnUnknown::Ask,
    }
}

fn plain(text: Spanned<String>) -> String {
    text.value
}

/// All attributes, in the order of the book.
pub static ATTRIBUTES: &[AttributeSpec] = &{
    use ValueKind::{Choice, Count, Flag, Mode, Name, Number, Path, Pause, Status, Text};
    const DURATION: ValueKind = ValueKind::Duration;
    [
        spec(
            "on",
            Text,
            ANY_ROLE,
            ANY_LANG,
            "the target or group",
            set!(on, Text),
        ),
        spec(
            "timeout",
            Pause,
            ANY_ROLE,
            NOT_MANUAL,
            "the deadline of one attempt",
            set!(timeout, Duration),
        ),
        spec(
            "within",
            DURATION,
            CHECK,
            NOT_MANUAL,
            "retry until it holds or this has passed",
            set!(within, Duration),
        ),
        spec(
            "every",
            Pause,
            CHECK,
            NOT_MANUAL,
            "the pause between two tries",
            set!(every, Duration),
        ),
        spec(
            "for",
            DURATION,
            CHECK,
            NOT_MANUAL,
            "how long it must stay true",
            set!(hold_for, Duration),
        ),
        spec(
            "exit",
            Status,
            ANY_ROLE,
            SH,
            "the exit status that counts as success",
            set!(exit, Number, |n| n as i32),
        ),
        spec(
            "capture",
            Name,
            &[Role::Read, Role::Check, Role::Run],
            WITH_OUTPUT,
            "the name that the trimmed output is bound to",
            set!(capture, Text),
        ),
        spec(
            "when",
            Text,
            ANY_ROLE,
            ANY_LANG,
            "a condition for the step",
            set!(when, Text),
        ),
        spec(
            "once",
            Flag,
            EFFECTS,
            ANY_LANG,
            "the effect must not be repeated",
            set!(once),
        ),
        spec(
            "on-unknown",
            Choice(&["ask", "undo", "fail", "rerun"]),
            EFFECTS,
            ANY_LANG,
            "what to do when nobody can know whether the effect arrived",
            set!(on_unknown, Text, on_unknown),
        ),
        spec(
            "undo",
            Choice(&["none"]),
            RUN,
            ANY_LANG,
            "the effect cannot be taken back; needs `reason=`",
            |a, _| {
                a.undo_none.get_or_insert_default();
            },
        ),
        spec(
            "reason",
            Text,
            RUN,
            ANY_LANG,
            "why there is no undo",
            set!(undo_none, Text),
        ),
        spec(
            "toward",
            Text,
            RUN,
            ANY_LANG,
            "the step that this one only serves",
            set!(toward, Text),
        ),
        spec(
            "after",
            Choice(&["undo"]),
            CHECK,
            ANY_LANG,
            "it must hold when the step was taken back",
            |a, _| a.after_undo = true,
        ),
        spec(
            "absent-ok",
            Flag,
            LOOKS,
            REMOTE,
            "before the first effect, no connection counts as not done",
            set!(absent_ok),
        ),
        spec(
            "always",
            Flag,
            &[Role::Run, Role::Check],
            ANY_LANG,
            "a drill: never skipped as already done",
            set!(always),
        ),
        spec(
            "disconnects",
            Flag,
            EFFECTS,
            COMMANDS,
            "losing the connection once all was sent is expected",
            set!(disconnects),
        ),
        spec(
            "refused",
            Flag,
            CHECK,
            REMOTE,
            "the target must refuse our login",
            set!(refused),
        ),
        spec(
            "secret",
            Flag,
            ANY_ROLE,
            ANY_LANG,
            "hide the output",
            set!(secret),
        ),
        spec(
            "serial",
            Count,
            ANY_ROLE,
            ANY_LANG,
            "at most so many targets of the group at once",
            set!(serial, Number, |n| n as usize),
        ),
        spec(
            "session",
            Name,
            ANY_ROLE,
            SH,
            "fences with the same name share one shell",
            set!(session, Text, plain),
        ),
        spec(
            "approve",
            Flag,
            EFFECTS,
            ANY_LANG,
            "a person must say yes first",
            set!(approve),
        ),
        spec(
            "as",
            Name,
            ANY_ROLE,
            &[Lang::Sh, Lang::File],
            "become this user",
            set!(become_user, Text, plain),
        ),
        spec(
            "each",
            Name,
            ANY_ROLE,
            ANY_LANG,
            "repeat for every row of the section's table, under this name",
            set!(each, Text),
        ),
        AttributeSpec {
            expectations: &["expect", "assert"],
            ..spec(
                "raw",
                Flag,
                ANY_ROLE,
                ANY_LANG,
                "no templates in this fence",
                set!(raw),
            )
        },
        spec("tty", Flag, ANY_ROLE, SH, "run on a terminal", set!(tty)),
        spec(
            "lab",
            Text,
            ANY_ROLE,
            MANUAL,
            "what the lab's technician does",
            set!(lab, Text),
        ),
        spec(
            "pins",
            Text,
            &[Role::Read, Role::Run, Role::Check],
            MANUAL,
            "the target whose key is read at the device itself",
            set!(pins, Text),
        ),
        spec(
            "path",
            Path,
            ANY_ROLE,
            FILE,
            "where the text goes",
            set!(path, Text),
        ),
        spec(
            "mode",
            Mode,
            ANY_ROLE,
            FILE,
            "the file's permissions",
            set!(mode, Number),
        ),
        spec(
            "exec",
            Flag,
            EFFECTS,
            IOS,
            "exec-mode lines, not configuration",
            set!(exec),
        ),
        spec(
            "revert",
            DURATION,
            EFFECTS,
            IOS,
            "the revert timer that the block is applied under",
            set!(revert, Duration),
        ),
        spec(
            "max-lost",
            Number,
            CHECK,
            PROBE,
            "at most so many tries may go unanswered",
            set!(max_lost, Number, |n| n as usize),
        ),
        spec(
            "max-gap",
            DURATION,
            CHECK,
            PROBE,
            "the longest time without an answer",
            set!(max_gap, Duration),
        ),
        AttributeSpec {
            expectations: &["expect"],
            ..spec(
                "whole",
                Flag,
                &[],
                &[],
                "the text is all of the output, not an excerpt",
                set!(whole),
            )
        },
    ]
};
