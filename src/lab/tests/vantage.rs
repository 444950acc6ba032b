//! What the network does to a connection.

use std::time::Duration;

use russh::{Preferred, cipher, kex, mac};
use tokio::time::{Instant, timeout};

use super::chapter::{STACK, one_switch_on_the_network};
use super::client::{answer_prompts, connect, log_in};
use super::paused;
use crate::lab::Lab;
use crate::lab::world::Stage;
use crate::wire::Clock;

#[test]
fn a_configured_switch_lets_its_user_in_either_way() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        one_switch_on_the_network(&lab).await;
        let mut terminal = log_in(&lab, STACK, "admin").await.unwrap();
        terminal.until("Cisco-Stack#").await.unwrap();
        let session = connect(&lab, STACK, Preferred::DEFAULT).await.unwrap();
        answer_prompts(session, "admin")
            .await
            .unwrap()
            .until("Cisco-Stack#")
            .await
            .unwrap();
    });
}

#[test]
fn an_old_client_finds_the_algorithms_it_knows() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        one_switch_on_the_network(&lab).await;
        let old = Preferred {
            kex: vec![kex::DH_G14_SHA1].into(),
            key: vec![russh::keys::Algorithm::Rsa { hash: None }].into(),
            cipher: vec![cipher::AES_128_CBC].into(),
            mac: vec![mac::HMAC_SHA1].into(),
            ..Preferred::DEFAULT
        };
        let session = connect(&lab, STACK, old).await.unwrap();
        answer_prompts(session, "admin")
            .await
            .unwrap()
            .until("Cisco-Stack#")
            .await
            .unwrap();
    });
}

#[test]
fn without_a_key_nothing_listens() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        one_switch_on_the_network(&lab).await;
        let mut terminal = log_in(&lab, STACK, "admin").await.unwrap();
        terminal.until("Cisco-Stack#").await.unwrap();
        terminal
            .ask("configure terminal", "(config)#")
            .await
            .unwrap();
        terminal.send("crypto key zeroize rsa\r").await;
        terminal.until("yes/no]: ").await.unwrap();
        terminal.ask("yes", "(config)#").await.unwrap();
        let error = connect(&lab, STACK, Preferred::DEFAULT).await.err();
        assert_eq!(error.as_deref(), Some("connection refused"));
    });
}

#[test]
fn while_the_uplink_is_out_bytes_wait_in_silence() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        one_switch_on_the_network(&lab).await;
        let mut terminal = log_in(&lab, STACK, "admin").await.unwrap();
        terminal.until("Cisco-Stack#").await.unwrap();
        lab.perform("unplug office:1").unwrap();
        let start = Instant::now();
        let silence = timeout(Duration::from_secs(20), terminal.ask("show clock", "#")).await;
        assert!(silence.is_err(), "{silence:?}");
        assert_eq!(start.elapsed(), Duration::from_secs(20));
        lab.perform("plug office:1 sw1:1").unwrap();
        let answer = terminal.until("Cisco-Stack#").await.unwrap();
        assert!(answer.contains("show clock"), "{answer}");
    });
}

#[test]
fn a_connection_attempt_goes_on_asking_until_there_is_a_path() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        one_switch_on_the_network(&lab).await;
        lab.perform("unplug office:1").unwrap();
        let mender = lab.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            mender.perform("plug office:1 sw1:1").unwrap();
        });
        let start = Instant::now();
        log_in(&lab, STACK, "admin")
            .await
            .unwrap()
            .until("Cisco-Stack#")
            .await
            .unwrap();
        assert!(start.elapsed() >= Duration::from_secs(5));
    });
}

#[test]
fn a_restarted_switch_knows_nothing_of_a_connection() {
    paused(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        one_switch_on_the_network(&lab).await;
        let mut terminal = log_in(&lab, STACK, "admin").await.unwrap();
        terminal.ask("write memory", "Cisco-Stack#").await.unwrap();
        terminal.ask("", "Cisco-Stack#").await.unwrap();
        lab.perform("power-cycle sw1").unwrap();
        let silence = timeout(Duration::from_secs(10), terminal.ask("show clock", "#")).await;
        assert!(silence.is_err(), "{silence:?}");
        // It comes back, and answers the packet that waits with a reset.
        let end = terminal.until("#").await.unwrap_err();
        assert!(end.ends_with("<end>"), "{end}");
        log_in(&lab, STACK, "admin")
            .await
            .unwrap()
            .until("Cisco-Stack#")
            .await
            .unwrap();
    });
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_the_same_world() {
    let afternoon = || {
        paused(async {
            let lab = Lab::in_memory(Stage::Installed, 9, Clock::paused);
            one_switch_on_the_network(&lab).await;
            let mut terminal = log_in(&lab, STACK, "admin").await.unwrap();
            let mut seen = terminal.until("Cisco-Stack#").await.unwrap();
            terminal
                .ask("terminal length 0", "Cisco-Stack#")
                .await
                .unwrap();
            for line in [
                "show running-config",
                "show version",
                "show logging",
                "show clock",
            ] {
                seen += &terminal.ask(line, "Cisco-Stack#").await.unwrap();
            }
            (seen, serde_json::to_string(&lab.world()).unwrap())
        })
    };
    assert_eq!(afternoon(), afternoon());
}
