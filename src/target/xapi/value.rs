use serde_json::Value;

use crate::wire::xmlrpc;

/// A value as XML-RPC has it. The toolstack's numbers are texts there, as they don't fit its own.
///
/// # Errors
/// It has no form there; the reason fits "failed to send …".
pub(super) fn to_wire(value: &Value) -> Result<xmlrpc::Value, String> {
    Ok(match value {
        Value::Null => return Err("there is no null: write \"OpaqueRef:NULL\"".to_owned()),
        Value::Bool(flag) => xmlrpc::Value::Flag(*flag),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(double) => xmlrpc::Value::Double(double),
            None => xmlrpc::Value::Text(number.to_string()),
        },
        Value::String(text) => xmlrpc::Value::Text(text.clone()),
        Value::Array(items) => {
            let items = items.iter().map(to_wire);
            xmlrpc::Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| Ok((name.clone(), to_wire(value)?));
            let members = members.iter().map(member);
            xmlrpc::Value::Struct(members.collect::<Result<_, String>>()?)
        }
    })
}

/// A value that came.
pub(super) fn from_wire(value: xmlrpc::Value) -> Value {
    match value {
        xmlrpc::Value::Text(text) | xmlrpc::Value::Time(text) => Value::String(text),
        xmlrpc::Value::Int(number) => number.into(),
        xmlrpc::Value::Flag(flag) => flag.into(),
        xmlrpc::Value::Double(number) => number.into(),
        xmlrpc::Value::Nil => Value::Null,
        xmlrpc::Value::Array(items) => items.into_iter().map(from_wire).collect(),
        xmlrpc::Value::Struct(members) => {
            let members = members.into_iter();
            Value::Object(
                members
                    .map(|(name, value)| (name, from_wire(value)))
                    .collect(),
            )
        }
    }
}

/// A value as people read it: a text as it is, all else as JSON.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_sent_comes_back_with_its_numbers_as_texts() {
        let value = json!({"MTU": 1500, "on": true, "load": 0.5, "tags": ["a", -1]});
        let back = from_wire(to_wire(&value).expect("it can be sent"));
        assert_eq!(
            back,
            json!({"MTU": "1500", "on": true, "load": 0.5, "tags": ["a", "-1"]})
        );
        assert!(to_wire(&json!([null])).is_err());
    }
}
