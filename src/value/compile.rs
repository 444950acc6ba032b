//! From an expression's tree to what minijinja runs. minijinja compares without asking anybody,
//! so its comparisons are replaced by a filter of ours, [`COMPARE`], on the way.

use std::collections::BTreeMap;

use minijinja::machinery::ast::{
    self, BinOpKind, CallArg, CompareOpKind, Expr, Spanned, UnaryOpKind,
};
use minijinja::machinery::{self, CodeGenerator};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Value};

use super::compare::COMPARE;

/// Evaluates an expression.
///
/// # Errors
/// It is none, or has no value.
pub(super) fn evaluate(
    env: &Environment<'static>,
    source: &str,
    context: Value,
) -> Result<Value, Error> {
    let expr = copy(&machinery::parse_expr(source)?);
    let mut code = CodeGenerator::new("<expression>", source);
    code.compile_expr(&expr);
    let (code, _) = code.finish();
    let mut printed = String::new();
    let mut output = machinery::make_string_output(&mut printed);
    let blocks = BTreeMap::new();
    let (value, _) = machinery::eval(env, &code, context, &blocks, &mut output, AutoEscape::None)?;
    value.ok_or_else(|| ErrorKind::UndefinedError.into())
}

/// The tree can't be changed where it stands.
fn copy<'a>(expr: &Expr<'a>) -> Expr<'a> {
    let span = expr.span();
    match expr {
        Expr::Var(var) => Expr::Var(Spanned::new(ast::Var { id: var.id }, span)),
        Expr::Const(value) => constant(value.value.clone(), span),
        Expr::Slice(slice) => Expr::Slice(Spanned::new(
            ast::Slice {
                expr: copy(&slice.expr),
                start: slice.start.as_ref().map(copy),
                stop: slice.stop.as_ref().map(copy),
                step: slice.step.as_ref().map(copy),
            },
            span,
        )),
        Expr::UnaryOp(op) => Expr::UnaryOp(Spanned::new(
            ast::UnaryOp {
                op: match op.op {
                    UnaryOpKind::Not => UnaryOpKind::Not,
                    UnaryOpKind::Neg => UnaryOpKind::Neg,
                },
                expr: copy(&op.expr),
            },
            span,
        )),
        Expr::BinOp(op) => match sign(op.op) {
            Some(sign) => comparison(vec![copy(&op.left), copy(&op.right)], vec![sign], span),
            None => Expr::BinOp(Spanned::new(
                ast::BinOp {
                    op: op.op,
                    left: copy(&op.left),
                    right: copy(&op.right),
                },
                span,
            )),
        },
        Expr::Compare(chain) => {
            let first = std::iter::once(&chain.expr);
            let values = first.chain(chain.ops.iter().map(|op| &op.expr));
            let signs = chain.ops.iter().map(|op| sign_in_chain(op.op));
            comparison(values.map(copy).collect(), signs.collect(), span)
        }
        Expr::IfExpr(choice) => Expr::IfExpr(Spanned::new(
            ast::IfExpr {
                test_expr: copy(&choice.test_expr),
                true_expr: copy(&choice.true_expr),
                false_expr: choice.false_expr.as_ref().map(copy),
            },
            span,
        )),
        Expr::Filter(filter) => Expr::Filter(Spanned::new(
            ast::Filter {
                name: filter.name,
                expr: filter.expr.as_ref().map(copy),
                args: arguments(&filter.args),
            },
            span,
        )),
        Expr::Test(test) => Expr::Test(Spanned::new(
            ast::Test {
                name: test.name,
                expr: copy(&test.expr),
                args: arguments(&test.args),
            },
            span,
        )),
        Expr::GetAttr(get) => Expr::GetAttr(Spanned::new(
            ast::GetAttr {
                expr: copy(&get.expr),
                name: get.name,
            },
            span,
        )),
        Expr::GetItem(get) => Expr::GetItem(Spanned::new(
            ast::GetItem {
                expr: copy(&get.expr),
                subscript_expr: copy(&get.subscript_expr),
            },
            span,
        )),
        Expr::Call(call) => Expr::Call(Spanned::new(
            ast::Call {
                expr: copy(&call.expr),
                args: arguments(&call.args),
            },
            span,
        )),
        Expr::List(list) => {
            let items = list.items.iter().map(copy).collect();
            Expr::List(Spanned::new(ast::List { items }, span))
        }
        Expr::Tuple(tuple) => {
            let items = tuple.items.iter().map(copy).collect();
            Expr::Tuple(Spanned::new(ast::Tuple { items }, span))
        }
        Expr::Map(map) => Expr::Map(Spanned::new(
            ast::Map {
                keys: map.keys.iter().map(copy).collect(),
                values: map.values.iter().map(copy).collect(),
            },
            span,
        )),
    }
}

fn arguments<'a>(args: &[CallArg<'a>]) -> Vec<CallArg<'a>> {
    let copied = args.iter().map(|arg| match arg {
        CallArg::Pos(e) => CallArg::Pos(copy(e)),
        CallArg::Kwarg(name, e) => CallArg::Kwarg(name, copy(e)),
        CallArg::PosSplat(e) => CallArg::PosSplat(copy(e)),
        CallArg::KwargSplat(e) => CallArg::KwargSplat(copy(e)),
    });
    copied.collect()
}

fn comparison<'a>(
    values: Vec<Expr<'a>>,
    signs: Vec<&'static str>,
    span: machinery::Span,
) -> Expr<'a> {
    Expr::Filter(Spanned::new(
        ast::Filter {
            name: COMPARE,
            expr: Some(Expr::List(Spanned::new(ast::List { items: values }, span))),
            args: vec![CallArg::Pos(constant(Value::from(signs), span))],
        },
        span,
    ))
}

fn constant<'a>(value: Value, span: machinery::Span) -> Expr<'a> {
    Expr::Const(Spanned::new(ast::Const { value }, span))
}

/// The test that a comparison is, or `in` and `not in`.
fn sign(op: BinOpKind) -> Option<&'static str> {
    Some(match op {
        BinOpKind::Eq => "==",
        BinOpKind::Ne => "!=",
        BinOpKind::Lt => "<",
        BinOpKind::Lte => "<=",
        BinOpKind::Gt => ">",
        BinOpKind::Gte => ">=",
        BinOpKind::In => "in",
        BinOpKind::ScAnd
        | BinOpKind::ScOr
        | BinOpKind::Add
        | BinOpKind::Sub
        | BinOpKind::Mul
        | BinOpKind::Div
        | BinOpKind::FloorDiv
        | BinOpKind::Rem
        | BinOpKind::Pow
        | BinOpKind::Concat => return None,
    })
}

fn sign_in_chain(op: CompareOpKind) -> &'static str {
    match op {
        CompareOpKind::Eq => "==",
        CompareOpKind::Ne => "!=",
        CompareOpKind::Lt => "<",
        CompareOpKind::Lte => "<=",
        CompareOpKind::Gt => ">",
        CompareOpKind::Gte => ">=",
        CompareOpKind::In => "in",
        CompareOpKind::NotIn => "not in",
    }
}
