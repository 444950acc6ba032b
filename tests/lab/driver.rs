//! The IOS driver on the lab's console, through the terminal server, as the engine uses it.

use std::time::Duration;

use runsheet::lab::world::{Stage, World};
use runsheet::lab::{Lab, inventory};
use runsheet::target::{
    Clock, Connector, Failure, FailureKind, LineFate, Options, Reply, Request, Session, Silent,
    inventory as targets,
};
use runsheet::text::Source;
use runsheet::value::Scope;

const CONSOLE: &str = "sw1";

/// What comes of some work on sw1's console, and the world after it.
async fn on_console<T>(
    world: World,
    work: impl AsyncFnOnce(&mut dyn Session) -> Result<T, Failure>,
) -> (Result<T, Failure>, World) {
    let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
    lab.with_world(|own| *own = world).expect("a lab in memory");
    let (inventory, findings) = targets::parse(Source::new("inventory.yaml", inventory(1)));
    assert!(findings.is_empty());
    let connector = Connector::new(inventory, lab.dialer(), lab.clock(), None);
    let done = match connector.open("sw1-console").await {
        Ok(mut session) => work(&mut *session).await,
        Err(failure) => Err(failure),
    };
    (done, lab.world())
}

fn request(text: &str, options: Options) -> Request {
    Request {
        names: Scope::default(),
        lang: "ios",
        text: text.into(),
        options,
    }
}

async fn configure(session: &mut dyn Session, text: &str) -> Result<Reply, Failure> {
    let request = request(text, Options::default());
    session.apply(&request, &mut Silent).await
}

async fn under_timer(session: &mut dyn Session, text: &str) -> Result<Reply, Failure> {
    configure(session, "archive\n path flash:archive\n").await?;
    let options = Options {
        revert: Some(Duration::from_secs(270)),
        ..Options::default()
    };
    session.apply(&request(text, options), &mut Silent).await
}

#[tokio::test(start_paused = true)]
async fn first_contact_names_the_switch_and_makes_vlans() {
    let (done, world) = on_console(World::installed(1), async |session| {
        let text = "hostname A-Name-Longer-Than-Twenty\nvlan 5\n name Management-VLAN\n";
        let reply = configure(session, text).await?;
        let look = request("show vlan brief\n", Options::default());
        Ok((
            reply,
            session.look(&look, &mut Silent).await?,
            session.identity(),
        ))
    })
    .await;
    let (reply, shown, identity) = done.expect("the switch answers");
    assert_eq!(reply.error, None);
    assert!(
        reply
            .lines
            .iter()
            .all(|line| line.fate == LineFate::Accepted)
    );
    assert!(
        reply.diffs[0]
            .diff
            .contains("+hostname A-Name-Longer-Than-Twenty")
    );
    assert_eq!(reply.diffs[1].name, "vlan database");
    assert!(reply.diffs[1].diff.contains("Management-VLAN"));
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        shown.contains("Management-VLAN") && !shown.contains('#'),
        "{shown}"
    );
    assert_eq!(identity.serials, [world.state.units["sw1"].serial.clone()]);
}

#[tokio::test(start_paused = true)]
async fn nothing_follows_a_rejected_line() {
    let (done, world) = on_console(World::installed(1), async |session| {
        let text = "hostname First\ninterface GigabitEthernet1/0/2\n shutdwn\nhostname Last\n";
        configure(session, text).await
    })
    .await;
    let reply = done.expect("the switch answers");
    let error = reply.error.expect("a refusal");
    assert_eq!(error.message, "% Invalid input detected at '^' marker.");
    assert_eq!(error.line, Some(2));
    assert!(
        error.column.is_some_and(|column| (1..9).contains(&column)),
        "{:?}",
        error.column
    );
    let fates: Vec<LineFate> = reply.lines.iter().map(|line| line.fate).collect();
    use LineFate::{Accepted, NotSent, Rejected};
    assert_eq!(fates, [Accepted, Accepted, Rejected, NotSent]);
    assert_eq!(world.state.chassis["sw1"].running.hostname, "First");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_under_a_timer_is_taken_back_at_once() {
    let (done, world) = on_console(World::installed(1), async |session| {
        under_timer(session, "hostname Short-Lived\nno such line\n").await
    })
    .await;
    let reply = done.expect("the switch answers");
    assert!(reply.error.is_some());
    assert_eq!(world.state.chassis["sw1"].running.hostname, "Switch");
    assert!(reply.diffs.is_empty(), "{:?}", reply.diffs);
}

#[tokio::test(start_paused = true)]
async fn what_is_confirmed_stays() {
    let (done, world) = on_console(World::installed(1), async |session| {
        let armed = under_timer(session, "hostname Kept\n").await?;
        let confirmed = session.confirm(&mut Silent).await?;
        tokio::time::sleep(Duration::from_secs(600)).await;
        Ok((armed, confirmed))
    })
    .await;
    let (armed, confirmed) = done.expect("the switch answers");
    assert_eq!((armed.error, confirmed.error), (None, None));
    assert_eq!(world.state.chassis["sw1"].running.hostname, "Kept");
}

#[tokio::test(start_paused = true)]
async fn what_is_reverted_goes_and_reverting_twice_is_fine() {
    let (done, world) = on_console(World::installed(1), async |session| {
        under_timer(session, "hostname Gone\n").await?;
        session.revert(&mut Silent).await?;
        session.revert(&mut Silent).await
    })
    .await;
    assert_eq!(done.expect("the switch answers").error, None);
    assert_eq!(world.state.chassis["sw1"].running.hostname, "Switch");
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_timer_ran_out_can_not_be_confirmed() {
    let (done, _) = on_console(World::installed(1), async |session| {
        under_timer(session, "ip domain-name workshop.example\n").await?;
        tokio::time::sleep(Duration::from_secs(600)).await;
        session.confirm(&mut Silent).await
    })
    .await;
    let error = done.expect("the switch answers").error.expect("too late");
    assert!(
        error
            .message
            .contains("No Rollback Confirmed Change pending")
    );
}

#[tokio::test(start_paused = true)]
async fn declared_questions_are_answered_and_others_given_up() {
    let exec = |text| {
        let options = Options {
            exec: true,
            ..Options::default()
        };
        request(text, options)
    };
    let (done, world) = on_console(World::installed(1), async |session| {
        let answered = exec("switch 1 priority 15\n? yes\n");
        session.apply(&answered, &mut Silent).await?;
        let open = exec("switch 1 renumber 2\n");
        let asked = session.apply(&open, &mut Silent).await?;
        // The command line is usable again.
        let look = request("show switch\n", Options::default());
        Ok((asked, session.look(&look, &mut Silent).await?))
    })
    .await;
    let (asked, _) = done.expect("the switch answers");
    let error = asked.error.expect("an open question");
    assert!(
        error.message.contains("Do you want to continue?"),
        "{}",
        error.message
    );
    assert_eq!(asked.lines[0].fate, LineFate::Rejected);
    assert_eq!(world.state.units["sw1"].priority, 15);
}

#[tokio::test(start_paused = true)]
async fn a_question_in_configuration_mode_is_no_refusal() {
    let (done, world) = on_console(World::installed(1), async |session| {
        let text = "username admin privilege 15 secret Workshop-3650\nno username admin\n?\n";
        configure(session, text).await
    })
    .await;
    assert_eq!(done.expect("the switch answers").error, None);
    assert!(world.state.chassis["sw1"].running.users.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_switch_without_power_is_unreachable() {
    let mut world = World::installed(1);
    world.power_off(CONSOLE);
    let (done, _) = on_console(world, async |_| Ok(())).await;
    let failure = done.expect_err("nobody is there");
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert!(!failure.maybe_sent());
}
