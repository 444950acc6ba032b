//! Keys that are read at the device itself, by `pins=`.

use runsheet::event::{Ending, Event};
use runsheet::text::Source;

use crate::mortal::Mortal;
use crate::room::{Ran, Room, virtually};

/// The key is read on the server's screen, then the server is met over its network.
const MEET: &str = "# Meet\n\n## Read the key\n\n\
    ```manual read on=floor pins=TARGET lab=\"ORDERS\"\n\
    Read the fingerprint of its key on the screen.\n```\n\n\
    ## Say hello\n\n\
    ```sh read on=xen1\nhostname\n```\n\n\
    ```cimc read on=xen1-cimc\n<configResolveDn dn=\"sys/rack-unit-1\"/>\n```\n";

fn book(target: &str, orders: &str) -> Source {
    let text = MEET.replace("TARGET", target).replace("ORDERS", orders);
    Source::new("meet.md", text)
}

/// Two chapters make the hosts reachable.
async fn reach(room: Room) -> Room {
    let plan = room.chapters(&["switch-stack", "vlans"]);
    let ran = room.run(&plan).await;
    assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
    room
}

/// A floor whose inventory has no key of xen1.
async fn unknown() -> Room {
    reach(Room::telling("xen1", |xen1| xen1.host_keys.clear())).await
}

async fn meet(room: &Room, target: &str, orders: &str) -> Ran {
    let plan = room.plan_of(vec![book(target, orders)], &["meet"]);
    room.run(&plan).await
}

/// By what a target was known.
fn trusted_by(ran: &Ran, wanted: &str) -> Option<String> {
    ran.events.iter().find_map(|event| match event {
        Event::TargetSeen {
            target, trusted_by, ..
        } if target == wanted => trusted_by.clone(),
        _ => None,
    })
}

#[test]
fn a_host_nobody_knows_is_met_by_the_key_that_was_read_on_its_screen() {
    virtually(async {
        let room = unknown().await;
        let stranger = meet(&room, "xen1-cimc", "fingerprint xen1:cimc").await;
        assert_eq!(stranger.ending, Ending::Failed, "{}", stranger.told());
        assert!(stranger.told().contains("host key"), "{}", stranger.told());

        let ran = meet(&unknown().await, "xen1", "fingerprint xen1").await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert_eq!(
            trusted_by(&ran, "xen1").as_deref(),
            Some("read at the device in `meet#read-the-key`")
        );
    });
}

#[test]
fn so_is_a_controller_by_its_certificate() {
    virtually(async {
        let room = reach(Room::telling("xen1-cimc", |cimc| cimc.tls_pins.clear())).await;
        let ran = meet(&room, "xen1-cimc", "fingerprint xen1:cimc").await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert_eq!(
            trusted_by(&ran, "xen1-cimc").as_deref(),
            Some("read at the device in `meet#read-the-key`")
        );
    });
}

#[test]
fn another_key_than_the_one_that_was_read_is_not_trusted() {
    virtually(async {
        let room = unknown().await;
        // The technician stands in front of the wrong server.
        let ran = meet(&room, "xen1", "fingerprint xen2").await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert!(ran.told().contains("host key"), "{}", ran.told());
        assert_eq!(trusted_by(&ran, "xen1"), None);
    });
}

#[test]
fn what_was_read_does_not_outweigh_the_inventory() {
    virtually(async {
        let ran = meet(&reach(Room::new(1)).await, "xen1", "fingerprint xen2").await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert!(ran.told().contains("the inventory pins"), "{}", ran.told());
        assert!(!ran.journal.contains("hostname\\n"), "{}", ran.journal);

        let ran = meet(&reach(Room::new(1)).await, "xen1", "fingerprint xen1").await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
    });
}

#[test]
fn what_is_read_of_the_wrong_thing_is_no_key() {
    virtually(async {
        let room = unknown().await;
        let ran = meet(&room, "xen1", "read xen1").await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert!(ran.told().contains("fingerprint"), "{}", ran.told());
        let ran = meet(&room, "floor", "fingerprint xen1").await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert!(ran.told().contains("shows no key"), "{}", ran.told());
    });
}

#[test]
fn a_run_that_goes_on_remembers_the_key_it_read() {
    virtually(async {
        let room = unknown().await;
        let plan = room.plan_of(vec![book("xen1", "fingerprint xen1")], &["meet"]);
        let whole = room.run(&plan).await;
        assert_eq!(whole.ending, Ending::Done, "{}", whole.told());
        // The process dies before it meets the host.
        let read = whole.journal.find(
            "\"event\":\"step-started\",\"place\":{\"runbook\":\"meet\",\"step\":\"say-hello\"",
        );
        let end = whole.journal[..read.expect("the second step begins")].rfind('\n');
        let journal = whole.journal.as_bytes()[..=end.expect("a line")].to_vec();

        let later = unknown().await;
        let plan = later.plan_of(vec![book("xen1", "fingerprint xen1")], &["meet"]);
        let resumed = later.resume(&plan, journal, &Mortal::immortal()).await;
        let Ok(resumed) = resumed else {
            panic!("nothing kills it");
        };
        assert_eq!(resumed.ending, Ending::Done, "{}", resumed.told());
        assert_eq!(
            resumed.steps(runsheet::event::Verdict::Passed),
            ["say-hello"]
        );
    });
}
