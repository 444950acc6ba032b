use super::PlannedFence;
use crate::runbook::{Lang, OnUnknown, Role};

/// What a fence says about how it is done, in words. Whoever approves a plan approves all of it,
/// so every attribute that changes what happens stands here.
pub(super) fn notes(fence: &PlannedFence) -> Vec<String> {
    let attributes = &fence.attributes;
    let options = &fence.options;
    let mut notes = Vec::new();
    let mut note = |text: Option<String>| notes.extend(text);
    let flag = |is_set: bool, words: &str| is_set.then(|| words.to_owned());

    let is_effect = matches!(fence.role, Role::Run | Role::Undo);
    note(flag(options.exec && is_effect, "exec mode"));
    note(
        options
            .become_user
            .as_ref()
            .map(|user| format!("as {user}")),
    );
    note(
        options
            .session
            .as_ref()
            .map(|name| format!("in the shell `{name}`")),
    );
    note(flag(options.tty, "on a terminal"));
    note(options.revert.map(|after| {
        let minutes = after.as_secs().div_ceil(60);
        format!("under a revert timer of {minutes} min")
    }));
    note(attributes.timeout.map(|time| format!("timeout {time:?}")));
    note(attributes.within.map(|time| format!("within {time:?}")));
    note(attributes.every.map(|time| format!("every {time:?}")));
    note(attributes.hold_for.map(|time| format!("for {time:?}")));
    note(
        attributes
            .max_lost
            .map(|lost| format!("at most {lost} lost")),
    );
    note(attributes.max_gap.map(|gap| format!("no gap over {gap:?}")));
    note(options.path.as_ref().map(|path| format!("to {path}")));
    note(options.mode.map(|mode| format!("mode {mode:o}")));
    note(attributes.exit.map(|status| format!("exit {status}")));
    note(flag(attributes.refused, "the login must be refused"));
    note(flag(attributes.absent_ok, "not there counts as not done"));
    let asks = fence.role == Role::Undo && attributes.approve;
    note(flag(asks, "needs approval"));
    note(flag(attributes.once, "once"));
    note(attributes.on_unknown.map(on_unknown));
    note(flag(attributes.disconnects, "ends the connection"));
    let pins = attributes.pins.as_ref();
    note(pins.map(|target| format!("reads the key of {}", target.value)));
    let capture = attributes.capture.as_ref();
    note(capture.map(|name| format!("gives `{}`", name.value)));
    note(flag(attributes.secret, "output hidden"));
    note(flag(
        attributes.raw && fence.lang != Lang::Probe,
        "as it stands",
    ));
    notes
}

fn on_unknown(then: OnUnknown) -> String {
    let what = match then {
        OnUnknown::Ask => "ask",
        OnUnknown::Undo => "undo",
        OnUnknown::Fail => "fail",
        OnUnknown::Rerun => "send it again",
    };
    format!("if unknown: {what}")
}
