//! From an expression's tree to what minijinja runs. minijinja compares without asking anybody,
//! and any text but the empty one is true to it, so its comparisons are replaced by a filter of
//! ours, [`COMPARE`], on the way, and its conditions pass another one, [`CONDITION`].

use std::collections::BTreeMap;

use minijinja::machinery::ast::{
    self, BinOpKind, CallArg, CompareOpKind, Expr, Spanned, UnaryOpKind,
};
use minijinja::machinery::{self, CodeGenerator, Span};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Value};

use super::compare::{COMPARE, CONDITION};

/// What an expression is evaluated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Its value.
    Value,
    /// Whether it is so.
    Condition,
}

/// Evaluates an expression.
///
/// # Errors
/// It is none, or has no value; or whether it is so depends on a text that spells the answer.
pub(super) fn evaluate(
    env: &Environment<'static>,
    source: &str,
    context: Value,
    purpose: For,
) -> Result<Value, Error> {
    let read = machinery::parse_expr(source)?;
    let expr = match purpose {
        For::Value => copy(&read),
        For::Condition => condition(&read),
    };
    let mut code = CodeGenerator::new("<expression>", source);
    code.compile_expr(&expr);
    let (code, _) = code.finish();
    let mut printed = String::new();
    let mut output = machinery::make_string_output(&mut printed);
    let blocks = BTreeMap::new();
    let (value, _) = machinery::eval(env, &code, context, &blocks, &mut output, AutoEscape::None)?;
    value.ok_or_else(|| ErrorKind::UndefinedError.into())
}

/// The tree can't be changed where it stands. What each kind of node needs is in a function of
/// its own: this one goes as deep as the expression does, and must not need much of the stack.
fn copy<'a>(expr: &Expr<'a>) -> Expr<'a> {
    let span = expr.span();
    match expr {
        Expr::Var(var) => Expr::Var(Spanned::new(ast::Var { id: var.id }, span)),
        Expr::Const(value) => constant(value.value.clone(), span),
        Expr::Slice(node) => Expr::Slice(Spanned::new(slice(node), span)),
        Expr::UnaryOp(node) => Expr::UnaryOp(Spanned::new(unary(node), span)),
        Expr::BinOp(node) => match sign(node.op) {
            Some(sign) => comparison(pair(node), vec![sign], span),
            None => Expr::BinOp(Spanned::new(binary(node), span)),
        },
        Expr::Compare(node) => chain(node, span),
        Expr::IfExpr(node) => Expr::IfExpr(Spanned::new(choice(node), span)),
        Expr::Filter(node) => Expr::Filter(Spanned::new(filter(node), span)),
        Expr::Test(node) => Expr::Test(Spanned::new(test(node), span)),
        Expr::GetAttr(node) => Expr::GetAttr(Spanned::new(attribute(node), span)),
        Expr::GetItem(node) => Expr::GetItem(Spanned::new(item(node), span)),
        Expr::Call(node) => Expr::Call(Spanned::new(call(node), span)),
        Expr::List(node) => {
            let items = all(&node.items);
            Expr::List(Spanned::new(ast::List { items }, span))
        }
        Expr::Tuple(node) => {
            let items = all(&node.items);
            Expr::Tuple(Spanned::new(ast::Tuple { items }, span))
        }
        Expr::Map(node) => Expr::Map(Spanned::new(map(node), span)),
    }
}

/// A copy of an expression of which only counts whether it is so.
fn condition<'a>(expr: &Expr<'a>) -> Expr<'a> {
    match expr {
        Expr::BinOp(node) if is_logical(node.op) => either(node, expr.span()),
        Expr::IfExpr(node) => {
            let node = ast::IfExpr {
                test_expr: condition(&node.test_expr),
                true_expr: condition(&node.true_expr),
                false_expr: node.false_expr.as_ref().map(condition),
            };
            Expr::IfExpr(Spanned::new(node, expr.span()))
        }
        // These come to true or false by themselves.
        Expr::Compare(_) | Expr::Test(_) | Expr::UnaryOp(_) => copy(expr),
        Expr::BinOp(node) if sign(node.op).is_some() => copy(expr),
        _ => guarded(expr),
    }
}

fn is_logical(op: BinOpKind) -> bool {
    matches!(op, BinOpKind::ScAnd | BinOpKind::ScOr)
}

fn either<'a>(node: &ast::BinOp<'a>, span: Span) -> Expr<'a> {
    let node = ast::BinOp {
        op: node.op,
        left: condition(&node.left),
        right: condition(&node.right),
    };
    Expr::BinOp(Spanned::new(node, span))
}

fn guarded<'a>(expr: &Expr<'a>) -> Expr<'a> {
    let filter = ast::Filter {
        name: CONDITION,
        expr: Some(copy(expr)),
        args: Vec::new(),
    };
    Expr::Filter(Spanned::new(filter, expr.span()))
}

fn all<'a>(exprs: &[Expr<'a>]) -> Vec<Expr<'a>> {
    exprs.iter().map(copy).collect()
}

fn slice<'a>(node: &ast::Slice<'a>) -> ast::Slice<'a> {
    ast::Slice {
        expr: copy(&node.expr),
        start: node.start.as_ref().map(copy),
        stop: node.stop.as_ref().map(copy),
        step: node.step.as_ref().map(copy),
    }
}

fn unary<'a>(node: &ast::UnaryOp<'a>) -> ast::UnaryOp<'a> {
    let (op, expr) = match node.op {
        UnaryOpKind::Not => (UnaryOpKind::Not, condition(&node.expr)),
        UnaryOpKind::Neg => (UnaryOpKind::Neg, copy(&node.expr)),
    };
    ast::UnaryOp { op, expr }
}

fn binary<'a>(node: &ast::BinOp<'a>) -> ast::BinOp<'a> {
    ast::BinOp {
        op: node.op,
        left: copy(&node.left),
        right: copy(&node.right),
    }
}

fn pair<'a>(node: &ast::BinOp<'a>) -> Vec<Expr<'a>> {
    vec![copy(&node.left), copy(&node.right)]
}

fn chain<'a>(node: &ast::Compare<'a>, span: Span) -> Expr<'a> {
    let first = std::iter::once(&node.expr);
    let values = first.chain(node.ops.iter().map(|op| &op.expr));
    let signs = node.ops.iter().map(|op| sign_in_chain(op.op));
    comparison(values.map(copy).collect(), signs.collect(), span)
}

fn choice<'a>(node: &ast::IfExpr<'a>) -> ast::IfExpr<'a> {
    ast::IfExpr {
        test_expr: condition(&node.test_expr),
        true_expr: copy(&node.true_expr),
        false_expr: node.false_expr.as_ref().map(copy),
    }
}

fn filter<'a>(node: &ast::Filter<'a>) -> ast::Filter<'a> {
    ast::Filter {
        name: node.name,
        expr: node.expr.as_ref().map(copy),
        args: arguments(&node.args),
    }
}

fn test<'a>(node: &ast::Test<'a>) -> ast::Test<'a> {
    ast::Test {
        name: node.name,
        expr: copy(&node.expr),
        args: arguments(&node.args),
    }
}

fn attribute<'a>(node: &ast::GetAttr<'a>) -> ast::GetAttr<'a> {
    let expr = copy(&node.expr);
    let name = node.name;
    ast::GetAttr { expr, name }
}

fn item<'a>(node: &ast::GetItem<'a>) -> ast::GetItem<'a> {
    ast::GetItem {
        expr: copy(&node.expr),
        subscript_expr: copy(&node.subscript_expr),
    }
}

fn call<'a>(node: &ast::Call<'a>) -> ast::Call<'a> {
    let expr = copy(&node.expr);
    let args = arguments(&node.args);
    ast::Call { expr, args }
}

fn map<'a>(node: &ast::Map<'a>) -> ast::Map<'a> {
    let keys = all(&node.keys);
    let values = all(&node.values);
    ast::Map { keys, values }
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

fn comparison<'a>(values: Vec<Expr<'a>>, signs: Vec<&'static str>, span: Span) -> Expr<'a> {
    Expr::Filter(Spanned::new(
        ast::Filter {
            name: COMPARE,
            expr: Some(Expr::List(Spanned::new(ast::List { items: values }, span))),
            args: vec![CallArg::Pos(constant(Value::from(signs), span))],
        },
        span,
    ))
}

fn constant<'a>(value: Value, span: Span) -> Expr<'a> {
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
