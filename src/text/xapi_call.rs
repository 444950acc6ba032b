use super::Span;
use super::quoting::Quoting;

/// A call of an `xapi` fence: `name = Async.Class.message(arguments)`, of which only class,
/// message and brackets must be there. Arguments are expressions; they are not read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XapiCall {
    /// The name that its result gets.
    pub name: Option<String>,
    /// It is a task of the server's, and whoever sends it waits for its end.
    pub is_async: bool,
    /// `VM`, `Bond`, `pool` …
    pub class: String,
    /// `create`, `get_record` …
    pub message: String,
    /// What stands between the brackets.
    pub arguments: Span,
    /// The class and the message.
    pub method: Span,
    /// All of it.
    pub span: Span,
}

/// A line that is no call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct XapiCallError {
    /// Where.
    pub span: Span,
    /// What was found.
    pub message: String,
    /// What to write.
    pub help: &'static str,
}

const FORM: &str = "write `Class.message(arguments)`, or `name = Class.message(arguments)`";

impl XapiCall {
    /// Reads a fence: a call a line, which goes on in the next ones until its brackets are
    /// closed; `#` begins a remark.
    ///
    /// # Errors
    /// The first line that is none, or that there is none at all.
    pub fn parse(text: &str) -> Result<Vec<Self>, XapiCallError> {
        let mut calls = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
            let begin = at + (line.len() - line.trim_start().len());
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                at += line.len();
                continue;
            }
            let call = Self::read(text, begin)?;
            at = call.span.end;
            let rest = text[at..].split_inclusive('\n').next().unwrap_or_default();
            let behind = rest.trim();
            if !behind.is_empty() && !behind.starts_with('#') {
                let start = at + (rest.len() - rest.trim_start().len());
                return Err(XapiCallError {
                    span: Span::new(start, start + behind.len()),
                    message: "something stands behind the call".to_owned(),
                    help: "write one call a line",
                });
            }
            at += rest.len();
            calls.push(call);
        }
        if calls.is_empty() {
            return Err(XapiCallError {
                span: Span::new(0, text.trim_end().len()),
                message: "there is no call in this fence".to_owned(),
                help: FORM,
            });
        }
        Ok(calls)
    }

    fn read(text: &str, begin: usize) -> Result<Self, XapiCallError> {
        let line = text[begin..].lines().next().unwrap_or_default();
        let wrong = |message: String| XapiCallError {
            span: Span::new(begin, begin + line.trim_end().len()),
            message,
            help: FORM,
        };
        let Some(open) = line.find('(').map(|at| begin + at) else {
            return Err(wrong(format!("`{}` is no call", line.trim())));
        };
        let head = &text[begin..open];
        let (name, method) = match head.split_once('=') {
            Some((name, method)) => (Some(name.trim()), method),
            None => (None, head),
        };
        if let Some(name) = name.filter(|name| !is_word(name)) {
            return Err(wrong(format!("`{name}` is no name for a result")));
        }
        let start = open - method.trim_start().len();
        let method = method.trim();
        let (is_async, plain) = match method.strip_prefix("Async.") {
            Some(plain) => (true, plain),
            None => (false, method),
        };
        let parts = plain.split_once('.');
        let Some((class, message)) = parts.filter(|(a, b)| is_word(a) && is_word(b)) else {
            return Err(wrong(format!("`{method}` is no message of a class")));
        };
        let close = closing(text, open)?;
        Ok(Self {
            name: name.map(str::to_owned),
            is_async,
            class: class.to_owned(),
            message: message.to_owned(),
            arguments: Span::new(open + 1, close),
            method: Span::new(start, start + method.len()),
            span: Span::new(begin, close + 1),
        })
    }

    /// The name of the method as it is sent.
    pub fn method(&self) -> String {
        let prefix = if self.is_async { "Async." } else { "" };
        format!("{prefix}{}.{}", self.class, self.message)
    }

    /// A question within its arguments, as `host.get_all()` in `one(host.get_all())`: only whole
    /// lines are calls. `text`: the fence.
    pub fn nested(&self, text: &str) -> Option<Span> {
        let arguments = self.arguments;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let mut opening = Quoting::outside(&text[arguments.range()]).filter(|(_, c)| *c == '(');
        opening.find_map(|(at, _)| {
            let end = arguments.start + at;
            let word = text[..end]
                .rsplit(|c| !is_word(c))
                .next()
                .unwrap_or_default();
            let is_question = |(_, message): (&str, &str)| message.starts_with("get_");
            let asks = word.rsplit_once('.').is_some_and(is_question);
            asks.then(|| Span::new(end - word.len(), end))
        })
    }

    /// Whether it leaves everything as it is.
    pub fn only_reads(&self) -> bool {
        const READING: [&str; 5] = ["get_", "ha_compute_", "assert_can_", "compute_", "list_"];
        let begins = |prefix: &&str| self.message.starts_with(*prefix);
        !self.is_async
            && (READING.iter().any(begins) || (self.class == "SR" && self.message == "probe"))
    }
}

/// Where the bracket that opens at `open` is closed. Brackets in texts are none, and a text ends
/// in its line.
fn closing(text: &str, open: usize) -> Result<usize, XapiCallError> {
    let never = |at: usize, what: &str, help| XapiCallError {
        span: Span::new(at, at + 1),
        message: format!("this {what} is never closed"),
        help,
    };
    let mut depth = 0_usize;
    // The quote of the text that is open.
    let mut quote = None;
    for (at, c, is_quoted) in Quoting::of(&text[open..]) {
        match c {
            '\n' if is_quoted => break,
            _ if is_quoted => {
                quote.get_or_insert(open + at);
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && c == ')' {
                    return Ok(open + at);
                }
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
        quote = None;
    }
    Err(match quote {
        Some(at) => never(
            at,
            "text",
            "end it in its line, with the quote that it begins with",
        ),
        None => never(open, "bracket", "close it with `)`"),
    })
}

/// A word of the toolstack's, or a name.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let calls = XapiCall::parse(text).expect("calls");
        let shown = calls.iter().map(|call| {
            let name = call.name.as_deref().unwrap_or("-");
            let arguments = &text[call.arguments.range()];
            assert!(text[call.span.range()].ends_with(')'));
            assert!(text[call.method.range()].ends_with(&call.message));
            format!("{name} {} {arguments}", call.method())
        });
        shown.collect()
    }

    fn refused(text: &str) -> String {
        let error = XapiCall::parse(text).expect_err("no call");
        format!("{}: {}", &text[error.span.range()], error.message)
    }

    #[test]
    fn a_call_ends_where_its_brackets_do() {
        let text = "# the bond\nnet = network.get_by_uuid(\"a)b\") # found\n\n  \
                    Async.Bond.create(\n  net, [one(x), two],\n  {'hash': '('}\n)\n\
                    pool.get_all()\n";
        assert_eq!(
            shown(text),
            [
                "net network.get_by_uuid \"a)b\"",
                "- Async.Bond.create \n  net, [one(x), two],\n  {'hash': '('}\n",
                "- pool.get_all ",
            ]
        );
    }

    #[test]
    fn what_is_no_call_says_what_it_is() {
        for (text, why) in [
            (
                "\n# nothing\n",
                "\n# nothing: there is no call in this fence",
            ),
            ("reboot\n", "reboot: `reboot` is no call"),
            (
                "reboot(x)\n",
                "reboot(x): `reboot` is no message of a class",
            ),
            (
                "2 = pool.get_all()",
                "2 = pool.get_all(): `2` is no name for a result",
            ),
            ("a.b.c(x)", "a.b.c(x): `a.b.c` is no message of a class"),
            ("a.b(x\n", "(: this bracket is never closed"),
            ("a.b(x])", "(: this bracket is never closed"),
            ("a.b(\"x\n\")", "\": this text is never closed"),
            ("a.b('it', \"x)", "\": this text is never closed"),
            ("a.b('it', x", "(: this bracket is never closed"),
            (
                "a.b(x) c.d(y)\n",
                "c.d(y): something stands behind the call",
            ),
        ] {
            assert_eq!(refused(text), why);
        }
    }

    #[test]
    fn a_call_within_a_call_is_found() {
        let nested = |text: &str| {
            let call = &XapiCall::parse(text).expect("a call")[0];
            call.nested(text).map(|span| text[span.range()].to_owned())
        };
        let text = "VM.start(one(VM.get_by_name_label('x')), \"a.get_b(\")";
        assert_eq!(nested(text).as_deref(), Some("VM.get_by_name_label"));
        assert_eq!(nested("VM.start(one(found), 'VM.get_all()')"), None);
        // A quote that is escaped ends no text.
        assert_eq!(nested(r#"VM.start("it\"s get_(VM.get_all(")"#), None);
        assert_eq!(
            nested(r#"VM.start("it\\", VM.get_all(), "")"#).as_deref(),
            Some("VM.get_all")
        );
        // Behind what is no word, however wide.
        assert_eq!(nested("VM.start(on\u{fffd}e(found))"), None);
        let text = "VM.start(\u{fffd}VM.get_all())";
        assert_eq!(nested(text).as_deref(), Some("VM.get_all"));
    }

    #[test]
    fn what_only_reads_is_known() {
        let reads = |text| XapiCall::parse(text).expect("a call")[0].only_reads();
        assert!(reads("VM.get_all_records()") && reads("SR.probe(a, b)"));
        assert!(!reads("VM.start(v)") && !reads("Async.VM.get_record(v)"));
    }
}
