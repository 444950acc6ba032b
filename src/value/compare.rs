//! What is smaller, and what is equal. minijinja orders kinds before values: any text is greater
//! than any number, and no text equals one. What a device prints is text, so `free > 100` would
//! hold for a free of `5`. Here that is an error that says how to write it.

use std::cmp::Ordering;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters, tests};

/// The filter that an expression's comparisons become: no expression can spell it.
pub(super) const COMPARE: &str = "(compare)";

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
    env.add_filter("min", |state: &State<'_, '_>, all: Value, how: Kwargs| {
        require_order(state, &all, &how)?;
        filters::min(state, all, how)
    });
    env.add_filter("max", |state: &State<'_, '_>, all: Value, how: Kwargs| {
        require_order(state, &all, &how)?;
        filters::max(state, all, how)
    });
    env.add_filter(COMPARE, chain);
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
    match (a.kind(), b.kind()) {
        (ValueKind::String, ValueKind::String) if reads_as_number(a) && reads_as_number(b) => Err(
            refused("texts that read as numbers have no order of numbers"),
        ),
        (ValueKind::String, ValueKind::String) => Ok(a.cmp(b)),
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
        (one, other) => Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("neither of {one} and {other} is the smaller"),
        )),
    }
}

/// A text that reads as a number is never meant to differ from one for being a text.
fn equal(state: &State<'_, '_>, a: &Value, b: &Value) -> Result<bool, Error> {
    let is_mixed = |text: &Value, number: &Value| is_number(number) && reads_as_number(text);
    if is_mixed(a, b) || is_mixed(b, a) {
        return Err(mixed());
    }
    let both = a.len().zip(b.len()).map_or(0, |(a, b)| a.min(b));
    state.consume_fuel((both / ITEMS) as u64)?;
    Ok(a == b)
}

fn is_in(state: &State<'_, '_>, item: &Value, all: &Value) -> Result<bool, Error> {
    if matches!(
        all.kind(),
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map
    ) {
        for (n, other) in all.try_iter()?.enumerate() {
            pay(state, n)?;
            if equal(state, item, &other)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    tests::is_in(state, item, all)
}

/// Pays for the look at the `n`th item of a list.
fn pay(state: &State<'_, '_>, n: usize) -> Result<(), Error> {
    state.consume_fuel(u64::from(n.is_multiple_of(ITEMS)))
}

/// Between any two neighbours there is an order.
fn require_order(state: &State<'_, '_>, all: &Value, how: &Kwargs) -> Result<(), Error> {
    let attribute = how.peek::<Option<&str>>("attribute")?;
    // What can't be gone through is for the filter itself to refuse.
    let Ok(all) = all.try_iter() else {
        return Ok(());
    };
    let key = |item: Value| {
        let mut names = attribute.iter().flat_map(|path| path.split('.'));
        names.try_fold(item, |value, name| value.get_attr(name))
    };
    let keys = all.map(key).collect::<Result<Vec<_>, _>>()?;
    let pairs = keys.iter().zip(keys.iter().skip(1));
    pairs
        .into_iter()
        .try_for_each(|(a, b)| order(state, a, b).map(drop))
}

fn is_number(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Number | ValueKind::Bool)
}

fn reads_as_number(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default().trim();
    text.contains(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

fn mixed() -> Error {
    refused("a text is compared with a number")
}

fn refused(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("{what}: `| int` or `| float` makes a number of it"),
    )
}
