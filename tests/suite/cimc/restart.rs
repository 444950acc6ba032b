//! A controller that starts anew exactly while a step's effect is under way: nobody knows whether
//! it was done, until the check has looked.

use snapbox::{assert_data_eq, str};

use super::{POWER, addressed};
use crate::desk::Desk;

/// The controller is gone in the middle of the document that switches the host on.
const HALF: u32 = 800;
/// It has the document's last byte, and is gone before it answers. One byte more, and it would
/// answer.
const WHOLE: u32 = 871;

fn restarting_after(bytes: u32) -> Desk {
    let desk = addressed();
    desk.call(&format!(
        "lab break restart xen1 on xen1-cimc after {bytes}"
    ))
    .success();
    desk
}

/// The journal without what was sent and answered, which is the device's business.
fn journal(desk: &Desk) -> String {
    const WORDS: [&str; 6] = ["event", "phase", "attempt", "outcome", "reason", "verdict"];
    let mut told = String::new();
    for line in desk.said("show lab-1-0002 --json").lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("an event");
        let words = WORDS.iter().filter_map(|word| match event.get(word)? {
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        });
        let words: Vec<String> = words.collect();
        if matches!(
            words[0].as_str(),
            "looked" | "intent" | "outcome" | "verdict"
        ) {
            told.push_str(&words.join(" "));
            told.push('\n');
        }
    }
    told
}

#[test]
fn what_was_done_before_the_restart_is_found_done() {
    let desk = restarting_after(WHOLE);
    desk.call("run power.md").code(0).stdout_eq(str![[r#"
Power
  reconciled  Switch xen1 on

done: 1 step: 1 reconciled
run: .runsheet/runs/lab-1-0002

"#]]);
    assert_data_eq!(
        journal(&desk),
        str![[r#"
looked before 1
intent 1
outcome unknown get an answer from `xen1-cimc-factory` (192.168.1.21:443): none within 60 s
looked after 1
verdict reconciled

"#]]
    );
    // It was: the lab knows.
    let shown = desk.said("lab show");
    let line = shown.lines().find(|line| line.starts_with("xen1"));
    assert!(line.is_some_and(|line| line.contains(": on")), "{shown}");
}

#[test]
fn what_was_cut_off_by_the_restart_is_found_undone_and_sent_again() {
    let desk = restarting_after(HALF);
    desk.call("run power.md").code(0).stdout_eq(str![[r#"
Power
      passed  Switch xen1 on

done: 1 step: 1 passed
run: .runsheet/runs/lab-1-0002

"#]]);
    assert_data_eq!(
        journal(&desk),
        str![[r#"
looked before 1
intent 1
outcome unknown get an answer from `xen1-cimc-factory` (192.168.1.21:443): none within 60 s
looked after 1
intent 2
outcome ok
looked after 1
verdict passed

"#]]
    );
}

#[test]
fn what_may_be_sent_once_only_waits_for_a_person() {
    let desk = restarting_after(HALF);
    let once = "run on=xen1-cimc-factory once";
    desk.file("power.md", POWER.replace("run on=xen1-cimc-factory", once));
    desk.call("run power.md").code(3).stdout_eq(str![[r#"
Power
     unknown  Switch xen1 on
              on xen1-cimc-factory:
                       | <configConfMo dn="sys/rack-unit-1">
                       |   <inConfig><computeRackUnit adminPower="up"/></inConfig>
                       | </configConfMo>
              get an answer from `xen1-cimc-factory` (192.168.1.21:443): none within 60 s
              on xen1-cimc-factory: <configResolveDn dn="sys/rack-unit-1"/>
              does not hold: xml.configResolveDn.outConfig.computeRackUnit["@operPower"] == "on"
                xml.configResolveDn.outConfig.computeRackUnit["@operPower"] = "off"

stuck: `power#switch-xen1-on` needs a decision
run: .runsheet/runs/lab-1-0002
go on: runsheet resume lab-1-0002
       on a terminal, where it asks

"#]]);

    // Had it been done, the same step would have needed nobody.
    let desk = restarting_after(WHOLE);
    desk.file("power.md", POWER.replace("run on=xen1-cimc-factory", once));
    desk.call("run power.md").code(0);
}

#[test]
fn only_a_server_has_a_controller_to_restart() {
    let desk = Desk::new();
    desk.call("lab break restart sw1 on xen1-cimc")
        .code(1)
        .stderr_eq(str![[r#"
error: the lab has no server `sw1`; it has storage, xen1 and xen2

"#]]);
}
