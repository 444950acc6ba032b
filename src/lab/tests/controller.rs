//! The command line of a management controller, over its network.

use super::client::{log_in, log_in_with};
use super::paused;
use crate::lab::Lab;
use crate::lab::world::{Stage, World};
use crate::wire::Clock;

const CONTROLLER: &str = "192.168.1.21:22";

/// xen1's controller as from the factory, at an address.
fn from_the_factory() -> Lab {
    let lab = Lab::in_memory(Stage::Unpacked, 1, Clock::paused);
    let orders = "plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24";
    lab.with_world(|world| world.technician(orders))
        .unwrap()
        .unwrap();
    lab.skip(180_000).unwrap();
    lab
}

#[test]
fn a_session_does_not_outlive_a_restart_of_its_controller() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let mut terminal = log_in(&lab, CONTROLLER, "admin").await.unwrap();
        terminal.until("# ").await.unwrap();
        lab.with_world(|world: &mut World| world.restart_controller("xen1"))
            .unwrap();
        // It has time for an answer.
        terminal
            .ask("scope chassis", "/chassis # ")
            .await
            .expect("an answer");
        lab.skip(62_000).unwrap();
        let end = terminal.ask("show detail", "/chassis # ").await;
        assert!(
            end.as_ref().is_err_and(|end| end.ends_with("<end>")),
            "{end:?}"
        );
        let mut terminal = log_in(&lab, CONTROLLER, "admin").await.unwrap();
        terminal.until("# ").await.unwrap();
    });
}

#[test]
fn the_factory_password_leads_to_a_question_and_no_further() {
    paused(async {
        let lab = from_the_factory();
        let log_in = |password| log_in_with(&lab, CONTROLLER, "admin", password);
        let mut terminal = log_in("password").await.unwrap();
        let greeting = terminal.until("Enter current password: ").await.unwrap();
        assert!(greeting.contains("default password"), "{greeting}");
        let asked = terminal.ask("password", "Enter new password: ").await;
        assert_eq!(
            asked.unwrap(),
            "\r\nEnter new password: ",
            "it is not shown"
        );
        terminal.send("\u{3}").await;
        let end = terminal.until("# ").await.unwrap_err();
        assert_eq!(end, "^C\r\n<end>");

        let mut terminal = log_in("password").await.unwrap();
        terminal.until("Enter current password: ").await.unwrap();
        for (line, prompt) in [
            ("password", "Enter new password: "),
            ("Workshop-3650", "Re-enter new password: "),
            ("Workshop-3650", "C220# "),
        ] {
            terminal.ask(line, prompt).await.unwrap();
        }
        assert!(log_in("password").await.is_err());
        let mut terminal = log_in("Workshop-3650").await.unwrap();
        terminal.until("C220# ").await.unwrap();
    });
}

#[test]
fn an_interrupt_leaves_the_question_and_no_volume() {
    paused(async {
        let lab = from_the_factory();
        lab.with_world(|world: &mut World| {
            let controller = &mut world.machine_mut("xen1").unwrap().controller;
            let admin = controller.users.get_mut(&1).unwrap();
            crate::lab::PASSWORD.clone_into(&mut admin.password);
        })
        .unwrap();
        let mut terminal = log_in(&lab, CONTROLLER, "admin").await.unwrap();
        for (line, prompt) in [
            ("scope chassis", "/chassis # "),
            ("scope storageadapter SLOT-HBA", "/storageadapter # "),
            ("create-virtual-drive", "60 --> "),
            ("1", "from above list--> "),
            ("1,2\u{3}", "^C\r\nC220 /chassis/storageadapter # "),
            ("create-virtual-drive", "60 --> "),
        ] {
            terminal.ask(line, prompt).await.expect(line);
        }
        let machine = lab.world().state.servers["xen1"].machine.clone();
        assert_eq!(machine.drives.len(), 0);
    });
}
