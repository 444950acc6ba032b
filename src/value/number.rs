//! `int` and `float`, which take a text for a number only if it is one. minijinja's own cut `0.9`
//! down to 0, and take `none` for 0 and `nan` for a number.

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};

pub(super) fn add_to(env: &mut Environment<'_>) {
    env.add_filter("int", int);
    env.add_filter("float", float);
}

fn int(
    state: &State<'_, '_>,
    value: &Value,
    default: Option<Value>,
    base: Option<u32>,
    named: Kwargs,
) -> Result<Value, Error> {
    let default = match default {
        None => named.peek::<Option<Value>>("default")?,
        given => given,
    };
    let number = number(value, default.is_some())?;
    let text = number.as_str().unwrap_or_default();
    let is_cut = base.is_none() && text.parse::<f64>().is_ok_and(|n| n.fract() != 0.0);
    match (is_cut, default) {
        (true, Some(default)) => Ok(default),
        (true, None) => Err(refused("the text is no whole number: `| float` takes it")),
        (false, default) => filters::int(state, &number, default, base, named).map_err(no_number),
    }
}

fn float(
    state: &State<'_, '_>,
    value: &Value,
    default: Option<Value>,
    named: Kwargs,
) -> Result<Value, Error> {
    let has_default = default.is_some() || named.has("default");
    let number = number(value, has_default)?;
    filters::float(state, &number, default, named).map_err(no_number)
}

/// What is to become a number, without blanks around it.
fn number(value: &Value, has_default: bool) -> Result<Value, Error> {
    if value.kind() == ValueKind::None && !has_default {
        return Err(refused("nothing is there that could be a number"));
    }
    let Some(text) = value.as_str() else {
        return Ok(value.clone());
    };
    let text = text.trim();
    // `nan` and `inf` are words, and nothing that a device counts.
    let is_word = text.parse::<f64>().is_ok_and(|n| !n.is_finite());
    Ok(Value::from(if is_word { "" } else { text }))
}

fn no_number(error: Error) -> Error {
    match error.kind() {
        ErrorKind::InvalidOperation => {
            refused("the text is no number: take away what stands around it")
        }
        _ => error,
    }
}

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.to_owned())
}
