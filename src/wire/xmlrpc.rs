//! XML-RPC as xapi speaks it: strings are bare, and so are its numbers, which do not fit XML-RPC's.

use std::collections::BTreeMap;

use super::xml::Element;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `<string>`, or nothing around it.
    Text(String),
    /// `<i4>` or `<int>`.
    Int(i32),
    /// `<boolean>`.
    Flag(bool),
    /// `<double>`.
    Double(f64),
    /// `<dateTime.iso8601>`, as it was written.
    Time(String),
    /// `<nil/>`.
    Nil,
    /// `<array>`.
    Array(Vec<Value>),
    /// `<struct>`.
    Struct(BTreeMap<String, Value>),
}

/// A call: the name of its method, and what is given along.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The method.
    pub method: String,
    /// Its parameters.
    pub params: Vec<Value>,
}

impl Call {
    /// Reads a `<methodCall>`.
    ///
    /// # Errors
    ///
    /// It is none; the reason fits "failed to read the call: …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let root = Element::parse(text)?;
        if root.name != "methodCall" {
            return Err(format!("`{}` is no `methodCall`", root.name));
        }
        let method = root.child("methodName").ok_or("it names no method")?;
        let params = root.child("params").into_iter();
        let params = params.flat_map(|params| &params.children).map(|param| {
            let value = param.child("value").filter(|_| param.name == "param");
            Value::read(value.ok_or("a parameter has no value")?)
        });
        Ok(Self {
            method: method.text.trim().to_owned(),
            params: params.collect::<Result<_, _>>()?,
        })
    }

    /// As a document.
    pub fn document(&self) -> String {
        let mut method = Element::new("methodName");
        method.text.clone_from(&self.method);
        let params = self.params.iter();
        let params = params.map(|value| Element::new("param").holding([value.element()]));
        let params = Element::new("params").holding(params);
        let call = Element::new("methodCall").holding([method, params]);
        format!("<?xml version=\"1.0\"?>{call}")
    }
}

impl Value {
    /// Reads a `<value>`.
    ///
    /// # Errors
    ///
    /// It is none; the reason fits "failed to read the value: …".
    pub fn read(value: &Element) -> Result<Self, String> {
        let Some(typed) = value.children.first() else {
            return Ok(Self::Text(value.text.clone()));
        };
        let text = typed.text.trim();
        let wrong = || format!("`{text}` is no `{}`", typed.name);
        Ok(match typed.name.as_str() {
            "string" => Self::Text(typed.text.clone()),
            "i4" | "int" => Self::Int(text.parse().map_err(|_| wrong())?),
            "boolean" => match text {
                "0" => Self::Flag(false),
                "1" => Self::Flag(true),
                _ => return Err(wrong()),
            },
            "double" => Self::Double(text.parse().map_err(|_| wrong())?),
            "dateTime.iso8601" => Self::Time(text.to_owned()),
            "nil" => Self::Nil,
            "array" => {
                let data = typed.child("data").ok_or("an array has no data")?;
                Self::Array(
                    data.children
                        .iter()
                        .map(Self::read)
                        .collect::<Result<_, _>>()?,
                )
            }
            "struct" => {
                let member = |member: &Element| {
                    let name = member.child("name").ok_or("a member has no name")?;
                    let value = member.child("value").ok_or("a member has no value")?;
                    Ok::<_, String>((name.text.clone(), Self::read(value)?))
                };
                Self::Struct(
                    typed
                        .children
                        .iter()
                        .map(member)
                        .collect::<Result<_, _>>()?,
                )
            }
            name => return Err(format!("there is no type `{name}`")),
        })
    }

    /// Reads the one value of a `<methodResponse>`.
    ///
    /// # Errors
    ///
    /// It is none, or tells of a fault; the reason fits "failed to read the answer: …".
    pub fn response_in(text: &str) -> Result<Self, String> {
        let root = Element::parse(text)?;
        if root.name != "methodResponse" {
            return Err(format!("`{}` is no `methodResponse`", root.name));
        }
        if let Some(fault) = root.child("fault").and_then(|fault| fault.child("value")) {
            return Err(match Self::read(fault)? {
                Self::Struct(members) => match members.get("faultString") {
                    Some(Self::Text(why)) => format!("it is a fault: {why}"),
                    _ => "it is a fault".to_owned(),
                },
                _ => "it is a fault".to_owned(),
            });
        }
        let param = root
            .child("params")
            .and_then(|params| params.child("param"));
        let value = param.and_then(|param| param.child("value"));
        Self::read(value.ok_or("it has no value")?)
    }

    /// As a `<value>`.
    pub fn element(&self) -> Element {
        let typed = |name: &str, text: String| {
            let mut element = Element::new(name);
            element.text = text;
            Element::new("value").holding([element])
        };
        match self {
            Self::Text(text) => {
                let mut element = Element::new("value");
                element.text.clone_from(text);
                element
            }
            Self::Int(number) => typed("i4", number.to_string()),
            Self::Flag(flag) => typed("boolean", u8::from(*flag).to_string()),
            Self::Double(number) => typed("double", number.to_string()),
            Self::Time(time) => typed("dateTime.iso8601", time.clone()),
            Self::Nil => Element::new("value").holding([Element::new("nil")]),
            Self::Array(items) => {
                let data = Element::new("data").holding(items.iter().map(Self::element));
                Element::new("value").holding([Element::new("array").holding([data])])
            }
            Self::Struct(members) => {
                let members = members.iter().map(|(name, value)| {
                    let mut element = Element::new("name");
                    element.text.clone_from(name);
                    Element::new("member").holding([element, value.element()])
                });
                Element::new("value").holding([Element::new("struct").holding(members)])
            }
        }
    }

    /// As the one value of a `<methodResponse>`.
    pub fn response(&self) -> String {
        let param = Element::new("param").holding([self.element()]);
        let params = Element::new("params").holding([param]);
        let response = Element::new("methodResponse").holding([params]);
        format!("<?xml version=\"1.0\"?>{response}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_as_clients_write_it() {
        let text = "<?xml version='1.0'?>\n<methodCall>\n<methodName>VM.set_tags</methodName>\n\
            <params>\n<param>\n<value><string>OpaqueRef:1</string></value>\n</param>\n\
            <param><value>a &amp; b</value></param><param><value/></param>\n\
            <param><value><array><data>\n<value><int>1</int></value>\n<value><boolean>1</boolean>\
            </value></data></array></value></param>\n\
            <param><value><struct><member><name>k</name><value><nil/></value></member></struct>\
            </value></param></params>\n</methodCall>\n";
        let call = Call::parse(text).expect("a call");
        assert_eq!(call.method, "VM.set_tags");
        assert_eq!(
            call.params,
            [
                Value::Text("OpaqueRef:1".to_owned()),
                Value::Text("a & b".to_owned()),
                Value::Text(String::new()),
                Value::Array(vec![Value::Int(1), Value::Flag(true)]),
                Value::Struct(BTreeMap::from([("k".to_owned(), Value::Nil)])),
            ]
        );
    }

    #[test]
    fn what_is_no_call_says_why() {
        for (text, reason) in [
            ("", "there is no element in it"),
            ("<a/>", "`a` is no `methodCall`"),
            ("<methodCall/>", "it names no method"),
            (
                "<methodCall><methodName>a</methodName><params><param/></params></methodCall>",
                "a parameter has no value",
            ),
            (
                "<methodCall><methodName>a</methodName><params><param><value><int>x</int></value>\
                 </param></params></methodCall>",
                "`x` is no `int`",
            ),
        ] {
            assert_eq!(Call::parse(text).expect_err(text), reason);
        }
    }

    #[test]
    fn answers_are_written_as_xapi_writes_them() {
        let value = Value::Struct(BTreeMap::from([
            ("Status".to_owned(), Value::Text("Success".to_owned())),
            ("Value".to_owned(), Value::Array(vec![Value::Flag(false)])),
        ]));
        assert_eq!(
            value.response(),
            "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct><member>\
             <name>Status</name><value>Success</value></member><member><name>Value</name><value>\
             <array><data><value><boolean>0</boolean></value></data></array></value></member>\
             </struct></value></param></params></methodResponse>"
        );
    }
}
