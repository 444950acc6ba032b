use std::net::IpAddr;

use serde_json::Value;

use crate::text::wording;

/// The type of a variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VarType {
    /// Text.
    #[default]
    String,
    /// A whole number.
    Int,
    /// `true` or `false`.
    Bool,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A list.
    List,
}

/// A variable as front matter declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VarSpec {
    /// Its type; a bare default gives its own.
    pub kind: VarType,
    /// Its value where nothing stronger gives one. `None`: it is asked for.
    pub default: Option<Value>,
    /// The smallest allowed number.
    pub min: Option<i64>,
    /// The largest allowed number.
    pub max: Option<i64>,
    /// The only allowed values.
    pub choices: Vec<Value>,
    /// A pattern the whole text must match.
    pub pattern: Option<String>,
    /// A line for the person who is asked.
    pub help: Option<String>,
}

impl VarSpec {
    /// Whether a value may be given to this variable.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence that begins with the value:
    /// `is not a whole number`.
    pub fn accept(&self, value: &Value) -> Result<(), String> {
        let of_type = match self.kind {
            VarType::String => value.is_string() || value.is_number() || value.is_boolean(),
            VarType::Int => value.is_i64(),
            VarType::Bool => value.is_boolean(),
            VarType::Ip => value
                .as_str()
                .is_some_and(|text| text.parse::<IpAddr>().is_ok()),
            VarType::List => value.is_array(),
        };
        if !of_type {
            return Err(format!("is not {}", self.kind.with_article()));
        }
        if let Some(number) = value.as_i64() {
            if let Some(min) = self.min.filter(|&min| number < min) {
                return Err(format!("is below the smallest allowed value {min}"));
            }
            if let Some(max) = self.max.filter(|&max| number > max) {
                return Err(format!("is above the largest allowed value {max}"));
            }
        }
        if !self.choices.is_empty() && !self.choices.contains(value) {
            let choices: Vec<String> = self
                .choices
                .iter()
                .map(|c| format!("`{}`", shown(c)))
                .collect();
            return Err(format!("is not {}", wording::list(&choices, "or")));
        }
        if let Some(pattern) = &self.pattern {
            let whole = regex::Regex::new(&format!("^(?:{pattern})$"));
            if !whole.is_ok_and(|whole| whole.is_match(&shown(value))) {
                return Err(format!("does not match `{pattern}`"));
            }
        }
        Ok(())
    }

    /// Reads what a person typed, on the command line or at a prompt, as this type.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn read(&self, text: &str) -> Result<Value, String> {
        let value = match self.kind {
            VarType::Int => text.trim().parse().map(|number: i64| number.into()).ok(),
            VarType::Bool => match text.trim() {
                "true" | "yes" => Some(Value::Bool(true)),
                "false" | "no" => Some(Value::Bool(false)),
                _ => None,
            },
            VarType::List => Some(
                text.split(',')
                    .map(|item| Value::from(item.trim()))
                    .collect(),
            ),
            VarType::String | VarType::Ip => Some(Value::from(text)),
        };
        // Something of no type is refused with the type's name.
        let value = value.unwrap_or(Value::Null);
        self.accept(&value)?;
        Ok(value)
    }
}

impl VarType {
    fn with_article(self) -> &'static str {
        match self {
            VarType::String => "text",
            VarType::Int => "a whole number",
            VarType::Bool => "`true` or `false`",
            VarType::Ip => "an IP address",
            VarType::List => "a list",
        }
    }
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_as_the_variables_type() {
        let vlan = VarSpec {
            kind: VarType::Int,
            min: Some(1),
            max: Some(4094),
            ..VarSpec::default()
        };
        assert_eq!(vlan.read("20"), Ok(Value::from(20)));
        assert_eq!(
            vlan.read("4095"),
            Err("is above the largest allowed value 4094".to_owned())
        );
        assert_eq!(vlan.read("twenty"), Err("is not a whole number".to_owned()));

        let address = VarSpec {
            kind: VarType::Ip,
            ..VarSpec::default()
        };
        assert_eq!(address.read("192.168.5.1"), Ok(Value::from("192.168.5.1")));
        assert_eq!(
            address.read("192.168.5"),
            Err("is not an IP address".to_owned())
        );
    }

    #[test]
    fn a_pattern_matches_the_whole_text() {
        let name = VarSpec {
            pattern: Some("xen[0-9]|nas".to_owned()),
            ..VarSpec::default()
        };
        assert_eq!(name.read("xen1"), Ok(Value::from("xen1")));
        assert_eq!(
            name.read("xen1; reboot"),
            Err("does not match `xen[0-9]|nas`".to_owned())
        );
    }
}
