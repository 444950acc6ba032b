use super::{
    Entry, Expression, Quote, Rendered, Scope, TemplateError, quote::Follower, rendered::Part,
};
use crate::text::{Span, placeholders};

/// A text in which `{{ expression }}` stands for a value. Nothing else is syntax: shell and
/// device text keep their `{%` and `{#`.
#[derive(Clone, Debug)]
pub struct Template {
    pieces: Vec<Piece>,
    /// What its text itself mentions, in whatever language that is.
    mentioned: Vec<(String, Span)>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    /// `at` is where the expression starts; `source` is all of `{{ … }}`.
    Value {
        expression: Expression,
        at: usize,
        source: String,
    },
}

impl Template {
    /// Parses a text.
    ///
    /// # Errors
    /// A `{{` without its end, or something in between that is no expression.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = 0;
        for placeholder in placeholders(text) {
            let (all, at) = (placeholder.all(), placeholder.expression.start);
            if !placeholder.is_closed {
                return Err(
                    TemplateError::new(Span::new(all.start, at), "`{{` is never closed").help(
                        "close it with `}}`, or say `raw` on the fence to turn templates off",
                    ),
                );
            }
            let expression =
                Expression::parse(&text[placeholder.expression]).map_err(|e| e.shifted(at))?;
            if all.start > rest {
                pieces.push(Piece::Text(text[rest..all.start].to_owned()));
            }
            rest = all.end;
            let source = text[all].to_owned();
            pieces.push(Piece::Value {
                expression,
                at,
                source,
            });
        }
        if rest < text.len() {
            pieces.push(Piece::Text(text[rest..].to_owned()));
        }
        Ok(Self {
            pieces,
            mentioned: Vec::new(),
        })
    }

    /// With the names that its text mentions outside of `{{ }}`: it can't be rendered before all
    /// of them have a value.
    #[must_use]
    pub fn mentioning(mut self, names: Vec<(String, Span)>) -> Self {
        self.mentioned = names;
        self
    }

    /// A text without templates: a fence that says `raw`.
    pub fn literal(text: impl Into<String>) -> Self {
        Self {
            pieces: vec![Piece::Text(text.into())],
            mentioned: Vec::new(),
        }
    }

    /// The text that it was made of.
    pub fn source(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Value { source, .. } => source.as_str(),
        });
        pieces.collect()
    }

    /// The names it needs, with their spans in the text that was parsed. Secrets are not among
    /// them.
    pub fn names(&self) -> Vec<(String, Span)> {
        let mut names = self.collect(Expression::names);
        names.extend(self.mentioned.iter().cloned());
        names
    }

    /// What it takes of them, likewise.
    pub fn entries(&self) -> Vec<Entry> {
        let entries = self.pieces.iter().map(|piece| match piece {
            Piece::Text(_) => Vec::new(),
            Piece::Value { expression, at, .. } => {
                let entries = expression.entries().iter().cloned();
                entries.map(|entry| entry.shifted(*at)).collect()
            }
        });
        entries.flatten().collect()
    }

    /// The secrets it mentions, as `NAME` of `secret.NAME`.
    pub fn secrets(&self) -> Vec<(String, Span)> {
        self.collect(Expression::secrets)
    }

    fn collect(&self, of: fn(&Expression) -> &[(String, Span)]) -> Vec<(String, Span)> {
        let mut out = Vec::new();
        for piece in &self.pieces {
            if let Piece::Value { expression, at, .. } = piece {
                out.extend(
                    of(expression)
                        .iter()
                        .map(|(name, s)| (name.clone(), s.shifted(*at))),
                );
            }
        }
        out
    }

    /// The text with its values, each quoted for the place it lands in.
    ///
    /// # Errors
    /// A name is undefined, an expression can't be evaluated, or a value can't be written there.
    pub fn render(&self, scope: &Scope, quote: Quote) -> Result<Rendered, TemplateError> {
        for (name, at) in &self.mentioned {
            let has_value = Expression::parse(name).and_then(|name| name.evaluate(scope));
            has_value.map_err(|error| error.shifted(at.start))?;
        }
        self.fill(scope, quote, |error, _| Err(error))
    }

    /// Like [`render`](Self::render), for reading: what can't be rendered yet keeps its `{{ }}`.
    pub fn show(&self, scope: &Scope, quote: Quote) -> String {
        self.fill(scope, quote, |_, source| Ok(source.to_owned()))
            .map_or_else(|error| error.message, |rendered| rendered.shown())
    }

    fn fill(
        &self,
        scope: &Scope,
        quote: Quote,
        otherwise: fn(TemplateError, &str) -> Result<String, TemplateError>,
    ) -> Result<Rendered, TemplateError> {
        let mut follower = Follower::new(quote);
        let mut parts = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => {
                    follower.text(text);
                    parts.push(Part::Text(text.clone()));
                }
                Piece::Value {
                    expression,
                    at,
                    source,
                } => {
                    let place = expression.place(&follower);
                    if let Some(name) = expression.secret() {
                        parts.push(Part::Secret {
                            name: name.to_owned(),
                            place,
                        });
                        follower.value();
                        continue;
                    }
                    let inserted = expression.evaluate(scope).and_then(|value| {
                        place.insert(&value).map_err(|why| {
                            let name = expression.source().trim();
                            TemplateError::new(expression.span(), format!("`{name}` {why}"))
                        })
                    });
                    let known = inserted.is_ok();
                    let text = inserted.or_else(|e| otherwise(e.shifted(*at), source))?;
                    if known && expression.is_verbatim() {
                        follower.text(&text);
                    } else {
                        follower.value();
                    }
                    parts.push(Part::Text(text));
                }
            }
        }
        Ok(Rendered { parts })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};
    use serde_json::json;

    use super::*;

    fn scope() -> Scope {
        let mut scope = Scope::default();
        scope.bind("vlan", 5);
        scope.bind("name", "it's $HOME");
        scope.bind("vlans", json!([5, 10, 20]));
        scope.bind("resident", json!({"xen1": "a-1"}));
        scope
    }

    fn render(text: &str, quote: Quote) -> String {
        match Template::parse(text).and_then(|template| template.render(&scope(), quote)) {
            Ok(rendered) => rendered.shown(),
            Err(error) => format!(
                "{}..{}: {}",
                error.span.start, error.span.end, error.message
            ),
        }
    }

    #[test]
    fn only_double_braces_are_syntax() {
        let text = "{% if x %} ${#array} {# no comment #} { {{vlan}} }}\n";
        assert_eq!(
            render(text, Quote::None),
            "{% if x %} ${#array} {# no comment #} { 5 }}\n"
        );
    }

    #[test]
    fn an_expression_may_hold_braces() {
        assert_eq!(render("{{ {'a': {'b': 7}}.a.b }}", Quote::None), "7");
        assert_eq!(render("{{ '}}' }}", Quote::None), "}}");
    }

    #[test]
    fn maps_by_target_and_filters_work() {
        assert_eq!(render(r#"{{ resident["xen1"] }}"#, Quote::Sh), "a-1");
        assert_eq!(
            render("vlan {{ vlans | join(',') }}", Quote::Ios),
            "vlan 5,10,20"
        );
    }

    #[test]
    fn undefined_names_are_errors_with_a_place() {
        assert_eq!(
            render("vlan {{ natve }}", Quote::Ios),
            "8..13: `natve` is not defined"
        );
        assert_eq!(
            render("{{ resident.xen2 }}", Quote::None),
            "3..16: `resident.xen2` has no such entry"
        );
        assert_eq!(render("a {{ b", Quote::None), "2..4: `{{` is never closed");
    }

    #[test]
    fn names_and_secrets_are_found_with_their_spans() {
        let text = "x {{ vlans | join(sep) }} {{ secret.root }}";
        let template = Template::parse(text).expect("parses");
        let at = |found: Vec<(String, Span)>| -> Vec<(String, &str)> {
            found
                .into_iter()
                .map(|(name, span)| (name, &text[span.range()]))
                .collect()
        };
        assert_eq!(
            at(template.names()),
            [("vlans".into(), "vlans"), ("sep".into(), "sep")]
        );
        assert_eq!(at(template.secrets()), [("root".into(), "secret.root")]);
    }

    #[test]
    fn values_from_devices_are_data() {
        let mut scope = Scope::default();
        scope.bind("banner", "{{ 1 + 1 }}");
        let template = Template::parse("{{ banner }}").expect("parses");
        let rendered = template.render(&scope, Quote::None).expect("renders");
        assert_eq!(rendered.shown(), "{{ 1 + 1 }}");
    }

    #[test]
    fn a_secret_stays_a_reference_until_it_is_sent() {
        let template =
            Template::parse("login -p \"{{ secret.root }}\" {{ vlan }}").expect("parses");
        let rendered = template.render(&scope(), Quote::Sh).expect("renders");
        assert_eq!(rendered.shown(), "login -p \"{{ secret.root }}\" 5");
        let sent = rendered
            .reveal(&|_| Some(SecretString::from("a\"$b")))
            .expect("reveals");
        assert_eq!(sent.expose_secret(), "login -p \"a\\\"\\$b\" 5");
        assert_eq!(
            rendered.reveal(&|_| None).err(),
            Some(crate::value::RevealError::Missing("root".into()))
        );
    }

    #[test]
    fn a_secret_is_not_computed_with() {
        for text in [
            "{{ secret.root | upper }}",
            "{{ secret.a ~ secret.b }}",
            "{{ x ~ secret.a }}",
            "{{ secret }}",
            "{{ secret['root'] }}",
        ] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
        assert!(Template::parse("{{ secret.root | verbatim }}").is_ok());
    }

    #[test]
    fn shell_values_are_quoted_for_where_they_stand() {
        for (text, expected) in [
            ("echo {{ vlan }}", "echo 5"),
            ("echo {{ name }}", r"echo 'it'\''s $HOME'"),
            (r#"echo "{{ name }}""#, r#"echo "it's \$HOME""#),
            ("echo '{{ name }}'", r"echo 'it'\''s $HOME'"),
            (
                r#"echo "$(ls {{ name }})""#,
                r#"echo "$(ls 'it'\''s $HOME')""#,
            ),
            ("# don't\necho {{ name }}", "# don't\necho 'it'\\''s $HOME'"),
            (
                "cat <<EOF\n{{ name }}\nEOF\necho {{ name }}",
                "cat <<EOF\nit's \\$HOME\nEOF\necho 'it'\\''s $HOME'",
            ),
            (
                "cat <<'EOF'\n{{ name }}\nEOF\n",
                "cat <<'EOF'\nit's $HOME\nEOF\n",
            ),
            ("for v in {{ vlans }}; do", "for v in 5 10 20; do"),
            ("echo {{ name | verbatim }}", "echo it's $HOME"),
        ] {
            assert_eq!(render(text, Quote::Sh), expected, "{text}");
        }
    }

    #[test]
    fn a_number_sign_begins_a_comment_only_where_the_shell_says_so() {
        let mut scope = Scope::default();
        scope.bind("v", "tag;touch it");
        let render = |text: &str, scope: &Scope| {
            Template::parse(text)
                .and_then(|template| template.render(scope, Quote::Sh))
                .map_or_else(|error| error.message, |rendered| rendered.shown())
        };
        for part_of_a_word in [
            "echo $(date +%F)#",
            "echo $((1 + 1))#",
            "echo $((1 + (2)))#",
            "echo \"$(date)\"#",
            "echo \"$x\"#",
            "echo \"a b\"#",
            "echo 'a b'#",
            "echo ${x}#",
            "echo ${x:-a b}#",
            "echo $x#",
            "echo $#",
            "echo \\ #",
            "echo a\\\n#",
            "echo a\u{a0}#",
            "echo a\r#",
            "echo $(echo $(date)#",
        ] {
            assert_eq!(
                render(&format!("{part_of_a_word}{{{{ v }}}}"), &scope),
                format!("{part_of_a_word}'tag;touch it'"),
                "{part_of_a_word}"
            );
        }
        // In a comment quotes would hold nothing together: a value must not end its line.
        scope.bind("v", "tag\ntouch it");
        for comment in [
            "(echo a)#",
            "$(#",
            "\"$(#",
            "$( (echo a)#",
            "echo a >#",
            "echo a;#",
            "echo a \\\n#",
            "echo `date` #",
            "echo $\\\n(echo a)#",
        ] {
            let said = render(&format!("{comment}{{{{ v }}}}"), &scope);
            assert!(said.starts_with("`v` holds"), "{comment}: {said}");
        }
    }

    #[test]
    fn where_quoting_is_not_sure_only_harmless_values_stand() {
        for text in [
            "`{{ name }}`",
            "$(( {{ name }} ))",
            "\"${x:-{{ name }}}\"",
            "$'{{ name }}'",
            "\"${{ name }}\"",
            r"echo \{{ name }}",
            "cat <<E\n${{ name }}\nE",
            "cat <<E\n\\{{ name }}\nE",
        ] {
            assert!(
                render(text, Quote::Sh).contains("can't be quoted"),
                "{text}"
            );
        }
        assert_eq!(render("`echo {{ vlan }}`", Quote::Sh), "`echo 5`");
    }

    #[test]
    fn each_language_quotes_in_its_own_way() {
        let mut scope = scope();
        scope.bind("text", "<a> & \"b\"?\n");
        let render = |text: &str, quote| {
            Template::parse(text)
                .and_then(|template| template.render(&scope, quote))
                .map_or_else(|error| error.message, |rendered| rendered.shown())
        };
        assert_eq!(
            render("<x y=\"{{ text }}\"/>", Quote::Xml),
            "<x y=\"&lt;a&gt; &amp; &quot;b&quot;?\n\"/>"
        );
        assert_eq!(
            render("f(\"{{ text }}\", {{ text }}, {{ vlans }})", Quote::Json),
            r#"f("<a> & \"b\"?\n", "<a> & \"b\"?\n", [5,10,20])"#
        );
        assert_eq!(
            render("banner {{ text }}", Quote::Ios),
            "`text` holds the control character \\u{a}"
        );
        assert_eq!(
            render("GET /{{ text }}", Quote::Http),
            "`text` holds the control character \\u{a}"
        );
        assert_eq!(
            render(
                "POST / HTTP/1.1\n\n{\"a\": {{ vlan }}, \"b\": {{ text }}}",
                Quote::Http
            ),
            "POST / HTTP/1.1\n\n{\"a\": 5, \"b\": \"<a> & \\\"b\\\"?\\n\"}"
        );
        assert_eq!(
            render("{{ vlans }}", Quote::None),
            "`vlans` is a list: say how to write it, for instance `| join(\",\")`"
        );
    }

    #[test]
    fn what_is_not_known_yet_is_shown_as_written() {
        let template = Template::parse("ip {{ later }} vlan {{ vlan }}").expect("parses");
        assert_eq!(template.show(&scope(), Quote::Ios), "ip {{ later }} vlan 5");
    }
}
