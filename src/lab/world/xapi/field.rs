use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Record;

/// What a field holds. References, times and the words of an enumeration are text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// Text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A set of texts.
    Set(Vec<String>),
    /// Texts by key.
    Map(BTreeMap<String, String>),
}

impl Field {
    /// Its text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The text of an object's field; empty if it has none.
pub fn said<'r>(record: &'r Record, field: &str) -> &'r str {
    record.get(field).and_then(Field::text).unwrap_or_default()
}

/// Whether a field of an object is set to yes.
pub fn is_so(record: &Record, field: &str) -> bool {
    record.get(field) == Some(&Field::Flag(true))
}

/// The number in a field of an object, if it is set to one.
pub fn number(record: &Record, field: &str) -> Option<i64> {
    match record.get(field)? {
        Field::Number(number) => Some(*number),
        _ => None,
    }
}

/// The text at a key of a field that is a map.
pub fn pair<'r>(record: &'r Record, field: &str, key: &str) -> Option<&'r str> {
    match record.get(field)? {
        Field::Map(pairs) => pairs.get(key).map(String::as_str),
        _ => None,
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Field {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Field {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<const N: usize> From<[&str; N]> for Field {
    fn from(items: [&str; N]) -> Self {
        Self::Set(items.map(str::to_owned).into())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Field {
    fn from(pairs: [(&str, &str); N]) -> Self {
        let owned = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        Self::Map(owned.into())
    }
}

/// Written as the JSON value that it looks like, so that a snapshot and a difference can be read.
impl Serialize for Field {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => to.serialize_str(text),
            Self::Number(number) => to.serialize_i64(*number),
            Self::Flag(flag) => to.serialize_bool(*flag),
            Self::Set(items) => items.serialize(to),
            Self::Map(pairs) => pairs.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyField)
    }
}

struct AnyField;

impl<'de> Visitor<'de> for AnyField {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a flag, a list of texts or a map of texts")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
        Ok(text.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Field, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Field, E> {
        i64::try_from(number).map(Field::Number).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Field, E> {
        Ok(flag.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Field, A::Error> {
        let mut set = Vec::new();
        while let Some(item) = items.next_element()? {
            set.push(item);
        }
        Ok(Field::Set(set))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Field, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = pairs.next_entry()? {
            map.insert(key, value);
        }
        Ok(Field::Map(map))
    }
}
