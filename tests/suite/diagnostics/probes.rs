use super::*;

/// What is found about one probe.
fn shown_of(info: &str, body: &str) -> String {
    let mut known = known();
    let host = known.targets.get_mut("xen1").expect("a host");
    host.langs.push(Lang::Probe);
    let text = format!(
        "# A\n\n## B\n\n```sh run on=xen1 always undo=none reason=test\ntrue\n```\n\n\
         ```probe check {info} on=xen1\n{body}```\n"
    );
    let parsed = parse(Source::new("change.md", text));
    let mut found = parsed.diagnostics;
    found.extend(lint(&[&parsed.runbook], &known));
    sort(&mut found);
    render(&found, ColorChoice::Never)
}

#[test]
fn what_can_be_watched_has_no_findings() {
    for (info, body) in [
        ("", "ping\n"),
        ("every=200ms max-lost=3", "tcp\n"),
        ("max-gap=2s", "tcp 443\n"),
        ("", "tcp {{ uplink }}\n"),
    ] {
        assert_eq!(shown_of(info, body), "", "{body}");
    }
}

#[test]
fn what_is_no_probe_and_what_says_nothing_to_one() {
    assert_data_eq!(
        shown_of("", "tcp ssh\n"),
        str![[r#"
error[bad-probe]: `ssh` is no TCP port
  --> change.md:10:1
   |
10 | tcp ssh
   | ^^^^^^^
   |
   = help: write `tcp`, `tcp PORT` or `ping`

"#]]
    );
    assert_data_eq!(
        shown_of("within=5s", "ping\n"),
        str![[r#"
error[bad-probe]: `within` has no meaning on a probe
 --> change.md:9:16
  |
9 | ```probe check within=5s on=xen1
  |                ^^^^^^^^^
  |
  = help: it watches from the step's first effect to its last check

"#]]
    );
}
