use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::model::Kind;
use crate::lab::world::xapi::{Field, NULL};
use crate::wire::xmlrpc;

/// What is said to the toolstack and what it says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// A number of the API. In XML-RPC it is text: XML-RPC's own are too small.
    Number(i64),
    /// One of the few that are XML-RPC's own.
    Small(i32),
    Flag(bool),
    Real(f64),
    Time(String),
    Set(Vec<Value>),
    Map(BTreeMap<String, Value>),
}

/// Nothing, as the API has it.
impl Default for Value {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Value {
    /// Texts, as a set.
    pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Set(texts.into_iter().map(Self::from).collect())
    }

    /// What a field of a kind says.
    pub(super) fn of(kind: Kind, field: Option<&Field>, default: &str) -> Self {
        match (kind, field) {
            (Kind::Datetime, Some(Field::Text(time))) => Self::Time(time.clone()),
            (Kind::Float, Some(Field::Text(text))) => Self::Real(text.parse().unwrap_or_default()),
            (_, Some(Field::Text(text))) => Self::Text(text.clone()),
            (_, Some(Field::Number(number))) => Self::Number(*number),
            (_, Some(Field::Flag(flag))) => Self::Flag(*flag),
            (_, Some(Field::Set(items))) => Self::texts(items.iter().map(String::as_str)),
            (_, Some(Field::Map(pairs))) => {
                let pair = |(key, value): (&String, &String)| (key.clone(), value.as_str().into());
                Self::Map(pairs.iter().map(pair).collect())
            }
            (Kind::Text | Kind::Enum, None) => default.into(),
            (Kind::Ref, None) => NULL.into(),
            (Kind::Number, None) => Self::Number(default.parse().unwrap_or_default()),
            (Kind::Float, None) => Self::Real(0.0),
            (Kind::Flag, None) => Self::Flag(default == "true"),
            (Kind::Datetime, None) => Self::Time("19700101T00:00:00Z".to_owned()),
            (Kind::Set, None) => Self::Set(Vec::new()),
            (Kind::Map, None) => Self::Map(BTreeMap::new()),
        }
    }

    /// The same as a field of a kind keeps it; `None` if it is of another.
    pub(super) fn to_field(&self, kind: Kind) -> Option<Field> {
        Some(match (kind, self) {
            (Kind::Text | Kind::Enum | Kind::Ref, Self::Text(text)) => text.as_str().into(),
            (Kind::Datetime, Self::Time(time) | Self::Text(time)) => time.as_str().into(),
            (Kind::Number, Self::Number(number)) => (*number).into(),
            (Kind::Number, Self::Small(number)) => i64::from(*number).into(),
            (Kind::Number, Self::Text(text)) => text.parse::<i64>().ok()?.into(),
            (Kind::Flag, Self::Flag(flag)) => (*flag).into(),
            (Kind::Set, Self::Set(items)) => {
                let texts = items.iter().map(|item| item.text().map(str::to_owned));
                Field::Set(texts.collect::<Option<_>>()?)
            }
            (Kind::Map, Self::Map(pairs)) => {
                let pair =
                    |(key, value): (&String, &Self)| Some((key.clone(), value.text()?.to_owned()));
                Field::Map(pairs.iter().map(pair).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number of seconds, however it was said.
    pub(super) fn seconds(&self) -> Option<f64> {
        match self {
            Self::Real(number) => Some(*number),
            Self::Number(number) => Some(*number as f64),
            Self::Small(number) => Some(f64::from(*number)),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn to_xml(&self) -> xmlrpc::Value {
        match self {
            Self::Text(text) => xmlrpc::Value::Text(text.clone()),
            Self::Number(number) => xmlrpc::Value::Text(number.to_string()),
            Self::Small(number) => xmlrpc::Value::Int(*number),
            Self::Flag(flag) => xmlrpc::Value::Flag(*flag),
            Self::Real(number) => xmlrpc::Value::Double(*number),
            Self::Time(time) => xmlrpc::Value::Time(time.clone()),
            Self::Set(items) => xmlrpc::Value::Array(items.iter().map(Self::to_xml).collect()),
            Self::Map(pairs) => {
                let pair = |(key, value): (&String, &Self)| (key.clone(), value.to_xml());
                xmlrpc::Value::Struct(pairs.iter().map(pair).collect())
            }
        }
    }

    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Text(text) | Self::Time(text) => json!(text),
            Self::Number(number) => json!(number),
            Self::Small(number) => json!(number),
            Self::Flag(flag) => json!(flag),
            Self::Real(number) => json!(number),
            Self::Set(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(pairs) => {
                let pair = |(key, value): (&String, &Self)| (key.clone(), value.to_json());
                Json::Object(pairs.iter().map(pair).collect())
            }
        }
    }
}

impl From<xmlrpc::Value> for Value {
    fn from(value: xmlrpc::Value) -> Self {
        match value {
            xmlrpc::Value::Text(text) => Self::Text(text),
            xmlrpc::Value::Int(number) => Self::Small(number),
            xmlrpc::Value::Flag(flag) => Self::Flag(flag),
            xmlrpc::Value::Double(number) => Self::Real(number),
            xmlrpc::Value::Time(time) => Self::Time(time),
            xmlrpc::Value::Nil => Self::default(),
            xmlrpc::Value::Array(items) => Self::Set(items.into_iter().map(Self::from).collect()),
            xmlrpc::Value::Struct(pairs) => {
                let pairs = pairs.into_iter();
                Self::Map(pairs.map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}

impl From<Json> for Value {
    fn from(value: Json) -> Self {
        match value {
            Json::Null => Self::default(),
            Json::Bool(flag) => Self::Flag(flag),
            Json::Number(number) => match number.as_i64() {
                Some(number) => Self::Number(number),
                None => Self::Real(number.as_f64().unwrap_or_default()),
            },
            Json::String(text) => Self::Text(text),
            Json::Array(items) => Self::Set(items.into_iter().map(Self::from).collect()),
            Json::Object(pairs) => {
                let pairs = pairs.into_iter();
                Self::Map(pairs.map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}
