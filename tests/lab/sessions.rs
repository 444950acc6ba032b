//! Sessions of management controllers that end while a step is at work, and ones there is no
//! room for.

use runsheet::engine::Listener;
use runsheet::event::{Ending, Event, Verdict};
use runsheet::lab::Lab;
use runsheet::lab::cimc::answer;
use runsheet::lab::world::World;
use runsheet::text::Source;

use crate::room::{Ran, Room, virtually};

const CONTROLLER: &str = "xen1";

/// A step that labels the server, and looks twice if need be.
const LABEL: &str = "# Label\n\n## Label xen1\n\n\
    ```cimc undo on=xen1-cimc\n\
    <configConfMo dn=\"sys/rack-unit-1\"><inConfig><computeRackUnit usrLbl=\"\"/></inConfig></configConfMo>\n```\n\n\
    ```cimc run on=xen1-cimc\n\
    <configConfMo dn=\"sys/rack-unit-1\"><inConfig><computeRackUnit usrLbl=\"rack 2\"/></inConfig></configConfMo>\n```\n\n\
    ```cimc check on=xen1-cimc within=20m every=15m\n<configResolveDn dn=\"sys/rack-unit-1\"/>\n```\n\n\
    ```assert\nxml.configResolveDn.outConfig.computeRackUnit[\"@usrLbl\"] == \"LABEL\"\n```\n";

async fn run(room: &Room, text: &str) -> Ran {
    let source = Source::new("label.md", text.to_owned());
    room.run(&room.plan_of(vec![source], &["label"])).await
}

fn post(world: &mut World, text: &str) -> String {
    answer(world, CONTROLLER, text)
}

#[test]
fn a_cookie_that_runs_out_between_two_looks_is_replaced() {
    virtually(async {
        let room = Room::new(1);
        // A check that never holds looks twice, with more than a session's ten minutes between.
        let ran = run(&room, &LABEL.replace("LABEL", "rack 3")).await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        let looks = ran.journal.matches("\"event\":\"looked\"").count();
        assert!(looks >= 3, "{looks}: {}", ran.journal);
        // Digits alone may stand in a hash.
        for refusal in ["errorCode", "error 552"] {
            assert!(!ran.journal.contains(refusal), "{}", ran.journal);
        }
        assert!(ran.told().contains("= \"rack 2\""), "{}", ran.told());
        assert_eq!(ran.effects(), 1);
    });
}

#[test]
fn four_sessions_are_all_there_is_room_for_and_the_reader_is_told_what_to_do() {
    virtually(async {
        let room = Room::new(1);
        let take_all = |world: &mut World| {
            let login = "<aaaLogin inName='admin' inPassword='Workshop-3650'/>";
            for _ in 0..4 {
                assert!(post(world, login).contains("outCookie"));
            }
        };
        room.lab.with_world(take_all).expect("a world");
        let ran = run(&room, &LABEL.replace("LABEL", "rack 2")).await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        let told = ran.told();
        assert!(
            told.contains(
                "log in to `xen1-cimc` as `admin`: error 572: Maximum number of sessions reached"
            ),
            "{told}"
        );
        assert!(told.contains("they end by themselves"), "{told}");
        assert_eq!(ran.effects(), 0);

        room.lab.skip(600_000).expect("time");
        let ran = run(&room, &LABEL.replace("LABEL", "rack 2")).await;
        assert_eq!(ran.steps(Verdict::Passed), ["label-xen1"], "{}", ran.told());
    });
}

/// Restarts the controller at some event, and waits until it is down if it should be.
struct Restarts {
    lab: Lab,
    is_down: bool,
    at: fn(&Event) -> bool,
    is_done: bool,
}

impl Listener for Restarts {
    fn hear(&mut self, event: &Event) {
        if !self.is_done && (self.at)(event) {
            self.is_done = true;
            let restart = |world: &mut World| world.restart_controller(CONTROLLER);
            self.lab.with_world(restart).expect("a world");
            if self.is_down {
                self.lab.skip(3_000).expect("time");
            }
        }
    }
}

async fn restarted(is_down: bool, at: fn(&Event) -> bool) -> Ran {
    let room = Room::new(1);
    let text = LABEL
        .replace("LABEL", "rack 2")
        .replace("every=15m", "every=30s");
    let source = Source::new("label.md", text);
    let plan = room.plan_of(vec![source], &["label"]);
    let restarts = Restarts {
        lab: room.lab.clone(),
        is_down,
        at,
        is_done: false,
    };
    room.run_watched(&plan, restarts).await
}

#[test]
fn a_session_that_is_gone_when_the_effect_arrives_is_replaced() {
    virtually(async {
        let ran = restarted(false, |event| matches!(event, Event::Intent { .. })).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert_eq!(ran.steps(Verdict::Passed), ["label-xen1"]);
        assert_eq!(ran.effects(), 1, "{}", ran.told());
    });
}

#[test]
fn a_controller_that_is_away_when_the_effect_comes_was_sent_nothing() {
    virtually(async {
        let ran = restarted(true, |event| matches!(event, Event::Intent { .. })).await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        let told = ran.told();
        assert!(told.contains("connect to `xen1-cimc`"), "{told}");
        assert!(!ran.journal.contains("\"unknown\""), "{}", ran.journal);
    });
}

#[test]
fn a_controller_that_restarts_before_the_check_is_waited_for() {
    virtually(async {
        let ran = restarted(true, |event| matches!(event, Event::Outcome { .. })).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert_eq!(ran.steps(Verdict::Passed), ["label-xen1"]);
        assert_eq!(ran.effects(), 1);
        assert!(
            ran.journal.contains("no answer within 30 s"),
            "{}",
            ran.journal
        );
    });
}

#[test]
fn a_run_gives_its_sessions_back() {
    virtually(async {
        let room = Room::new(1);
        for _ in 0..6 {
            let ran = run(&room, &LABEL.replace("LABEL", "rack 2")).await;
            assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        }
    });
}
