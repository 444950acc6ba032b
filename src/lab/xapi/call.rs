use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::value::Value;
use crate::wire::xmlrpc;

/// What somebody posted to a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Where to.
    pub path: String,
    /// What.
    pub body: String,
}

/// How it was said, and is answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Dialect {
    Xml,
    /// With the call's own number.
    Json1(Json),
    Json2(Json),
}

/// A method and its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) params: Vec<Value>,
}

impl Asked {
    /// Whether a toolstack takes calls there.
    pub(super) fn is_call(path: &str) -> bool {
        matches!(path, "/" | "/RPC2" | "/jsonrpc")
    }

    /// The call in it.
    pub(super) fn read(&self) -> Result<(Call, Dialect), String> {
        if self.path != "/jsonrpc" {
            let xmlrpc::Call { method, params } = xmlrpc::Call::parse(&self.body)?;
            let params = params.into_iter().map(Value::from).collect();
            return Ok((Call { method, params }, Dialect::Xml));
        }
        let json: Json = serde_json::from_str(&self.body).map_err(|error| error.to_string())?;
        let method = json["method"].as_str().ok_or("it names no method")?;
        let params = match &json["params"] {
            Json::Array(params) => params.iter().cloned().map(Value::from).collect(),
            Json::Null => Vec::new(),
            _ => return Err("its parameters are no list".to_owned()),
        };
        let id = json["id"].clone();
        let dialect = match json["jsonrpc"].as_str() {
            Some("2.0") => Dialect::Json2(id),
            _ => Dialect::Json1(id),
        };
        let method = method.to_owned();
        Ok((Call { method, params }, dialect))
    }
}

impl Call {
    /// The same without who calls, which is its first parameter.
    pub(super) fn without_session(&self) -> Self {
        Self {
            method: self.method.clone(),
            params: self.params.iter().skip(1).cloned().collect(),
        }
    }

    /// The text at a place among the parameters, or an empty one.
    pub(super) fn text(&self, at: usize) -> &str {
        self.params
            .get(at)
            .and_then(Value::text)
            .unwrap_or_default()
    }
}
