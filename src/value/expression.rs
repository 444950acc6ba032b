use std::sync::Arc;

use minijinja::{ErrorKind, value::Serde};
use serde_json::Value;

use super::{
    Entry, Scope, TemplateError, Undefined,
    compile::{self, For},
    environment::environment,
    lookup::{LOOKUPS, Lookups},
    place::Place,
    quote::Follower,
    syntax::{self, Shape},
};
use crate::text::Span;

/// A minijinja expression: what `when=`, a line of `assert` and `{{ }}` hold. Undefined names are
/// errors, and its work is bounded.
#[derive(Clone, Debug)]
pub struct Expression {
    source: String,
    shape: Shape,
}

/// What an expression came to, with what a person needs to understand it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// Its value.
    pub value: Value,
    /// Whether that counts as true: not false, zero, empty or null.
    pub truthy: bool,
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// It is none, uses a filter or test that does not exist, or computes with a secret.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        Ok(Self {
            source: text.to_owned(),
            shape: syntax::shape(text)?,
        })
    }

    /// The names it needs, in order of appearance, with their spans in its text.
    pub fn names(&self) -> &[(String, Span)] {
        &self.shape.names
    }

    /// What it takes of them, likewise.
    pub fn entries(&self) -> &[Entry] {
        &self.shape.entries
    }

    /// The secrets it mentions: at most one, and then it is nothing else.
    pub fn secrets(&self) -> &[(String, Span)] {
        &self.shape.secrets
    }

    /// The regular expressions that stand in it as text, with the spans of their quotes.
    pub fn patterns(&self) -> &[(String, Span)] {
        &self.shape.patterns
    }

    /// Its text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its span in the text it was parsed from, without blanks around it.
    pub fn span(&self) -> Span {
        shape_span(&self.source)
    }

    /// Evaluates it.
    ///
    /// # Errors
    /// A name or an attribute is undefined, types don't fit, or it takes too long.
    pub fn eval(&self, scope: &Scope) -> Result<Evaluated, TemplateError> {
        let value = self.run(scope, &self.source, self.span(), For::Value)?;
        Ok(Evaluated {
            truthy: value.is_true(),
            value: to_json(&value),
        })
    }

    /// Evaluates it with what is known of the objects that it names by `ref`.
    ///
    /// # Errors
    /// As of [`eval`](Self::eval); or an object is not known, which `lookups` tell then.
    pub fn eval_with(&self, scope: &Scope, lookups: &Arc<Lookups>) -> Result<Value, TemplateError> {
        let known = minijinja::Value::from_dyn_object(lookups.clone());
        let context = self.context(scope).chain([(LOOKUPS.to_owned(), known)]);
        let context = minijinja::Value::from_pairs(context);
        let value = self.run_in(context, scope, &self.source, self.span(), For::Value)?;
        Ok(to_json(&value))
    }

    /// Whether it is so, as a condition.
    ///
    /// # Errors
    /// As of [`eval`](Self::eval); or that depends on a text like `false`, which would count as
    /// true like any other.
    pub fn holds(&self, scope: &Scope) -> Result<bool, TemplateError> {
        let value = self.run(scope, &self.source, self.span(), For::Condition)?;
        Ok(value.is_true())
    }

    /// The parts of the expression that have a value of their own, outermost first, each once:
    /// their text, and their value or why they have none.
    pub fn parts(&self, scope: &Scope) -> Vec<(String, Result<Value, String>)> {
        let mut parts: Vec<(String, Result<Value, String>)> = Vec::new();
        for span in &self.shape.parts {
            let Some(source) = self.source.get(span.range()) else {
                continue;
            };
            if parts.iter().all(|(known, _)| known != source) {
                let value = self.run(scope, source, *span, For::Value);
                parts.push((
                    source.to_owned(),
                    value.map(|v| to_json(&v)).map_err(|e| e.message),
                ));
            }
        }
        parts
    }

    pub(super) fn evaluate(&self, scope: &Scope) -> Result<Value, TemplateError> {
        self.eval(scope).map(|evaluated| evaluated.value)
    }

    pub(super) fn secret(&self) -> Option<&str> {
        self.shape.secrets.first().map(|(name, _)| name.as_str())
    }

    /// How many a list has that is written out.
    pub(super) fn items(&self) -> Option<usize> {
        self.shape.items
    }

    pub(super) fn is_verbatim(&self) -> bool {
        self.shape.verbatim
    }

    /// Where its value lands, unless it opted out.
    pub(super) fn place(&self, follower: &Follower) -> Place {
        if self.shape.verbatim {
            Place::Plain
        } else {
            follower.place()
        }
    }

    fn run(
        &self,
        scope: &Scope,
        source: &str,
        span: Span,
        purpose: For,
    ) -> Result<minijinja::Value, TemplateError> {
        let context = minijinja::Value::from_pairs(self.context(scope));
        self.run_in(context, scope, source, span, purpose)
    }

    fn context(&self, scope: &Scope) -> impl Iterator<Item = (String, minijinja::Value)> {
        let names = self.shape.names.iter();
        names.filter_map(|(name, _)| {
            let value = minijinja::Value::from(Serde(scope.get(name)?));
            Some((name.clone(), value))
        })
    }

    fn run_in(
        &self,
        context: minijinja::Value,
        scope: &Scope,
        source: &str,
        span: Span,
        purpose: For,
    ) -> Result<minijinja::Value, TemplateError> {
        let result =
            compile::evaluate(environment(), source, context, purpose).and_then(
                |value| match value.is_undefined() {
                    true => Err(minijinja::Error::from(ErrorKind::UndefinedError)),
                    false => Ok(value),
                },
            );
        result.map_err(|error| self.explain(&error, scope, source, span))
    }

    /// Undefined names are by far the commonest mistake: say which one.
    fn explain(
        &self,
        error: &minijinja::Error,
        scope: &Scope,
        source: &str,
        span: Span,
    ) -> TemplateError {
        if error.kind() == ErrorKind::UndefinedError {
            let inside = |name: &&(String, Span)| {
                span.start <= name.1.start && name.1.end <= span.end && scope.get(&name.0).is_none()
            };
            return match self.shape.names.iter().find(inside) {
                Some((name, span)) if scope.is_withheld(name) => TemplateError::new(
                    *span,
                    format!(
                        "`{name}` holds a secret, so the journal did not keep it for later: a new \
                         run reads it again"
                    ),
                ),
                Some((name, span)) => TemplateError::new(*span, format!("`{name}` is not defined"))
                    .undefined(Undefined::Name(name.clone())),
                None => TemplateError::new(span, format!("`{}` has no such entry", source.trim()))
                    .undefined(Undefined::Entry),
            };
        }
        if error.kind() == ErrorKind::OutOfFuel {
            return TemplateError::new(span, format!("`{}` takes too long", source.trim()));
        }
        TemplateError::new(span, reason(error))
    }
}

fn reason(error: &minijinja::Error) -> String {
    error
        .detail()
        .map_or_else(|| error.kind().to_string(), str::to_owned)
}

fn to_json(value: &minijinja::Value) -> Value {
    serde_json::to_value(value).unwrap_or_else(|_| Value::String(value.to_string()))
}

fn shape_span(text: &str) -> Span {
    let start = text.len() - text.trim_start().len();
    Span::new(start, text.trim_end().len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        let mut scope = Scope::default();
        scope.bind("stdout", "Gi1/0/13(P)\nup\n");
        scope.bind("table", json!([{"Port": "Gi1/0/1", "VLAN Name": "lab"}]));
        scope
    }

    fn eval(text: &str) -> Result<bool, String> {
        Expression::parse(text)
            .and_then(|expression| expression.eval(&scope()))
            .map(|evaluated| evaluated.truthy)
            .map_err(|error| error.message)
    }

    #[test]
    fn patterns_see_lines() {
        assert_eq!(eval(r#"stdout is matching("^up$")"#), Ok(true));
        assert_eq!(
            eval(r#"stdout is matching("Gi1/0/13\\([PI]\\)")"#),
            Ok(true)
        );
        assert_eq!(eval(r#"stdout is not matching("down")"#), Ok(true));
        assert!(
            eval(r#"stdout is matching("(")"#)
                .expect_err("bad")
                .contains("bad pattern `(`")
        );
    }

    /// What a condition comes to where texts, numbers and what is not there meet.
    fn says(text: &str) -> Result<bool, String> {
        let mut scope = scope();
        scope.bind("free", "5");
        scope.bind("size", "5 GB");
        scope.bind("count", 10);
        scope.bind("off", "false");
        scope.bind("null", Value::Null);
        scope.bind(
            "rows",
            json!([{"VLAN": "9", "up": "false"}, {"VLAN": "10", "up": "x"}]),
        );
        let condition = Expression::parse(text).expect("parses");
        condition.holds(&scope).map_err(|error| error.message)
    }

    #[test]
    fn a_text_is_never_compared_with_a_number() {
        for text in [
            "free > 100",
            "100 <= free",
            "1 < free < 9",
            "free == 5",
            "5 != free",
            "size > 4",
            "size != 5",
            "'0%' != 0",
            "not free < 1",
            "count > free",
            "free is gt 1",
            "[free] | select('>', 1) | list",
            "rows | selectattr('VLAN', '==', 10) | list",
            "10 in rows | map(attribute='VLAN')",
            "10 not in rows | map(attribute='VLAN')",
            "1 < 2 < 3 if free > 4 else true",
            "[1, free] > [1, 4]",
            "['9', '10'] != [9, 10]",
            "{'a': 1} != {'a': '1'}",
            "[9] not in [['9']]",
            "{'a': '9', 'b': 10} | dictsort(by='value') | first",
        ] {
            let error = says(text).expect_err("no answer");
            assert!(
                error.starts_with("a text is compared with a number: `| int`"),
                "{text}: {error}"
            );
        }
        for text in [
            "free | int > 4",
            "' 5\n' | int == 5 and '0.9' | float < 1",
            "1 < free | int < 9 and not 5 < free | int",
            "free == '5' and free != 'x' and stdout != 5 and free != none",
            "[16, 12] > [16, 9] and (1, 2) < (1, 2, 3)",
            "count in [9, 10] and 8 not in [9] and 'G' in size and 9 in {9: 1}",
            "rows | map(attribute='VLAN') | map('int') | max == 10",
            "true == 1 and true > 0 and [1, [2]] == [1, [2]] and {'a': 1} == {'a': 1}",
            "1 < 3 > 2 != 5 in [5]",
            "({'b': 9, 'a': 10} | dictsort | first) == ['a', 10]",
        ] {
            assert_eq!(says(text), Ok(true), "{text}");
        }
    }

    #[test]
    fn texts_have_an_order_where_numbers_in_them_do_not_have_another() {
        for text in [
            "'9' < '10'",
            "'7' < '8'",
            "'100%' < '80%'",
            "'9 GB' > '10 GB'",
            "'16.9.5' >= '16.12.1'",
            "rows | max(attribute='VLAN') | length > 0",
            "['9', '10'] | min == '9'",
            "['9', 'n/a', '10'] | min == '9'",
            "['9', '10'] | sort == []",
        ] {
            let error = says(text).expect_err("no order");
            assert!(
                error.starts_with("texts with numbers in them"),
                "{text}: {error}"
            );
        }
        for text in [
            "'a' < 'b' <= 'b' < 'c'",
            "'2026-11-30' < '2026-12-01T10:00'",
            "'16.9a' < '17.3'",
            "['b', 'a'] | sort == ['a', 'b']",
        ] {
            assert_eq!(says(text), Ok(true), "{text}");
        }
    }

    const NO_CONDITION: &str = "the text `false` is no condition: compare it with a text";

    #[test]
    fn what_is_not_there_is_no_value() {
        for (text, error) in [
            ("none < 1", "neither of none and number is the smaller"),
            ("{} < []", "neither of map and sequence is the smaller"),
            ("1 < rows[0].Port", "`1 < rows[0].Port` has no such entry"),
            (
                "rows[0].Port is ne 5",
                "`rows[0].Port is ne 5` has no such entry",
            ),
            (
                "[rows[0].Port] != [5]",
                "`[rows[0].Port] != [5]` has no such entry",
            ),
            (
                "rows | selectattr('Vlan', 'eq', '5') | list | length == 0",
                "an item of the list has no `Vlan`",
            ),
            (
                "'5' not in rows | map(attribute='Vlan')",
                "an item of the list has no `Vlan`",
            ),
            (
                "rows | sum(attribute='Vlan') == 0",
                "an item of the list has no `Vlan`",
            ),
            ("null | int == 0", "nothing is there that could be a number"),
            (
                "'0.9' | int == 0",
                "the text is no whole number: `| float` takes it",
            ),
            (
                "'nan' | float < 5",
                "the text is no number: take away what stands around it",
            ),
            (
                "size | int == 5",
                "the text is no number: take away what stands around it",
            ),
            (
                "5 in '10,15,20'",
                "a text is searched for a number: write it as a text",
            ),
            (
                "off != true",
                "a text is compared with true or false: compare it with a text",
            ),
            ("off", NO_CONDITION),
            ("not off", NO_CONDITION),
            ("off and free", NO_CONDITION),
            ("free == '5' and (off or free)", NO_CONDITION),
            ("free == '6' or off", NO_CONDITION),
            ("1 == 1 if off else 1 == 2", NO_CONDITION),
            ("off if free == '5' else true", NO_CONDITION),
            ("(1 if off else 2) == 1", NO_CONDITION),
            ("1 in [not off]", NO_CONDITION),
            ("rows | selectattr('up') | list | length == 1", NO_CONDITION),
            ("rows | rejectattr('up') | list | length == 0", NO_CONDITION),
            ("[off] | select | list | length == 1", NO_CONDITION),
            ("[off] | reject | list | length == 0", NO_CONDITION),
        ] {
            assert_eq!(says(text), Err(error.into()), "{text}");
        }
        for text in [
            "rows | selectattr('Vlan', 'undefined') | list | length == 2",
            "rows | map(attribute='Vlan', default='none') | list == ['none', 'none']",
            "size | int(5) == 5 and null | int(0) == 0 and '0.9' | int(default=7) == 7",
            "rows[0].Port is undefined and free",
            "free and count and not '' and (off or 'x') == 'false'",
            "['', 'up'] | select | list == ['up'] and [0, 1] | reject | list == [0]",
            "[off] | select('==', 'false') | list | length == 1",
        ] {
            assert_eq!(says(text), Ok(true), "{text}");
        }
    }

    #[test]
    fn a_long_output_is_gone_through() {
        let mut scope = Scope::default();
        let line = "a line of an output as long as ninety characters, which is what a log's line often has";
        scope.bind("lines", vec![line; 20_000]);
        let searched = Expression::parse("'something else' not in lines").expect("parses");
        assert_eq!(searched.holds(&scope), Ok(true));
    }

    #[test]
    fn undefined_names_are_errors() {
        assert_eq!(eval("stdot == ''"), Err("`stdot` is not defined".into()));
        assert_eq!(
            eval("table[7].Port"),
            Err("`table[7].Port` has no such entry".into())
        );
        assert!(eval("stdout is matchin('x')").is_err());
    }

    #[test]
    fn a_hostile_expression_ends() {
        let many = "range(9999) | map('string') | list | length > 0 and ".repeat(20);
        let error = eval(&format!("{many} true")).expect_err("no fuel left");
        assert!(error.ends_with("takes too long"), "{error}");
        assert!(eval("'x' * 9999999999 | length").is_err());
    }

    #[test]
    fn the_parts_are_what_a_reader_would_ask_for() {
        let text = r#"table[0]["VLAN Name"] == "x" and stdout | lines | length > 3"#;
        let parts = Expression::parse(text).expect("parses").parts(&scope());
        let parts: Vec<_> = parts
            .iter()
            .map(|(text, v)| (text.as_str(), v.clone()))
            .collect();
        assert_eq!(
            parts,
            [
                (r#"table[0]["VLAN Name"]"#, Ok(json!("lab"))),
                ("stdout | lines | length", Ok(json!(2))),
                ("stdout | lines", Ok(json!(["Gi1/0/13(P)", "up"]))),
                ("stdout", Ok(json!("Gi1/0/13(P)\nup\n"))),
            ]
        );
    }
}
