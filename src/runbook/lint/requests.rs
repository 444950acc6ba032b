//! Documents for a CIMC and requests for a web server that can't be sent as they stand.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::role_span;
use crate::runbook::{Fence, Lang, Role, Runbook};
use crate::text::wording::did_you_mean;
use crate::text::{Diagnostic, Span, filled};

/// The methods of the XML API that only ask.
const QUERIES: [&str; 5] = [
    "configResolveDn",
    "configResolveDns",
    "configResolveClass",
    "configResolveChildren",
    "configResolveParent",
];
/// Those that may change something.
const CHANGES: [&str; 2] = ["configConfMo", "configConfMos"];
/// The methods of HTTP (RFC 9110) and PATCH (RFC 5789).
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
/// Those that only ask.
const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

pub(super) fn lint(runbook: &Runbook, found: &mut Vec<Diagnostic>) {
    for fence in runbook.steps.iter().flat_map(|step| &step.fences) {
        let judged = match fence.lang {
            Lang::Cimc => document(runbook, fence),
            Lang::Http => request(runbook, fence),
            _ => continue,
        };
        found.extend(judged.err());
    }
}

/// The fence's text with something harmless of the same length where values will stand.
pub(super) fn with_values(fence: &Fence) -> String {
    match fence.attributes.raw {
        true => fence.body.text.clone(),
        // An argument of a call is an expression, and `x` would be a name in it.
        false if fence.lang == Lang::Xapi => filled(&fence.body.text, |_| '0'),
        false => filled(&fence.body.text, |_| 'x'),
    }
}

pub(super) fn is_look(fence: &Fence) -> bool {
    matches!(fence.role, Role::Read | Role::Check | Role::SkipIf)
}

/// A look that may change something is none.
pub(super) fn not_a_look(runbook: &Runbook, fence: &Fence, what: &str) -> Diagnostic {
    Diagnostic::error(
        "look-that-changes",
        &runbook.source,
        role_span(runbook, fence),
        format!(
            "a `{}` must not change anything, and {what} may",
            fence.role.word()
        ),
    )
}

fn document(runbook: &Runbook, fence: &Fence) -> Result<(), Diagnostic> {
    let text = with_values(fence);
    let wrong = |at: usize, len: usize, message: String| {
        let start = at.min(text.len().saturating_sub(1));
        let span = fence.body.span_in_source(Span::new(start, start + len));
        Diagnostic::error("bad-document", &runbook.source, span, message)
    };
    let mut reader = Reader::from_str(&text);
    let mut method: Option<String> = None;
    let mut open: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or_default();
            wrong(at, 1, no_xml(&error))
        })?;
        let name = match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                if let Some(Err(error)) = tag.attributes().find(Result::is_err) {
                    return Err(wrong(at_tag(&text, &name), name.len(), no_xml(&error)));
                }
                Some(name)
            }
            _ => None,
        };
        if let Some(name) = &name
            && open.is_empty()
            && let Some(first) = method.replace(name.clone())
        {
            let message = format!("a fence holds one document, and `{first}` is one already");
            return Err(wrong(at_tag(&text, name), name.len(), message));
        }
        match event {
            Event::Start(_) => open.extend(name),
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    if let Some(last) = open.last() {
        let message = format!("`{last}` is never closed");
        return Err(wrong(at_tag(&text, last), last.len(), message));
    }
    let Some(method) = method else {
        return Err(wrong(0, 1, "there is no document in this fence".to_owned()));
    };
    let at = at_tag(&text, &method);
    if method.starts_with("aaa") {
        let message = format!("`{method}` is not for runbooks: the driver logs in and out");
        return Err(wrong(at, method.len(), message));
    }
    if CHANGES.contains(&method.as_str()) {
        return match is_look(fence) {
            true => Err(not_a_look(runbook, fence, &format!("`{method}`"))),
            false => Ok(()),
        };
    }
    if QUERIES.contains(&method.as_str()) {
        return Ok(());
    }
    let unknown = format!("the XML API has no method `{method}`");
    let unknown = wrong(at, method.len(), unknown);
    let known = QUERIES.into_iter().chain(CHANGES);
    Err(match did_you_mean(&method, known) {
        Some(near) => unknown.help(format!("did you mean `{near}`?")),
        None => unknown,
    })
}

fn no_xml(error: &dyn std::error::Error) -> String {
    let reason = error.to_string();
    // The caret says where, and what it is said of is said before.
    let reason = match reason.split_once(": ") {
        Some((what, rest)) if what.starts_with("position ") || what == "ill-formed document" => {
            rest
        }
        _ => &reason,
    };
    format!("this is no XML document: {reason}")
}

/// Where the name of an element stands.
fn at_tag(text: &str, name: &str) -> usize {
    text.find(&format!("<{name}")).map_or(0, |at| at + 1)
}

fn request(runbook: &Runbook, fence: &Fence) -> Result<(), Diagnostic> {
    let text = with_values(fence);
    let start = text.len() - text.trim_start_matches('\n').len();
    let line = text[start..].lines().next().unwrap_or_default();
    let wrong = |word: &str, message: String| {
        let at = start + line.find(word).unwrap_or_default();
        let span = Span::new(at, at + word.len().max(1));
        let span = fence.body.span_in_source(span);
        Diagnostic::error("bad-request", &runbook.source, span, message)
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let (method, path) = match words[..] {
        [method, path] | [method, path, "HTTP/1.1" | "HTTP/1.0"] => (method, path),
        _ => {
            let message = "this is no request line".to_owned();
            return Err(wrong(line, message).help("write `GET /path`"));
        }
    };
    if !METHODS.contains(&method) {
        let unknown = wrong(method, format!("HTTP has no method `{method}`"));
        return Err(match did_you_mean(&method.to_uppercase(), METHODS) {
            Some(near) => unknown.help(format!("did you mean `{near}`?")),
            None => unknown,
        });
    }
    if !path.starts_with(['/', 'x']) {
        let message = format!("`{path}` is no path");
        return Err(wrong(path, message).help("it begins with `/`; the inventory has the address"));
    }
    match is_look(fence) && !SAFE.contains(&method) {
        true => Err(not_a_look(runbook, fence, &format!("`{method}`"))),
        false => Ok(()),
    }
}
