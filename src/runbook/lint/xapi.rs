//! XenAPI calls: messages that there are not, looks that change something, and calls that make
//! something new each time they are sent.

use super::requests::{is_look, not_a_look, with_values};
use super::{written, xapi_messages};
use crate::runbook::{Fence, Lang, Role, Runbook, Step};
use crate::text::{Diagnostic, Span, XapiCall, wording};
use crate::value::Call;

/// Messages whose second call makes a second object.
const MAKERS: [&str; 12] = [
    "create",
    "clone",
    "copy",
    "create_VLAN",
    "create_VLAN_from_PIF",
    "snapshot",
    "snapshot_with_quiesce",
    "checkpoint",
    "provision",
    "introduce",
    "import_convert",
    "create_new_blob",
];
/// What looks objects up by what people know them by.
const LOOKUPS: [&str; 4] = [
    "get_by_name_label",
    "get_by_uuid",
    "get_all",
    "get_all_records",
];
/// Names that mean something else in expressions.
const TAKEN: [&str; 11] = [
    "exit", "json", "lines", "one", "ref", "secret", "stderr", "stdout", "table", "target", "xml",
];

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for step in &runbook.steps {
        let fences = step.fences.iter();
        for fence in fences.filter(|fence| fence.lang == Lang::Xapi) {
            // What is no call is told of where its names are looked for.
            let calls = XapiCall::parse(&with_values(fence)).unwrap_or_default();
            found.extend(calls.iter().filter_map(|call| judge(runbook, fence, call)));
            let counted = Call::parse(&with_values(fence)).unwrap_or_default();
            found.extend(counted.iter().filter_map(|call| slip(runbook, fence, call)));
            let may_repeat = written(fence, "once").is_some() || fence.role != Role::Run;
            let is_maker = |call: &&XapiCall| {
                let makes = MAKERS.contains(&call.message.as_str());
                makes && !may_repeat && !looks_up(step, call)
            };
            let maker = calls.iter().find(is_maker);
            found.extend(maker.map(|call| repeatable(runbook, fence, call)));
        }
    }
}

fn judge(runbook: &Runbook, fence: &Fence, call: &XapiCall) -> Option<Diagnostic> {
    let method = call.method();
    if call.class == "session" && call.message.contains("log") {
        let span = fence.body.span_in_source(call.method);
        let message = format!("`{method}` is not for runbooks: the driver logs in and out");
        return Some(Diagnostic::error(
            "bad-call",
            &runbook.source,
            span,
            message,
        ));
    }
    if let Some(name) = call.name.as_deref().filter(|name| TAKEN.contains(name)) {
        let end = call.span.start + name.len();
        let span = fence.body.span_in_source(Span::new(call.span.start, end));
        let message = format!("`{name}` means something else in expressions");
        let wrong = Diagnostic::error("bad-call", &runbook.source, span, message);
        return Some(wrong.help("give the result another name"));
    }
    if let Some(nested) = call.nested(&with_values(fence)) {
        let span = fence.body.span_in_source(nested);
        let message = "a call can't stand in another one";
        let wrong = Diagnostic::error("bad-call", &runbook.source, span, message);
        return Some(
            wrong.help("make it a line of its own before, `name = …`, and write the name here"),
        );
    }
    let is_wrong = is_look(fence) && !call.only_reads();
    is_wrong.then(|| not_a_look(runbook, fence, &format!("`{method}`")))
}

/// A message that no version has, or one that takes other arguments. A warning: a server may be
/// newer than we are.
fn slip(runbook: &Runbook, fence: &Fence, call: &Call) -> Option<Diagnostic> {
    let XapiCall { class, message, .. } = &call.written;
    let warning = |message: String, help: Option<String>| {
        let span = fence.body.span_in_source(call.written.method);
        let warning = Diagnostic::warning("unknown-call", &runbook.source, span, message);
        match help {
            Some(help) => warning.help(help),
            None => warning,
        }
    };
    let near = |word, known: Vec<&'static str>| {
        let near = wording::did_you_mean(word, known);
        near.map(|near| format!("did you mean `{near}`?"))
    };
    let Some(known) = xapi_messages::of(class) else {
        let help = near(class, xapi_messages::classes().collect());
        return Some(warning(format!("XenAPI has no class `{class}`"), help));
    };
    let Some(takes) = known.get(message.as_str()) else {
        let help = near(message, known.keys().copied().collect());
        let what = format!("the class `{class}` has no message `{message}`");
        return Some(warning(what, help));
    };
    let (fewest, most, count) = (*takes.start(), *takes.end(), call.count());
    (!takes.contains(&count)).then(|| {
        let takes = match (fewest, most) {
            (0, 0) => "no argument".to_owned(),
            (1, 1) => "1 argument".to_owned(),
            _ if fewest == most => format!("{most} arguments"),
            _ => format!("{fewest} to {most} arguments"),
        };
        let found = match count {
            0 => "there is none".to_owned(),
            1 => "this is 1".to_owned(),
            _ => format!("these are {count}"),
        };
        let session = (count == most + 1).then(|| "the session is implied".to_owned());
        warning(
            format!("`{}` takes {takes}, and {found}", call.written.method()),
            session,
        )
    })
}

fn repeatable(runbook: &Runbook, fence: &Fence, call: &XapiCall) -> Diagnostic {
    Diagnostic::error(
        "repeatable-creation",
        &runbook.source,
        fence.body.span_in_source(call.method),
        "sent twice, this call makes two objects",
    )
    .help("mark the fence `once`, or look the object up by name in a `read` or `check`")
}

/// Whether a step looks for what a call makes: an object of its class, or of one by which people
/// find those that have no names.
fn looks_up(step: &Step, maker: &XapiCall) -> bool {
    let classes: &[&str] = match (maker.class.as_str(), maker.message.as_str()) {
        ("Bond", _) => &["Bond", "network", "PIF"],
        ("VLAN", _) | (_, "create_VLAN" | "create_VLAN_from_PIF") => &["VLAN", "network", "PIF"],
        ("VBD" | "VIF", _) => &["VBD", "VIF", "VM"],
        (class, _) => &[class],
    };
    let looks = step
        .fences
        .iter()
        .filter(|fence| fence.lang == Lang::Xapi && matches!(fence.role, Role::Read | Role::Check));
    looks
        .flat_map(|fence| XapiCall::parse(&with_values(fence)).unwrap_or_default())
        .any(|call| {
            classes.contains(&call.class.as_str()) && LOOKUPS.contains(&call.message.as_str())
        })
        || step
            .fences
            .iter()
            .filter(|fence| is_look(fence))
            .any(|fence| {
                let text = &fence.body.text;
                classes.iter().any(|class| {
                    text.contains(&format!("ref(\"{class}\""))
                        || text.contains(&format!("ref('{class}'"))
                })
            })
}
