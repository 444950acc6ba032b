//! What is smaller, and what is equal. minijinja orders kinds before values: any text is greater
//! than any number, and no text equals one. What a device prints is text, so `free > 100` would
//! hold for a free of `5`. Here that is an error that says how to write it.

use std::cmp::Ordering;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, State, Value, tests};

use super::natural::natural;

/// The filter that an expression's comparisons become: no expression can spell it.
pub(super) const COMPARE: &str = "(compare)";

/// The filter that what only has to be so or not passes unchanged.
pub(super) const CONDITION: &str = "(condition)";

/// So many items of a list are looked at for one unit of an expression's fuel, as in minijinja.
const ITEMS: usize = 2;

/// What holds between two values, or does not.
type Test = fn(&State<'_, '_>, &Value, &Value) -> Result<bool, Error>;

const TESTS: [(&[&str], Test); 8] = [
    (&["==", "eq", "equalto"], |state, a, b| equal(state, a, b)),
    (&["!=", "ne"], |state, a, b| {
        equal(state, a, b).map(|is| !is)
    }),
    (&["<", "lt", "lessthan"], |state, a, b| {
        order(state, a, b).map(Ordering::is_lt)
    }),
    (&["<=", "le"], |state, a, b| {
        order(state, a, b).map(Ordering::is_le)
    }),
    (&[">", "gt", "greaterthan"], |state, a, b| {
        order(state, a, b).map(Ordering::is_gt)
    }),
    (&[">=", "ge"], |state, a, b| {
        order(state, a, b).map(Ordering::is_ge)
    }),
    (&["in"], is_in),
    (&["not in"], |state, a, b| is_in(state, a, b).map(|is| !is)),
];

/// Replaces the tests and filters that compare by ones that know what can't be compared.
pub(super) fn add_to(env: &mut Environment<'_>) {
    for (names, test) in TESTS {
        for name in names {
            env.add_test(*name, move |state: &State<'_, '_>, a: &Value, b: &Value| {
                test(state, a, b)
            });
        }
    }
    env.add_filter(COMPARE, chain);
    env.add_filter(CONDITION, |value: Value| {
        require_condition(&value).map(|()| value)
    });
}

/// `1 <= x < 5`: the values, and the signs between them.
fn chain(state: &State<'_, '_>, values: Vec<Value>, signs: Vec<String>) -> Result<bool, Error> {
    if values.iter().any(Value::is_undefined) {
        return Err(ErrorKind::UndefinedError.into());
    }
    for ((a, b), sign) in values.iter().zip(values.iter().skip(1)).zip(&signs) {
        let named = TESTS
            .iter()
            .find(|(names, _)| names.contains(&sign.as_str()));
        let (_, test) = named.ok_or(ErrorKind::UnknownTest)?;
        if !test(state, a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn order(state: &State<'_, '_>, a: &Value, b: &Value) -> Result<Ordering, Error> {
    if is_number(a) && is_number(b) {
        return Ok(a.cmp(b));
    }
    if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
        return order_of_texts(a, b);
    }
    match (a.kind(), b.kind()) {
        (ValueKind::Seq, ValueKind::Seq) => {
            for (n, (a, b)) in a.try_iter()?.zip(b.try_iter()?).enumerate() {
                pay(state, n)?;
                let order = order(state, &a, &b)?;
                if order.is_ne() {
                    return Ok(order);
                }
            }
            Ok(a.len().cmp(&b.len()))
        }
        (ValueKind::Undefined, _) | (_, ValueKind::Undefined) => {
            Err(ErrorKind::UndefinedError.into())
        }
        (ValueKind::String, _) if is_number(b) => Err(mixed()),
        (_, ValueKind::String) if is_number(a) => Err(mixed()),
        (one, other) => Err(refused(format!(
            "neither of {one} and {other} is the smaller"
        ))),
    }
}

/// Letter by letter, unless that is another order than that of the numbers in them.
fn order_of_texts(a: &str, b: &str) -> Result<Ordering, Error> {
    let letters = a.cmp(b);
    if reads_as_number(a) && reads_as_number(b) || letters != natural(a, b) {
        return Err(refused(format!(
            "texts with numbers in them are compared letter by letter: {AS_NUMBER}"
        )));
    }
    Ok(letters)
}

/// A text that begins as a number is never meant to differ from one for being a text.
fn equal(state: &State<'_, '_>, a: &Value, b: &Value) -> Result<bool, Error> {
    match (a.kind(), b.kind()) {
        (ValueKind::Undefined, _) | (_, ValueKind::Undefined) => {
            Err(ErrorKind::UndefinedError.into())
        }
        (ValueKind::String, ValueKind::Bool) => equal(state, b, a),
        (ValueKind::Bool, ValueKind::String) if spells_a_truth(b) => Err(refused(
            "a text is compared with true or false: compare it with a text".to_owned(),
        )),
        (ValueKind::String, _) if is_number(b) && begins_as_number(a) => Err(mixed()),
        (_, ValueKind::String) if is_number(a) && begins_as_number(b) => Err(mixed()),
        (ValueKind::Seq, ValueKind::Seq) if a.len() == b.len() => {
            for (n, (a, b)) in a.try_iter()?.zip(b.try_iter()?).enumerate() {
                pay(state, n)?;
                if !equal(state, &a, &b)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (ValueKind::Map, ValueKind::Map) if a.len() == b.len() => {
            for (n, key) in a.try_iter()?.enumerate() {
                pay(state, n)?;
                let (a, b) = (a.get_item(&key)?, b.get_item(&key)?);
                if b.is_undefined() || !equal(state, &a, &b)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => Ok(a == b),
    }
}

fn is_in(state: &State<'_, '_>, item: &Value, all: &Value) -> Result<bool, Error> {
    match all.kind() {
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => {
            for (n, other) in all.try_iter()?.enumerate() {
                pay(state, n)?;
                if equal(state, item, &other)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        ValueKind::String if item.kind() != ValueKind::String => Err(refused(format!(
            "a text is searched for a {}: write it as a text",
            item.kind()
        ))),
        ValueKind::String => tests::is_in(state, item, all),
        ValueKind::Undefined => Err(ErrorKind::UndefinedError.into()),
        other => Err(refused(format!("nothing is in a {other}"))),
    }
}

/// Pays for the look at the `n`th item of a list.
pub(super) fn pay(state: &State<'_, '_>, n: usize) -> Result<(), Error> {
    state.consume_fuel(u64::from(n.is_multiple_of(ITEMS)))
}

/// Between these there is an order: between any two that are neighbours once they are sorted.
pub(super) fn require_order(state: &State<'_, '_>, mut keys: Vec<Value>) -> Result<(), Error> {
    keys.sort();
    let pairs = keys.iter().zip(keys.iter().skip(1));
    let mut pairs = pairs.enumerate();
    pairs.try_for_each(|(n, (a, b))| {
        pay(state, n)?;
        order(state, a, b).map(drop)
    })
}

fn is_number(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Number | ValueKind::Bool)
}

fn reads_as_number(text: &str) -> bool {
    let text = text.trim();
    text.contains(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

fn begins_as_number(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default().trim_start();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned.starts_with(|c: char| c.is_ascii_digit())
}

/// A text that spells true or false counts as true, whichever it spells.
pub(super) fn require_condition(value: &Value) -> Result<(), Error> {
    match spells_a_truth(value) {
        false => Ok(()),
        true => Err(refused(format!(
            "the text `{}` is no condition: compare it with a text",
            value.as_str().unwrap_or_default().trim()
        ))),
    }
}

/// Whether a text is a word for true or false, or for nothing.
fn spells_a_truth(value: &Value) -> bool {
    let words = [
        "true", "false", "yes", "no", "on", "off", "none", "null", "0", "1",
    ];
    let text = value.as_str().unwrap_or_default().trim();
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// How a text is compared as a number.
const AS_NUMBER: &str = "`| int` or `| float` makes a number of one that is nothing else";

fn mixed() -> Error {
    refused(format!("a text is compared with a number: {AS_NUMBER}"))
}

fn refused(what: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}
