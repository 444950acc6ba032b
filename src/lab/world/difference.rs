use serde_json::Value;

use super::World;

/// A whole switch that comes or goes is told in so many characters.
const WIDTH: usize = 120;

/// What is different between two worlds' states: a line for every value, as
/// `path: before -> after`. Empty if they are equal.
pub fn difference(before: &World, after: &World) -> String {
    if before == after {
        return String::new();
    }
    let mut lines = Vec::new();
    let value = |world: &World| serde_json::to_value(&world.state).unwrap_or_default();
    compare("", &value(before), &value(after), &mut lines);
    lines.join("\n")
}

fn compare(path: &str, before: &Value, after: &Value, lines: &mut Vec<String>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let inner = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                let absent = Value::Null;
                let (a, b) = (a.get(key).unwrap_or(&absent), b.get(key).unwrap_or(&absent));
                compare(&inner, a, b, lines);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for gone in a.iter().filter(|item| !b.contains(item)) {
                lines.push(format!("{path}: - {}", shown(gone)));
            }
            for new in b.iter().filter(|item| !a.contains(item)) {
                lines.push(format!("{path}: + {}", shown(new)));
            }
        }
        _ => lines.push(format!("{path}: {} -> {}", shown(before), shown(after))),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(WIDTH) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}
