//! What a connection, or the lack of one, means to a step.

use std::net::TcpListener;

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// A desk in the lab with a runbook of one section.
fn lab(section: &str) -> Desk {
    let desk = Desk::with_runbooks();
    desk.file("change.md", format!("# Contact\n\n{section}"));
    desk
}

#[test]
fn a_login_that_must_be_refused() {
    let desk =
        lab("## Our password is gone\n\n```ios check on=sw1-console refused\nshow version\n```\n");
    assert_data_eq!(
        Desk::shown(&desk.call("run change.md").code(1)),
        str![[r#"
Contact
      failed  Our password is gone
              on sw1-console: show version
              `sw1-console` accepted our login, it should have refused it

failed: `change#our-password-is-gone` failed; nothing was sent

"#]]
    );
    desk.call("lab break password sw1-console").success();
    assert_data_eq!(
        Desk::shown(&desk.call("run change.md").success()),
        str![[r#"
Contact
      passed  Our password is gone

done: 1 step: 1 passed

"#]]
    );
    // Silence is no refusal.
    desk.call("lab mend").success();
    desk.call("lab break silence sw1-console").success();
    desk.file(
        "change.md",
        desk.read("change.md").replace("sw1-console", "stack"),
    );
    assert_data_eq!(
        Desk::shown(&desk.call("run change.md").code(1)),
        str![[r#"
Contact
     stopped  Our password is gone
              on stack: show version
              connect to `stack` (192.168.1.254:22): no answer within 30 s

failed: stopped at `change#our-password-is-gone`

"#]]
    );
}

#[test]
fn a_target_that_the_step_itself_brings_up() {
    let desk = Desk::new();
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    desk.file(
        "inventory.yaml",
        format!("targets:\n  local: {{driver: local}}\n  web: {{driver: ssh, address: \"127.0.0.1:{port}\", user: root, host-key: \"SHA256:+j2PSdGAGJp0C+DAejgLcRghonCcRl/uZwRP2bAFZyY\"}}\n"),
    );
    let book = "# Bring up\n\n## Start it\n\n```sh run on=local\necho started >> started\n```\n\n```sh check on=web absent-ok\ntrue\n```\n\n```sh undo on=local\nrm started\n```\n";
    desk.file("change.md", book.replace(" absent-ok", ""));
    desk.call("run -i inventory.yaml change.md").code(1);
    assert!(
        !desk.path("started").exists(),
        "nobody can tell what is there"
    );

    desk.file("change.md", book);
    let called = desk
        .call("run -i inventory.yaml change.md --on-failure stop")
        .code(1);
    let said = Desk::shown(&called).replace(&port.to_string(), "PORT");
    assert_data_eq!(
        said,
        str![[r#"
Bring up
      failed  Start it
              on web: true
              connect to `web` (127.0.0.1:PORT): the connection was refused

failed: `change#start-it` failed; nothing was taken back

"#]]
    );
    assert_eq!(desk.read("started"), "started\n");
}

#[test]
fn a_restart_that_takes_our_connection_with_it() {
    let desk = lab(include_str!("contact/restart.md"));
    desk.call("run runbooks/04-switch-stack.md").success();
    assert_data_eq!(
        Desk::shown(&desk.call("run change.md").success()),
        str![[r#"
Contact
      passed  Restart

done: 1 step: 1 passed

"#]]
    );
}

#[test]
fn a_timer_that_was_never_armed_takes_nothing_back() {
    let desk = lab(include_str!("contact/timer.md"));
    assert_data_eq!(
        Desk::shown(&desk.call("run change.md").code(1)),
        str![[r#"
Contact
      failed  Under a timer
              on sw1-console:
              not sent | interface GigabitEthernet1/0/1
              not sent |  description armed
              `configure terminal revert timer 5` did not enter configuration mode: %Turn config archive on before using Rollback Confirmed Change
              help: `revert=` needs `archive` with a `path` in the switch's configuration

failed: `change#under-a-timer` failed; nothing was sent

"#]]
    );
}
