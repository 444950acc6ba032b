//! The published schema of `record.json` describes what the program writes.

use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::Value;

fn schema() -> Value {
    let text = include_str!("../../book/src/record.schema.json");
    serde_json::from_str(text).expect("the schema is JSON")
}

/// Every authentic record of a test comes by here.
pub(crate) fn fits(record: &Path) {
    let text = fs::read_to_string(record.join("record.json")).expect("it is there");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let schema = schema();
    if let Err(wrong) = check(&schema, &schema, &value, "record") {
        panic!("{wrong}\n{text}");
    }
}

/// As much of JSON Schema as the schema uses.
fn check(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{at} {what}: {value}"));
    if let Some(name) = schema["$ref"].as_str() {
        let schema = root
            .pointer(&name[1..])
            .expect("the reference leads somewhere");
        return check(root, schema, value, at);
    }
    let any_of = |words: &Value, fits: &dyn Fn(&str) -> bool| match words {
        Value::Array(words) => words.iter().any(|word| word.as_str().is_some_and(fits)),
        word => word.as_str().is_none_or(fits),
    };
    if !any_of(&schema["type"], &|name| is(value, name)) {
        return wrong("has another type");
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return wrong("is none of the words");
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return wrong("is another value");
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
        && !Regex::new(pattern).expect("a pattern").is_match(text)
    {
        return wrong("does not match");
    }
    let required = schema["required"].as_array().into_iter().flatten();
    for required in required.filter(|_| value.is_object()) {
        if value.get(required.as_str().expect("a name")).is_none() {
            return wrong(&format!("lacks {required}"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => check(root, schema, inner, &format!("{at}.{name}"))?,
            None => return wrong(&format!("has an unknown `{name}`")),
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], inner, &format!("{at}[{index}]"))?;
    }
    Ok(())
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

#[test]
fn the_schema_refuses_what_is_no_record() {
    let schema = schema();
    for (text, wanted) in [
        ("[]", "record has another type: []"),
        ("{}", "record lacks \"format\": {}"),
    ] {
        let value = serde_json::from_str(text).expect("JSON");
        assert_eq!(
            check(&schema, &schema, &value, "record"),
            Err(wanted.to_owned())
        );
    }
}
