//! Management controllers, from the desk: what a run says when they don't do as they should.

mod restart;

use std::path::{Path, PathBuf};

use snapbox::str;

use super::desk::Desk;
use super::served::Served;

const POWER: &str = "# Power\n\n## Switch xen1 on\n\n\
    ```cimc run on=xen1-cimc-factory\n\
    <configConfMo dn=\"sys/rack-unit-1\">\n  <inConfig><computeRackUnit adminPower=\"up\"/></inConfig>\n</configConfMo>\n```\n\n\
    ```cimc check on=xen1-cimc-factory\n<configResolveDn dn=\"sys/rack-unit-1\"/>\n```\n\n\
    ```assert\nxml.configResolveDn.outConfig.computeRackUnit[\"@operPower\"] == \"on\"\n```\n\n\
    ```cimc undo on=xen1-cimc-factory\n\
    <configConfMo dn=\"sys/rack-unit-1\">\n  <inConfig><computeRackUnit adminPower=\"down\"/></inConfig>\n</configConfMo>\n```\n";

/// xen1 with its cords in and its controller at an address, and its host off.
fn addressed() -> Desk {
    let desk = Desk::new();
    desk.call("lab reset --stage unpacked").success();
    let orders = "plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24";
    desk.call(&format!("lab technician {orders}")).success();
    // The controller itself has to start.
    desk.call("lab wait 1m").success();
    desk.file("power.md", POWER);
    desk.file(
        "off.md",
        POWER
            .replace("\"up\"", "\"down\"")
            .replace("== \"on\"", "== \"off\""),
    );
    desk.call("run off.md").success();
    desk
}

#[test]
fn a_host_is_switched_on_found_on_and_taken_back() {
    let desk = addressed();
    assert!(desk.said("run power.md").contains("1 step: 1 passed"));
    assert!(desk.said("run power.md").contains("1 step: 1 already"));
    desk.call("undo lab-1-0002").success();
    assert!(desk.said("run power.md").contains("1 step: 1 passed"));
}

#[test]
fn what_was_cut_off_is_looked_at_before_it_is_sent_again() {
    let desk = addressed();
    // In the middle of the document that switches it on.
    desk.call("lab break reset xen1-cimc after 800").success();
    let said = desk.said("run power.md");
    assert!(said.contains("1 step: 1 passed"), "{said}");
    let shown = desk.said("show lab-1-0002 --json");
    assert!(shown.contains("\"outcome\":\"unknown\""), "{shown}");
    let unknown = shown.find("\"outcome\":\"unknown\"").expect("it is there");
    let (before, after) = shown.split_at(unknown);
    assert!(before.contains("\"event\":\"intent\""), "{shown}");
    let looked = after.find("\"event\":\"looked\"");
    assert!(looked < after.find("\"event\":\"intent\""), "{shown}");
}

#[test]
fn a_controller_that_says_no_is_quoted_with_its_code() {
    let desk = addressed();
    desk.file(
        "power.md",
        POWER.replace("adminPower=\"up\"", "admin_Power=\"up\""),
    );
    desk.call("run power.md").code(1).stdout_eq(str![[r#"
Power
      failed  Switch xen1 on
              on xen1-cimc-factory:
                       | <configConfMo dn="sys/rack-unit-1">
                       |   <inConfig><computeRackUnit admin_Power="up"/></inConfig>
                       | </configConfMo>
              error ERR-xml-parse-error: XML PARSING ERROR: Element 'computeRackUnit', attribute 'admin_Power': The attribute 'admin_Power' is not allowed.

Backing out 1 step (`power#switch-xen1-on` failed)
Power
      undone  Switch xen1 on  (only the answer to its undo says so: its check did not hold before)

failed: `power#switch-xen1-on` failed; 1 step taken back
run: .runsheet/runs/lab-1-0002

"#]]);
}

#[test]
fn a_document_that_cannot_be_sent_is_not() {
    let desk = addressed();
    desk.file("power.md", POWER.replace("</configConfMo>", ""));
    desk.call("run power.md").code(2).stderr_eq(str![[r#"
error[bad-document]: `configConfMo` is never closed
 --> power.md:6:2
  |
6 | <configConfMo dn="sys/rack-unit-1">
  |  ^^^^^^^^^^^^

error[bad-document]: `configConfMo` is never closed
  --> power.md:20:2
   |
20 | <configConfMo dn="sys/rack-unit-1">
   |  ^^^^^^^^^^^^

2 errors found; nothing was sent

"#]]);
}

#[test]
fn a_password_that_is_not_right_any_more() {
    let desk = addressed();
    desk.call("lab break password xen1-cimc").success();
    desk.call("run power.md").stdout_eq(str![[r#"
Power
     stopped  Switch xen1 on
              on xen1-cimc-factory: <configResolveDn dn="sys/rack-unit-1"/>
              log in to `xen1-cimc-factory` as `admin`: error 551: Authentication failed

failed: stopped at `power#switch-xen1-on`
run: .runsheet/runs/lab-1-0002

"#]]);
}

#[test]
fn a_controller_that_loses_its_power_in_the_middle_of_a_step() {
    let desk = addressed();
    desk.call("lab break power-cycle xen1 on xen1-cimc after 800")
        .success();
    desk.call("run power.md").stdout_eq(str![[r#"
Power
  reconciled  Switch xen1 on

done: 1 step: 1 reconciled
run: .runsheet/runs/lab-1-0002

"#]]);
}

/// Everything that a run left, file by file.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            found.push((path, bytes));
        }
    }
    found
}

#[test]
fn a_password_that_is_set_and_the_sessions_cookie_are_in_no_file() {
    const SECRET: &str = "Tr0ub4dor&3<x>";
    let desk = addressed();
    let served = Served::start(&desk);
    let inventory = desk.read("inventory.yaml");
    let public = "{value: Workshop-3650, public: true}";
    assert!(inventory.contains(public));
    desk.file(
        "inventory.yaml",
        inventory.replace(public, "env:CIMC_ADMIN"),
    );
    desk.file("cimc.md", include_str!("../../runbooks/01-cimc.md"));
    let run = "run -i inventory.yaml cimc.md#replace-the-factory-password \
               --limit xen1-cimc-factory --json";
    let ran = desk
        .runsheet(run)
        .env("CIMC_ADMIN", SECRET)
        .assert()
        .success();
    let shown = String::from_utf8_lossy(&ran.get_output().stdout).into_owned();
    assert!(shown.contains("\"verdict\":\"passed\""), "{shown}");

    // The new one is in use: the factory's is not let in any more, and this one is.
    let again = desk
        .runsheet(run)
        .env("CIMC_ADMIN", SECRET)
        .assert()
        .success();
    let again = String::from_utf8_lossy(&again.get_output().stdout).into_owned();
    assert!(again.contains("\"verdict\":\"already\""), "{again}");
    drop(served);

    let mut all = files(&desk.path(".runsheet/runs"));
    all.push(("the screen".into(), [shown, again].concat().into_bytes()));
    assert!(all.len() > 4, "{all:?}");
    for (path, bytes) in all {
        let text = String::from_utf8_lossy(&bytes);
        for secret in [SECRET, "Tr0ub4dor", "17676", "outCookie=\\\"1"] {
            assert!(!text.contains(secret), "{secret} is in {}", path.display());
        }
    }
}
