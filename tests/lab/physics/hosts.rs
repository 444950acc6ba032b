//! Installed hosts, as the desk reaches them: over the switches, by the password and the key of
//! their installation.

use std::time::Duration;

use runsheet::event::{Ending, Verdict};
use runsheet::lab::Fault;
use runsheet::text::Source;

use runsheet::wire::Endpoint;

use crate::room::{Ran, Room, virtually};

/// Looks at xen1 for two minutes.
const LOOK: &str = "# Look\n\n## Who is there\n\n\
    ```sh check on=xen1 within=2m every=10s\nhostname\nping -c 3 172.16.40.254\n```\n\n\
    ```assert\nlines[0] == \"xen1\"\n\"3 received\" in stdout\n```\n";

/// A floor whose switches carry the hosts' networks.
async fn room() -> Room {
    let room = Room::new(1);
    let ran = room.run(&room.chapters(&["switch-stack", "vlans"])).await;
    assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
    room
}

async fn look(room: &Room) -> Ran {
    let plan = room.plan_of(vec![Source::new("look.md", LOOK.to_owned())], &["look"]);
    room.run(&plan).await
}

fn tell(room: &Room, orders: &str) {
    room.lab
        .perform(orders)
        .expect("orders that can be carried out");
}

#[test]
fn a_host_is_reached_through_the_switches_and_reaches_its_gateway() {
    virtually(async {
        let ran = look(&room().await).await;
        assert_eq!(ran.steps(Verdict::Passed).len(), 1, "{}", ran.told());
    });
}

#[test]
fn before_the_switches_carry_its_network_nobody_gets_there() {
    virtually(async {
        let ran = look(&Room::new(1)).await;
        assert_ne!(ran.ending, Ending::Done, "{}", ran.told());
    });
}

#[test]
fn its_address_is_on_the_card_that_it_was_given_to_and_on_no_other() {
    virtually(async {
        let room = room().await;
        tell(&room, "unplug xen1:nic1");
        assert_ne!(look(&room).await.ending, Ending::Done);
        tell(&room, "unplug xen1:nic2; plug xen1:nic1 sw2:13");
        assert_eq!(look(&room).await.ending, Ending::Done);
    });
}

#[test]
fn a_host_that_restarts_is_there_again_after_its_self_test() {
    virtually(async {
        let room = room().await;
        tell(&room, "power-cycle xen1");
        assert_eq!(look(&room).await.ending, Ending::Done);
        tell(&room, "power-off xen1");
        assert_ne!(look(&room).await.ending, Ending::Done);
    });
}

#[test]
fn another_password_is_refused() {
    virtually(async {
        let room = room().await;
        let on = "xen1".to_owned();
        room.lab
            .set_fault(Fault::Password { on })
            .expect("a fault that can be set");
        let ran = look(&room).await;
        assert_ne!(ran.ending, Ending::Done);
        room.lab.mend(None).expect("a lab that can be mended");
        assert_eq!(look(&room).await.ending, Ending::Done);
    });
}

#[test]
fn its_ports_are_those_of_a_host_and_are_open_while_it_runs() {
    virtually(async {
        let room = room().await;
        let dial = room.lab.dialer();
        let open = async |port| {
            let host = "172.16.40.13".to_owned();
            let endpoint = Endpoint { host, port };
            let dialed = dial.dial(&endpoint);
            let minute = Duration::from_secs(60);
            match tokio::time::timeout(minute, dialed).await {
                Ok(Ok(_)) => "open",
                Ok(Err(_)) => "refused",
                Err(_) => "silent",
            }
        };
        assert_eq!(open(22).await, "open");
        assert_eq!(open(443).await, "open");
        assert_eq!(open(80).await, "refused");
        tell(&room, "power-off xen1");
        assert_eq!(open(443).await, "silent");
    });
}
