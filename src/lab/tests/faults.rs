//! What goes wrong on demand.

use std::time::Duration;

use tokio::time::Instant;

use super::chapter::{STACK, one_switch_on_the_network};
use super::client::{Terminal, log_in};
use super::paused;
use crate::lab::Lab;
use crate::lab::world::Stage;
use crate::wire::Clock;

/// A terminal on a switch that `fault` waits for.
async fn broken(fault: &str) -> (Lab, Terminal) {
    let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
    one_switch_on_the_network(&lab).await;
    let mut terminal = log_in(&lab, STACK, "admin").await.unwrap();
    terminal.until("Cisco-Stack#").await.unwrap();
    lab.set_fault(fault.parse().unwrap()).unwrap();
    (lab, terminal)
}

#[test]
fn a_connection_falls_silent_in_the_middle_of_a_word() {
    paused(async {
        let (lab, mut terminal) = broken("silence stack after 7").await;
        let end = terminal
            .ask("configure terminal", "(config)#")
            .await
            .unwrap_err();
        assert!(end.ends_with("<silence>"), "{end}");
        // Nothing happened yet, and the switch is as well as before.
        log_in(&lab, STACK, "admin")
            .await
            .unwrap()
            .until("Cisco-Stack#")
            .await
            .unwrap();
    });
}

#[test]
fn a_connection_is_reset_after_a_byte() {
    paused(async {
        let (lab, mut terminal) = broken("reset stack after 20").await;
        terminal
            .ask("configure terminal", "(config)#")
            .await
            .unwrap();
        let start = Instant::now();
        let end = terminal
            .ask("hostname Nearly", "Nearly(config)#")
            .await
            .unwrap_err();
        assert!(end.ends_with("<end>"), "{end}");
        assert_eq!(start.elapsed(), Duration::ZERO);
        let name = lab.world().state.chassis["sw1"].running.hostname.clone();
        assert_eq!(name, "Cisco-Stack");
    });
}

#[test]
fn a_connection_ends_behind_what_it_has_shown() {
    paused(async {
        for (what, how) in [("reset", "<end>"), ("silence", "<silence>")] {
            let (lab, mut terminal) = broken(&format!("{what} stack after 11 shown")).await;
            let end = terminal.ask("hostname Nearly", "#").await.unwrap_err();
            assert_eq!(end, format!("hostname Ne{how}"));
            assert_eq!(lab.faults(), []);
            // What is typed after it does not arrive.
            terminal
                .send("\u{15}configure terminal\rhostname Nearly\r")
                .await;
            let mut other = log_in(&lab, STACK, "admin").await.unwrap();
            other.until("Cisco-Stack#").await.unwrap();
        }
    });
}

#[test]
fn a_unit_loses_power_in_the_middle_of_a_block() {
    paused(async {
        let (lab, mut terminal) = broken("power-cycle sw1 on stack after 19").await;
        let end = terminal.ask("configure terminal", "(config)#").await;
        assert!(end.is_err(), "{end:?}");
        // Nothing was saved, so it is as it came from the factory.
        lab.skip(900_000).unwrap();
        let mut console = log_in(&lab, "192.168.1.20:7001", "console").await.unwrap();
        console.ask("", "Switch>").await.unwrap();
    });
}

#[test]
fn a_slow_device_answers_late() {
    paused(async {
        let (_lab, mut terminal) = broken("slow stack 300ms").await;
        let start = Instant::now();
        terminal.ask("show clock", "Cisco-Stack#").await.unwrap();
        assert!(
            start.elapsed() >= Duration::from_millis(600),
            "{:?}",
            start.elapsed()
        );
    });
}

#[test]
fn the_right_password_is_refused_until_it_is_mended() {
    paused(async {
        let (lab, _terminal) = broken("password stack").await;
        assert!(log_in(&lab, STACK, "admin").await.is_err());
        lab.mend(Some("stack")).unwrap();
        assert!(log_in(&lab, STACK, "admin").await.is_ok());
    });
}
