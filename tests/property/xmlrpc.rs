//! Calls of a toolstack, in XML-RPC and in JSON-RPC.

use runsheet::lab::world::World;
use runsheet::lab::xapi::{self, Asked};
use runsheet::wire::xml::Element;
use runsheet::wire::xmlrpc::{Call, Value};

/// What is read and written is read as the same, and the lab's toolstack answers any body in the
/// language it was asked in, or says that it is none.
pub(crate) fn holds(bytes: &[u8]) {
    let body = String::from_utf8_lossy(bytes).into_owned();
    if let Ok(call) = Call::parse(&body) {
        for param in call.params {
            let written = param.element();
            let again = Value::read(&written).expect("a value");
            // Debug: what is no number is not equal to itself.
            assert_eq!(format!("{again:?}"), format!("{param:?}"), "{written}");
        }
    }
    let mut world = World::installed(1);
    for path in ["/RPC2", "/jsonrpc"] {
        let asked = Asked {
            path: path.to_owned(),
            body: body.clone(),
        };
        let reply = xapi::answer(&mut world, "xen1", &asked).expect("a toolstack that runs");
        match reply.content_type {
            "text/xml" => {
                let answer = Element::parse(&reply.body);
                let answer = answer.unwrap_or_else(|why| panic!("{why}: {:?}", reply.body));
                assert_eq!(answer.name, "methodResponse");
            }
            "application/json" => {
                let answer = serde_json::from_str::<serde_json::Value>(&reply.body);
                answer.unwrap_or_else(|why| panic!("{why}: {:?}", reply.body));
            }
            _ => assert_eq!(reply.status, 500, "{:?}", reply.body),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{search::search, seeds};

    const WORDS: &[&str] = &[
        "<methodCall>",
        "</methodCall>",
        "<methodName>session.login_with_password</methodName>",
        "<methodName>event.from</methodName>",
        "<methodName>system.isAlive</methodName>",
        "<params>",
        "</params>",
        "<param>",
        "</param>",
        "<value>",
        "</value>",
        "<value/>",
        "<array><data>",
        "</data></array>",
        "<struct><member><name>a</name>",
        "</member></struct>",
        "<int>1</int>",
        "<i4>",
        "</i4>",
        "<boolean>1</boolean>",
        "<double>1e999</double>",
        "<nil/>",
        "<dateTime.iso8601>20260101T00:00:00Z</dateTime.iso8601>",
        "{\"method\":",
        "\"params\":[",
        "]}",
        "\"jsonrpc\":\"2.0\"",
        "null",
        "1e400",
        "&amp;",
        "root",
        "Workshop-3650",
    ];

    #[test]
    fn calls() {
        let seeds = seeds::texts([
            "<methodCall><methodName>session.login_with_password</methodName><params><param><value><string>root</string></value></param><param><value>Workshop-3650</value></param></params></methodCall>",
            "<methodCall><methodName>system.isAlive</methodName><params><param><value><array><data><value><int>1</int></value><value><struct><member><name>a</name><value><double>0.5</double></value></member></struct></value></data></array></value></param></params></methodCall>",
            "<methodCall><methodName>system.listMethods</methodName></methodCall>",
            "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"session.login_with_password\",\"params\":[\"root\",\"Workshop-3650\"]}",
            "{\"id\":1,\"method\":\"event.from\",\"params\":[\"OpaqueRef:NULL\",[\"*\"],\"\",1.5]}",
        ]);
        search("tests/property/kept/xmlrpc.txt", seeds, WORDS, holds);
    }
}
