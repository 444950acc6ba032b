//! Keys that are read at the device itself, by `pins=`.

use runsheet::event::{Ending, Event, Finding};
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
            ran.trusted_by("xen1").as_deref(),
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
            ran.trusted_by("xen1-cimc").as_deref(),
            Some("read at the device in `meet#read-the-key`")
        );
    });
}

#[test]
fn so_is_a_toolstack() {
    virtually(async {
        let room = reach(Room::telling("xen1-xapi", |xapi| xapi.tls_pins.clear())).await;
        let text = "# Meet\n\n## Read the key\n\n\
            ```manual read on=floor pins=xen1-xapi lab=\"fingerprint xen1:xapi\"\n\
            Read the fingerprint of its certificate on the screen.\n```\n\n\
            ## Say hello\n\n```xapi read on=xen1-xapi\nhost.get_all()\n```\n";
        let plan = room.plan_of(vec![Source::new("meet.md", text)], &["meet"]);
        let ran = room.run(&plan).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert_eq!(
            ran.trusted_by("xen1-xapi").as_deref(),
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
        assert_eq!(ran.trusted_by("xen1"), None);
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

/// The host is asked first, and how its key is read stands behind that.
const WHEN_IT_ANSWERS: &str = "# Meet\n\n## Say hello\n\n\
    ```sh check on=xen1\nhostname\n```\n\n\
    ```manual check on=floor pins=xen1 lab=\"fingerprint xen1\"\n\
    The key of xen1, as its own screen shows it.\n```\n";

/// What was looked at, as fence and finding, with what is remarked on.
fn looked(ran: &Ran) -> Vec<(usize, bool, Vec<String>)> {
    let looked = ran.events.iter().filter_map(|event| match event {
        Event::Looked {
            fence,
            finding,
            answer,
            ..
        } => Some((
            *fence,
            *finding == Finding::Holds,
            answer.iter().flat_map(|a| a.notices.clone()).collect(),
        )),
        _ => None,
    });
    looked.collect()
}

#[test]
fn a_key_is_read_when_its_host_answers_and_only_where_none_is_known() {
    const KNOWN: &str = "it is trusted by this key already; nobody was asked";
    virtually(async {
        let source = || vec![Source::new("meet.md", WHEN_IT_ANSWERS)];
        let stranger = unknown().await;
        let ran = stranger.run(&stranger.plan_of(source(), &["meet"])).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        // The second fence first, because the first needs it; then in their order.
        let known = vec![KNOWN.to_owned()];
        let expected = [(1, true, vec![]), (0, true, vec![]), (1, true, known)];
        assert_eq!(looked(&ran), expected);
        assert_eq!(
            ran.trusted_by("xen1").as_deref(),
            Some("read at the device in `meet#say-hello`")
        );

        let friend = reach(Room::new(1)).await;
        let ran = friend.run(&friend.plan_of(source(), &["meet"])).await;
        assert_eq!(looked(&ran), expected[1..]);
    });
}

#[test]
fn nobody_is_asked_for_the_key_of_a_host_that_does_not_answer() {
    virtually(async {
        // Without the switches' chapters no frame of it arrives.
        let room = Room::telling("xen1", |xen1| xen1.host_keys.clear());
        let effect =
            "```sh run on=xen1 undo=none reason=\"it changes nothing\"\ntrue\n```\n\n```sh check";
        let text = WHEN_IT_ANSWERS.replacen("```sh check", effect, 1);
        let plan = room.plan_of(vec![Source::new("meet.md", text)], &["meet"]);
        let ran = room.run(&plan).await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert_eq!(ran.effects(), 0);
        assert_eq!(looked(&ran), [(1, false, vec![])]);
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
