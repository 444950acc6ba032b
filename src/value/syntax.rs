//! What an expression is made of: its names and paths, with their spans.

use minijinja::machinery::{
    self, ast,
    ast::{CallArg, Expr},
};
use minijinja::syntax::SyntaxConfig;

use super::applied::Applied;
use super::{Entry, TemplateError, environment::VERBATIM};
use crate::text::{Span, wording};

/// The names of functions: minijinja's own, and ours.
const FUNCTIONS: [&str; 6] = ["range", "dict", "debug", "namespace", "ref", "one"];

/// What is known of an expression without evaluating it.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// The names it needs, in order of appearance, each where it occurs.
    pub(super) names: Vec<(String, Span)>,
    /// What it takes of those names, likewise.
    pub(super) entries: Vec<Entry>,
    /// The names under `secret.` that it mentions.
    pub(super) secrets: Vec<(String, Span)>,
    /// The filters and tests that it applies, and where what they are applied to ends.
    applied: Vec<(Applied, String, usize)>,
    /// The regular expressions that stand in it as text.
    pub(super) patterns: Vec<(String, Span)>,
    /// The whole expression is one secret.
    pub(super) is_secret: bool,
    /// Its last filter is `verbatim`.
    pub(super) verbatim: bool,
    /// It is a list that is written out, of so many.
    pub(super) items: Option<usize>,
    /// The sub-expressions that are worth showing, outermost first: names with their
    /// attributes, subscripts, filters and calls.
    pub(super) parts: Vec<Span>,
}

/// A longer expression is counted before it is read.
const SHORT: usize = 200;
/// Every sign may nest an expression one deeper, and what reads it goes down with it.
const SIGNS: usize = 1000;

/// Reads an expression.
pub(super) fn shape(source: &str) -> Result<Shape, TemplateError> {
    if source.len() > SHORT {
        require_few_signs(source)?;
    }
    let expr = machinery::parse_expr(source).map_err(|error| parse_error(source, &error))?;
    let mut shape = Shape::default();
    let mut inner = &expr;
    if let Expr::Filter(filter) = inner
        && filter.name == VERBATIM
        && let Some(value) = &filter.expr
    {
        shape.verbatim = true;
        inner = value;
    }
    shape.is_secret = secret(inner).is_some();
    if let Expr::List(list) = &expr {
        shape.items = Some(list.items.len());
    }
    shape.walk(&expr, true);
    if let Expr::Var(var) = inner {
        shape.entries.push(Entry {
            name: var.id.to_owned(),
            key: None,
            span: span(inner),
        });
    }
    shape.require_applied(source)?;
    if let Some((_, span)) = shape.names.iter().find(|(name, _)| name == "secret") {
        return Err(
            TemplateError::new(*span, "`secret` on its own has no value")
                .help("name the secret: `{{ secret.NAME }}`"),
        );
    }
    let nothing_else = shape.secrets.len() == 1 && shape.names.is_empty();
    if let Some((name, span)) = shape.secrets.first()
        && !(shape.is_secret && nothing_else)
    {
        return Err(
            TemplateError::new(*span, "a secret can't be computed with").help(format!(
                "write it alone: `{{{{ secret.{name} }}}}`; only `| verbatim` may follow"
            )),
        );
    }
    Ok(shape)
}

/// # Errors
/// It has more than [`SIGNS`] names, values and signs.
fn require_few_signs(source: &str) -> Result<(), TemplateError> {
    let syntax = SyntaxConfig::default();
    let mut signs = machinery::tokenize(source, true, syntax).map_while(Result::ok);
    let Some((_, at)) = signs.nth(SIGNS) else {
        return Ok(());
    };
    let span = Span::new(at.start_offset as usize, at.end_offset as usize);
    let error = TemplateError::new(
        span,
        format!("the expression has more than {SIGNS} names, values and signs"),
    );
    Err(error.help("make it several expressions"))
}

fn parse_error(source: &str, error: &minijinja::Error) -> TemplateError {
    let span = error.range().map_or(0..source.len(), |range| {
        // The machinery ends a character it does not know behind its first byte.
        source.floor_char_boundary(range.start)..source.ceil_char_boundary(range.end)
    });
    let is_assignment =
        source[span.start..].starts_with('=') && !source[span.start..].starts_with("==");
    let error = TemplateError::new(
        span.into(),
        error.detail().unwrap_or("this is no expression").to_owned(),
    );
    if is_assignment {
        return error.help(
            "did you mean `==`? A value that is given by name is a map: `{\"name\": value}`",
        );
    }
    error
}

fn secret<'a>(expr: &Expr<'a>) -> Option<(&'a str, Span)> {
    match expr {
        Expr::GetAttr(get) => match &get.expr {
            Expr::Var(var) if var.id == "secret" => Some((get.name, span(expr))),
            _ => None,
        },
        _ => None,
    }
}

fn span(expr: &Expr<'_>) -> Span {
    let mut at = expr.span();
    // The machinery's span of `a.b` starts at the dot's left side; a chain starts where its
    // innermost expression does.
    let mut inner = expr;
    while let Some(next) = receiver(inner) {
        at.start_offset = at.start_offset.min(next.span().start_offset);
        inner = next;
    }
    Span::new(at.start_offset as usize, at.end_offset as usize)
}

fn receiver<'a, 'b>(expr: &'b Expr<'a>) -> Option<&'b Expr<'a>> {
    match expr {
        Expr::GetAttr(get) => Some(&get.expr),
        Expr::GetItem(get) => Some(&get.expr),
        Expr::Slice(slice) => Some(&slice.expr),
        Expr::Call(call) => Some(&call.expr),
        Expr::Filter(filter) => filter.expr.as_ref(),
        _ => None,
    }
}

impl Shape {
    /// minijinja itself notices an unknown filter or test only when it gets there.
    fn require_applied(&self, source: &str) -> Result<(), TemplateError> {
        for (applied, name, behind) in &self.applied {
            if applied.exists(name) {
                continue;
            }
            let rest = source.get(*behind..).unwrap_or_default();
            let start = rest.find(name.as_str()).map_or(0, |at| behind + at);
            let span = Span::new(start, start + name.len());
            let word = applied.word();
            let error = TemplateError::new(span, format!("there is no {word} `{name}`"));
            return Err(
                match wording::did_you_mean(name, applied.common().iter().copied()) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                },
            );
        }
        Ok(())
    }

    /// `part`: whether this expression is one that a reader would ask the value of.
    fn walk(&mut self, expr: &Expr<'_>, part: bool) {
        if let Some((name, span)) = secret(expr) {
            self.secrets.push((name.to_owned(), span));
            return;
        }
        let is_path = receiver(expr).is_some() || matches!(expr, Expr::Var(_));
        if part && is_path {
            self.parts.push(span(expr));
        }
        match expr {
            Expr::Var(var) => {
                if !FUNCTIONS.contains(&var.id) {
                    self.names.push((var.id.to_owned(), span(expr)));
                }
            }
            Expr::Const(_) => {}
            Expr::Slice(slice) => {
                self.walk(&slice.expr, false);
                for bound in [&slice.start, &slice.stop, &slice.step]
                    .into_iter()
                    .flatten()
                {
                    self.walk(bound, true);
                }
            }
            Expr::UnaryOp(op) => self.walk(&op.expr, true),
            Expr::BinOp(op) => {
                self.walk(&op.left, true);
                self.walk(&op.right, true);
            }
            Expr::Compare(compare) => {
                self.walk(&compare.expr, true);
                compare.ops.iter().for_each(|op| self.walk(&op.expr, true));
            }
            Expr::IfExpr(choice) => {
                self.walk(&choice.test_expr, true);
                self.walk(&choice.true_expr, true);
                choice.false_expr.iter().for_each(|e| self.walk(e, true));
            }
            Expr::Filter(filter) => {
                // `stdout | length`: the length is shown, then what it is the length of.
                filter.expr.iter().for_each(|e| self.walk(e, true));
                let end = filter.expr.as_ref().map_or(0, |e| span(e).end);
                self.applied
                    .push((Applied::Filter, filter.name.to_owned(), end));
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                self.applied
                    .push((Applied::Test, test.name.to_owned(), span(&test.expr).end));
                if let ("matching", [CallArg::Pos(Expr::Const(pattern))]) =
                    (test.name, test.args.as_slice())
                    && let Some(text) = pattern.value.as_str()
                {
                    let at = pattern.span();
                    let span = Span::new(at.start_offset as usize, at.end_offset as usize);
                    self.patterns.push((text.to_owned(), span));
                }
                self.walk(&test.expr, true);
                self.arguments(&test.args);
            }
            Expr::GetAttr(get) => {
                let end = span(expr).end;
                self.entry(&get.expr, get.name, Span::new(end - get.name.len(), end));
                self.walk(&get.expr, false);
            }
            Expr::GetItem(get) => {
                if let Expr::Const(key) = &get.subscript_expr
                    && let Some(key) = key.value.as_str()
                {
                    self.entry(&get.expr, key, span(&get.subscript_expr));
                }
                self.walk(&get.expr, false);
                self.walk(&get.subscript_expr, true);
            }
            Expr::Call(call) => {
                self.walk(&call.expr, false);
                self.arguments(&call.args);
            }
            Expr::List(list) => list.items.iter().for_each(|e| self.walk(e, true)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|e| self.walk(e, true)),
            Expr::Map(map) => self.map(map),
        }
    }

    fn entry(&mut self, of: &Expr<'_>, key: &str, span: Span) {
        if let Expr::Var(var) = of {
            self.entries.push(Entry {
                name: var.id.to_owned(),
                key: Some(key.to_owned()),
                span,
            });
        }
    }

    fn map(&mut self, map: &ast::Map<'_>) {
        map.keys
            .iter()
            .chain(&map.values)
            .for_each(|e| self.walk(e, true));
    }

    fn arguments(&mut self, args: &[CallArg<'_>]) {
        for arg in args {
            match arg {
                CallArg::Pos(e)
                | CallArg::Kwarg(_, e)
                | CallArg::PosSplat(e)
                | CallArg::KwargSplat(e) => self.walk(e, true),
            }
        }
    }
}
