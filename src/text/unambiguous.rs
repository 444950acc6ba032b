use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// That no object in a JSON text has a key twice: of two values one reader takes the first and
/// another the last.
///
/// # Errors
/// It has one, or is no JSON.
pub(crate) fn is_unambiguous(json: &[u8]) -> Result<(), serde_json::Error> {
    serde_json::from_slice::<Anything>(json).map(drop)
}

/// Any JSON value, of which nothing is kept.
struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Anything {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self, A::Error> {
        while values.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = fields.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key `{}` stands there twice",
                    key.escape_debug()
                )));
            }
            keys.insert(key);
            fields.next_value::<Self>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_in_one_object_is_found_however_it_is_written() {
        for json in [
            r#"{"a": 1, "a": 1}"#,
            r#"[{"a": {"b": [], "c": 1.5, "b": null}}]"#,
            r#"{"a": true, "\u0061": -1}"#,
        ] {
            let said = is_unambiguous(json.as_bytes()).expect_err("a key is there twice");
            assert!(said.to_string().contains("` stands there twice"), "{said}");
        }
        for json in [r#"{"a": {"a": "a"}, "b": [{"a": 1}, {"a": 2}]}"#, "null"] {
            is_unambiguous(json.as_bytes()).expect("no key is there twice");
        }
        is_unambiguous(b"{").expect_err("that is no JSON");
    }
}
