use super::*;

/// What is found about one fence on a controller or a web server.
fn shown_of(info: &str, body: &str) -> String {
    let mut known = known();
    for (name, lang) in [("cimc1", Lang::Cimc), ("web", Lang::Http)] {
        let target = KnownTarget {
            langs: vec![lang],
            ..KnownTarget::default()
        };
        known.targets.insert(name.to_owned(), target);
    }
    let text = format!("# A\n\n## B\n\n```{info}\n{body}\n```\n");
    let parsed = parse(Source::new("change.md", text));
    let mut found = parsed.diagnostics;
    found.extend(lint(&[&parsed.runbook], &known));
    sort(&mut found);
    render(&found, ColorChoice::Never)
}

const LOOK: &str = "cimc check on=cimc1";

#[test]
fn what_can_be_sent_has_no_findings() {
    for (info, body) in [
        (
            LOOK,
            "<!-- the server -->\n<configResolveDn dn=\"sys/{{ uplink[\"a\"] }}\"/>",
        ),
        ("http check on=web", "GET /redfish/v1/"),
        (
            "http check on=web",
            "GET {{ uplink }} HTTP/1.1\nAccept: text/plain",
        ),
    ] {
        assert_eq!(shown_of(info, body), "", "{body}");
    }
}

#[test]
fn a_document_that_is_not_closed() {
    assert_data_eq!(
        shown_of(LOOK, "<configResolveDn dn=\"sys\">"),
        str![[r#"
error[bad-document]: `configResolveDn` is never closed
 --> change.md:6:2
  |
6 | <configResolveDn dn="sys">
  |  ^^^^^^^^^^^^^^^

"#]]
    );
}

#[test]
fn what_is_no_document() {
    assert_data_eq!(
        shown_of(LOOK, "<configResolveDn dn=sys/>"),
        str![[r#"
error[bad-document]: this is no XML document: attribute value must be enclosed in `"` or `'`
 --> change.md:6:2
  |
6 | <configResolveDn dn=sys/>
  |  ^^^^^^^^^^^^^^^

"#]]
    );
    assert_data_eq!(
        shown_of(LOOK, "<configResolveDn>\n</configResolveDm>"),
        str![[r#"
error[bad-document]: this is no XML document: expected `</configResolveDn>`, but `</configResolveDm>` was found
 --> change.md:7:1
  |
7 | </configResolveDm>
  | ^

"#]]
    );
    assert_data_eq!(
        shown_of(LOOK, "sys/rack-unit-1"),
        str![[r#"
error[bad-document]: there is no document in this fence
 --> change.md:6:1
  |
6 | sys/rack-unit-1
  | ^

"#]]
    );
}

#[test]
fn two_documents() {
    assert_data_eq!(
        shown_of(
            LOOK,
            "<configResolveDn dn=\"a\"/>\n<configResolveClass classId=\"b\"/>"
        ),
        str![[r#"
error[bad-document]: a fence holds one document, and `configResolveDn` is one already
 --> change.md:7:2
  |
7 | <configResolveClass classId="b"/>
  |  ^^^^^^^^^^^^^^^^^^

"#]]
    );
}

#[test]
fn a_method_that_there_is_not_and_one_that_is_the_drivers() {
    assert_data_eq!(
        shown_of(LOOK, "<configResolveDM dn=\"sys\"/>"),
        str![[r#"
error[bad-document]: the XML API has no method `configResolveDM`
 --> change.md:6:2
  |
6 | <configResolveDM dn="sys"/>
  |  ^^^^^^^^^^^^^^^
  |
  = help: did you mean `configResolveDn`?

"#]]
    );
    assert_data_eq!(
        shown_of(LOOK, "<aaaLogin inName=\"admin\"/>"),
        str![[r#"
error[bad-document]: `aaaLogin` is not for runbooks: the driver logs in and out
 --> change.md:6:2
  |
6 | <aaaLogin inName="admin"/>
  |  ^^^^^^^^

"#]]
    );
}

#[test]
fn a_look_that_changes_something() {
    assert_data_eq!(
        shown_of(LOOK, "<configConfMo dn=\"sys\"><inConfig/></configConfMo>"),
        str![[r#"
error[look-that-changes]: a `check` must not change anything, and `configConfMo` may
 --> change.md:5:4
  |
5 | ```cimc check on=cimc1
  |    ^^^^^^^^^^

"#]]
    );
    assert_data_eq!(
        shown_of("http check on=web", "PATCH /redfish/v1/Systems/1\n\n{}"),
        str![[r#"
error[look-that-changes]: a `check` must not change anything, and `PATCH` may
 --> change.md:5:4
  |
5 | ```http check on=web
  |    ^^^^^^^^^^

"#]]
    );
}

#[test]
fn a_request_that_is_none() {
    assert_data_eq!(
        shown_of("http check on=web", "/redfish/v1/"),
        str![[r#"
error[bad-request]: this is no request line
 --> change.md:6:1
  |
6 | /redfish/v1/
  | ^^^^^^^^^^^^
  |
  = help: write `GET /path`

"#]]
    );
    assert_data_eq!(
        shown_of("http check on=web", "get /"),
        str![[r#"
error[bad-request]: HTTP has no method `get`
 --> change.md:6:1
  |
6 | get /
  | ^^^
  |
  = help: did you mean `GET`?

"#]]
    );
    assert_data_eq!(
        shown_of("http check on=web", "GET https://example.org/"),
        str![[r#"
error[bad-request]: `https://example.org/` is no path
 --> change.md:6:5
  |
6 | GET https://example.org/
  |     ^^^^^^^^^^^^^^^^^^^^
  |
  = help: it begins with `/`; the inventory has the address

"#]]
    );
}
