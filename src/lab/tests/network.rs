use std::time::Duration;

use tokio::time::Instant;

use super::client::{connect, log_in};
use super::paused;
use crate::lab::Lab;
use crate::lab::world::Stage;
use crate::wire::Clock;

const CONSOLE: &str = "192.168.1.20:7001";
const STACK: &str = "192.168.1.254:22";

#[test]
fn the_console_of_a_factory_fresh_switch_answers_over_the_terminal_server() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let mut console = log_in(&lab, CONSOLE, "console").await.unwrap();
        console.send("\r").await;
        console.until("Switch>").await.unwrap();
    });
}

#[test]
fn a_console_has_room_for_one() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let first = log_in(&lab, CONSOLE, "console").await.unwrap();
        let mut second = log_in(&lab, CONSOLE, "console").await.unwrap();
        assert_eq!(
            second.until(">").await.unwrap_err(),
            "line is in use\r\n<end>"
        );
        drop(first);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut third = log_in(&lab, CONSOLE, "console").await.unwrap();
        third.send("\r").await;
        third.until("Switch>").await.unwrap();
    });
}

#[test]
fn an_address_that_nobody_has_yet_is_silent() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let start = Instant::now();
        let error = connect(&lab, STACK, russh::Preferred::DEFAULT).await.err();
        assert_eq!(error.as_deref(), Some("silence"));
        assert_eq!(start.elapsed(), Duration::from_secs(60));
    });
}

#[test]
fn a_port_that_the_terminal_server_has_not_is_refused() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let error = connect(&lab, "192.168.1.20:22", russh::Preferred::DEFAULT)
            .await
            .err();
        assert_eq!(error.as_deref(), Some("connection refused"));
    });
}

#[test]
fn a_name_that_no_lab_has_is_told_apart_from_silence() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let error = connect(&lab, "core1.example.org:22", russh::Preferred::DEFAULT)
            .await
            .err();
        assert_eq!(
            error.as_deref(),
            Some(
                "core1.example.org:22: the lab has no such address; it has the terminal server \
                 192.168.1.20 (ports 7001 to 7002), the stack 192.168.1.254 once it is \
                 configured, and the networks 192.168.1.0/24, 172.16.40.0/24 and 10.10.0.0/16"
            )
        );
    });
}
