//! XenAPI calls: messages that there are not, looks that change something, and calls that make
//! something new each time they are sent.

use std::collections::BTreeSet;

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

/// A fence that is read once: it may have thousands of calls.
struct Calls<'r> {
    fence: &'r Fence,
    /// With something harmless where values will stand.
    text: String,
    calls: Vec<XapiCall>,
    /// With their arguments, where all of them can be read.
    read: Vec<Call>,
}

impl<'r> Calls<'r> {
    fn of(fence: &'r Fence) -> Self {
        let text = with_values(fence);
        // What is no call is told of where its names are looked for.
        let read = Call::parse(&text).unwrap_or_default();
        let calls = match read.is_empty() {
            true => XapiCall::parse(&text).unwrap_or_default(),
            false => read.iter().map(|call| call.written.clone()).collect(),
        };
        Self {
            fence,
            text,
            calls,
            read,
        }
    }
}

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for step in &runbook.steps {
        let fences = step.fences.iter();
        let fences = fences.filter(|fence| fence.lang == Lang::Xapi);
        let fences: Vec<Calls<'_>> = fences.map(Calls::of).collect();
        let looked_up = looked_up(step, &fences);
        for calls in &fences {
            let Calls { fence, .. } = calls;
            let judged = calls.calls.iter();
            found.extend(judged.filter_map(|call| judge(runbook, calls, call)));
            let counted = calls.read.iter();
            found.extend(counted.filter_map(|call| slip(runbook, fence, call)));
            let may_repeat = written(fence, "once").is_some() || fence.role != Role::Run;
            let is_maker = |call: &&XapiCall| {
                let makes = MAKERS.contains(&call.message.as_str());
                makes && !may_repeat && !looked_up.iter().any(|class| finds(class, call))
            };
            let maker = calls.calls.iter().find(is_maker);
            found.extend(maker.map(|call| repeatable(runbook, fence, call)));
        }
    }
}

fn judge(runbook: &Runbook, calls: &Calls<'_>, call: &XapiCall) -> Option<Diagnostic> {
    let fence = calls.fence;
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
    if let Some(nested) = call.nested(&calls.text) {
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

/// The classes whose objects a step looks up, by a call or by `ref("SR", "name")`.
fn looked_up<'s>(step: &'s Step, fences: &'s [Calls<'_>]) -> BTreeSet<&'s str> {
    let asks = |calls: &&Calls<'_>| matches!(calls.fence.role, Role::Read | Role::Check);
    let asked = fences.iter().filter(asks);
    let asked = asked
        .flat_map(|calls| &calls.calls)
        .filter(|call| LOOKUPS.contains(&call.message.as_str()))
        .map(|call| call.class.as_str());
    let looks = step.fences.iter().filter(|fence| is_look(fence));
    let named = looks.flat_map(|fence| referred(&fence.body.text));
    asked.chain(named).collect()
}

/// The classes in `ref("SR"` and `ref('SR'`.
fn referred(text: &str) -> impl Iterator<Item = &str> {
    text.split("ref(").skip(1).filter_map(|behind| {
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (class, _) = behind.strip_prefix(quote)?.split_once(quote)?;
        Some(class)
    })
}

/// Whether objects of this class lead to what a call makes: an object of its class, or one by which
/// people find those that have no names.
fn finds(class: &str, maker: &XapiCall) -> bool {
    match (maker.class.as_str(), maker.message.as_str()) {
        ("Bond", _) => matches!(class, "Bond" | "network" | "PIF"),
        ("VLAN", _) | (_, "create_VLAN" | "create_VLAN_from_PIF") => {
            matches!(class, "VLAN" | "network" | "PIF")
        }
        ("VBD" | "VIF", _) => matches!(class, "VBD" | "VIF" | "VM"),
        (made, _) => class == made,
    }
}
