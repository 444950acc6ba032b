use std::sync::Arc;

use serde_json::Value;

use super::{Entry, Expression, Lookups, Scope, TemplateError};
use crate::text::{Span, XapiCall};

/// A call of an `xapi` fence, with its arguments read.
#[derive(Clone, Debug)]
pub struct Call {
    /// As it is written.
    pub written: XapiCall,
    /// Its arguments, as a list.
    arguments: Expression,
}

impl Call {
    /// Reads a fence that has no `{{ }}`, or something else in their place.
    ///
    /// # Errors
    /// A line is no call, or its arguments are no expressions.
    pub fn parse(text: &str) -> Result<Vec<Self>, TemplateError> {
        let calls = XapiCall::parse(text)
            .map_err(|error| TemplateError::new(error.span, error.message).help(error.help))?;
        let calls = calls.into_iter().map(|written| {
            let list = format!("[{}]", &text[written.arguments.range()]);
            match Expression::parse(&list) {
                Ok(arguments) => Ok(Self { written, arguments }),
                Err(error) => Err(TemplateError {
                    span: in_text(error.span, &written),
                    ..error
                }),
            }
        });
        calls.collect()
    }

    /// How many arguments it has.
    pub fn count(&self) -> usize {
        self.arguments.items().unwrap_or_default()
    }

    /// The names in its arguments, with their spans in the fence.
    pub fn names(&self) -> Vec<(String, Span)> {
        let names = self.arguments.names().iter();
        names
            .map(|(name, span)| (name.clone(), in_text(*span, &self.written)))
            .collect()
    }

    /// What it takes of them, likewise.
    pub fn entries(&self) -> Vec<Entry> {
        let entries = self.arguments.entries().iter().cloned();
        entries
            .map(|entry| Entry {
                span: in_text(entry.span, &self.written),
                ..entry
            })
            .collect()
    }

    /// Its arguments.
    ///
    /// # Errors
    /// As of [`Expression::eval_with`].
    pub fn arguments(
        &self,
        scope: &Scope,
        lookups: &Arc<Lookups>,
    ) -> Result<Vec<Value>, TemplateError> {
        match self.arguments.eval_with(scope, lookups)? {
            Value::Array(arguments) => Ok(arguments),
            other => Ok(vec![other]),
        }
    }
}

/// A span of the list of arguments, whose bracket takes the place of the call's.
fn in_text(span: Span, written: &XapiCall) -> Span {
    let open = written.arguments.start.saturating_sub(1);
    let end = (span.end + open).min(written.span.end);
    Span::new((span.start + open).min(end), end)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Lack;
    use super::*;

    #[test]
    fn names_are_found_where_they_stand() {
        let text = "a = VM.clone(vm, name ~ '-2')\nVM.start(a.ref, false)\n";
        let calls = Call::parse(text).expect("calls");
        let names: Vec<(String, &str)> = calls
            .iter()
            .flat_map(Call::names)
            .map(|(name, span)| (name, &text[span.range()]))
            .collect();
        let pair = |name: &'static str| (name.to_owned(), name);
        assert_eq!(names, [pair("vm"), pair("name"), pair("a")]);
        let counts: Vec<usize> = calls.iter().map(Call::count).collect();
        assert_eq!(counts, [2, 2]);
    }

    #[test]
    fn a_mistake_is_shown_where_it_is() {
        let text = "pool.get_all()\nVM.start(vm |, false)\n";
        let error = Call::parse(text).expect_err("no expression");
        assert!(text[error.span.range()].starts_with(','), "{error:?}");
    }

    #[test]
    fn what_is_known_by_name_is_asked_for() {
        let call = &Call::parse("SR.scan(ref('SR', sr), one([5]))").expect("a call")[0];
        let mut scope = Scope::default();
        scope.bind("sr", "ISO");
        let unknown = Arc::new(Lookups::default());
        assert!(call.arguments(&scope, &unknown).is_err());
        let Some(Lack::Unknown(wanted)) = unknown.take_lack() else {
            panic!("it was asked for");
        };
        assert_eq!((wanted.class.as_str(), wanted.name.as_str()), ("SR", "ISO"));
        let mut lookups = Lookups::default();
        lookups.know(wanted, "OpaqueRef:1".to_owned());
        let arguments = call.arguments(&scope, &Arc::new(lookups));
        assert_eq!(arguments, Ok(vec![json!("OpaqueRef:1"), json!(5)]));
    }

    #[test]
    fn one_is_one() {
        for (list, found) in [("[]", "none"), ("[1, 2]", "2"), ("{'a': 1, 'b': 2}", "2")] {
            let call = &Call::parse(&format!("a.b(one({list}))")).expect("a call")[0];
            let error = call.arguments(&Scope::default(), &Arc::default());
            let error = error.expect_err("not one").message;
            assert!(
                error.ends_with(&format!("there are {found} in it")),
                "{error}"
            );
        }
        let call = &Call::parse("a.b(one({'OpaqueRef:1': {}}))").expect("a call")[0];
        let arguments = call.arguments(&Scope::default(), &Arc::default());
        assert_eq!(arguments, Ok(vec![json!("OpaqueRef:1")]));
    }

    #[test]
    fn elsewhere_nothing_is_looked_up() {
        let expression = Expression::parse("ref('SR', 'ISO')").expect("parses");
        let error = expression.eval(&Scope::default()).expect_err("no lookups");
        assert_eq!(
            error.message,
            "`ref` is for the arguments of an `xapi` call: bind what it gives to a name there"
        );
    }
}
