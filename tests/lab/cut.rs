//! A connection that ends at any byte, in either direction: the outcome of an effect is unknown
//! exactly when a byte of it may have left, and the run comes to the end of an uninterrupted one.

mod plaintext;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Instant;

use runsheet::engine::Listener;
use runsheet::event::{Ending, Event, Outcome};
use runsheet::lab::cimc::answer;
use runsheet::lab::world::{Stage, World};
use runsheet::lab::{Blow, Bytes, Fault, Lab, PASSWORD};
use runsheet::target::Clock;
use runsheet::text::Source;
use runsheet::wire::xml::Element;

use crate::cutting::{Cut, Line, Traffic, Way};
use crate::room::{Ran, Room, virtually};
use crate::scene::{Scene, change, head};

/// A session of one protocol: a look, an effect, a look.
struct Protocol {
    name: &'static str,
    /// What faults call the other end.
    on: &'static str,
    runbook: String,
    before: World,
    /// How many frames of an effect may leave before the device is changed.
    approach: usize,
}

/// Where a session ends before its time.
#[derive(Clone, Debug)]
enum End {
    Nowhere,
    /// At a byte of its transport.
    OfTransport(Cut),
    /// At a byte of what is within the encryption.
    OfPlaintext(Fault),
}

/// What a run over a cut line left.
struct Played {
    run: Ran,
    world: World,
    traffic: Traffic,
    /// What was typed and shown.
    plaintext: Counts,
    was_cut: bool,
    effects: Vec<Effect>,
}

/// Bytes within the encryption, to the device and from it.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    typed: u64,
    shown: u64,
}

impl Counts {
    /// No session has so many.
    const FAR: u64 = 1 << 40;

    /// What was counted up to now, as long as nothing has struck.
    fn of(lab: &Lab) -> Self {
        let mut counts = Self::default();
        for fault in lab.faults() {
            match fault {
                Fault::Blow { after, of, .. } if after <= Self::FAR => match of {
                    Bytes::Typed => counts.typed = Self::FAR - after,
                    Bytes::Shown => counts.shown = Self::FAR - after,
                },
                _ => {}
            }
        }
        counts
    }
}

/// An effect as somebody sees it who stands beside the line.
struct Effect {
    /// Bytes went out between its intent and its outcome.
    bytes_left: bool,
    /// The device was changed by then.
    took_place: bool,
    outcome: Outcome,
    /// What was typed and shown before its intent, and by its outcome.
    plaintext: (Counts, Counts),
}

/// Watches the line and the device while effects are sent.
struct Watch {
    line: Line,
    lab: Lab,
    before: World,
    out: usize,
    plaintext: Counts,
    effects: Rc<RefCell<Vec<Effect>>>,
}

impl Listener for Watch {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Intent { undo: false, .. } => {
                self.out = self.line.traffic().out;
                self.plaintext = Counts::of(&self.lab);
            }
            Event::Outcome {
                outcome,
                undo: false,
                ..
            } => self.effects.borrow_mut().push(Effect {
                bytes_left: self.line.traffic().out > self.out,
                took_place: !change(&self.before, &self.lab.world()).is_empty(),
                outcome: *outcome,
                plaintext: (self.plaintext, Counts::of(&self.lab)),
            }),
            _ => {}
        }
    }
}

impl Protocol {
    fn play(&self, end: &End) -> Played {
        virtually(async {
            let lab = Lab::in_memory(Stage::Unpacked, 1, Clock::paused);
            lab.with_world(|world| world.clone_from(&self.before))
                .expect("a lab in memory");
            let line = match end {
                End::OfTransport(cut) => Line::new(Some(*cut)),
                End::Nowhere | End::OfPlaintext(_) => Line::new(None),
            };
            let faults = match end {
                End::Nowhere => vec![
                    self.reset(Bytes::Typed, Counts::FAR),
                    self.reset(Bytes::Shown, Counts::FAR),
                ],
                End::OfTransport(_) => Vec::new(),
                End::OfPlaintext(fault) => vec![fault.clone()],
            };
            for fault in faults {
                lab.set_fault(fault).expect("a fault that can be set");
            }
            let room = Room::over(lab, |network| line.over(network));
            let name = "cut.md";
            let plan = room.plan_of(vec![Source::new(name, &*self.runbook)], &["cut"]);
            let effects = Rc::new(RefCell::new(Vec::new()));
            let watch = Watch {
                line: line.clone(),
                lab: room.lab.clone(),
                before: self.before.clone(),
                out: 0,
                plaintext: Counts::default(),
                effects: effects.clone(),
            };
            Played {
                run: room.run_watched(&plan, watch).await,
                world: room.lab.world(),
                traffic: line.traffic(),
                plaintext: Counts::of(&room.lab),
                was_cut: line.was_cut() && room.lab.faults().is_empty(),
                effects: effects.take(),
            }
        })
    }

    fn reset(&self, of: Bytes, after: u64) -> Fault {
        let (on, blow) = (self.on.to_owned(), Blow::Reset);
        Fault::Blow {
            on,
            after,
            of,
            blow,
        }
    }

    /// The session when nothing happens to it.
    fn whole(&self) -> Played {
        let whole = self.play(&End::Nowhere);
        assert_eq!(whole.run.ending, Ending::Done, "{}", whole.run.told());
        assert!(
            !change(&self.before, &whole.world).is_empty(),
            "it has an effect"
        );
        whole
    }

    /// Cuts the session at one byte in so many, and at the end of every frame.
    fn is_cut_everywhere(&self) {
        let began = Instant::now();
        let whole = self.whole();
        let cuts = cuts(&whole.traffic);
        let mut wrong = Vec::new();
        let mut unknown = 0;
        let (mut first_unknown, mut first_done) = (None, None);
        for cut in &cuts {
            let played = self.play(&End::OfTransport(*cut));
            if let (Way::Out, Some(effect)) = (cut.way, played.effects.first()) {
                let is_unknown = effect.outcome == Outcome::Unknown;
                first_unknown = first_unknown.or(is_unknown.then_some(cut.after));
                let is_tried = first_unknown.is_some() && effect.took_place;
                first_done = first_done.or(is_tried.then_some(cut.after));
            }
            unknown += played.outcomes(Outcome::Unknown);
            if let Some(fault) = played.fault(&whole.world) {
                wrong.push(format!("{cut:?}: {fault}"));
            }
        }
        println!(
            "{}: {} bytes out in {} writes, {} back; cut at {} places: \
             {unknown} outcomes unknown, every run came to its end; {:.1} s",
            self.name,
            whole.traffic.out,
            whole.traffic.frames.len(),
            whole.traffic.back,
            cuts.len(),
            began.elapsed().as_secs_f64(),
        );
        none_is(&wrong, cuts.len());
        // From the first byte of the effect on nobody can know, and not before.
        let (first, done) = first_unknown.zip(first_done).expect("the effect left");
        let frames = whole.traffic.frames.iter();
        let frames = frames.filter(|end| (first..done).contains(*end)).count();
        assert!(
            whole.traffic.frames.contains(&first) && frames <= self.approach,
            "unknown from byte {first} on, done from byte {done} on, {frames} frames between"
        );
    }
}

fn none_is(wrong: &[String], of: usize) {
    let first = wrong.iter().take(10).cloned().collect::<Vec<_>>();
    let (first, count) = (first.join("\n\n"), wrong.len());
    assert!(wrong.is_empty(), "{first}\n\n{count} of {of}");
}

/// One in so many of the bytes to a device, and from it: in a debug build a sample; in a release
/// build every byte to it, and with `RUNSHEET_EVERYTHING=1` also every byte from it.
fn density() -> (usize, usize) {
    let everything = std::env::var_os("RUNSHEET_EVERYTHING").is_some_and(|wanted| wanted == "1");
    match everything {
        true => (1, 1),
        false if cfg!(debug_assertions) => (397, 397),
        false => (1, 23),
    }
}

/// A session of more bytes than this is cut at the end of every frame and at some bytes between.
const LONG: usize = 4096;

fn cuts(traffic: &Traffic) -> Vec<Cut> {
    let (every_out, every_back) = density();
    let every_out = match traffic.out > LONG && every_back > 1 {
        true => every_out * 7,
        false => every_out,
    };
    let is_frame = |at: &usize| traffic.frames.binary_search(at).is_ok();
    let out = (0..traffic.out).filter(|at| at % every_out == 0 || is_frame(at));
    let back = (0..traffic.back).step_by(every_back);
    let cut = |way| move |after| Cut::new(way, after);
    out.map(cut(Way::Out))
        .chain(back.map(cut(Way::In)))
        .collect()
}

impl Played {
    fn outcomes(&self, wanted: Outcome) -> usize {
        let outcomes = self.effects.iter().filter(|e| e.outcome == wanted);
        outcomes.count()
    }

    /// What is wrong with it, if anything is.
    fn fault(&self, whole: &World) -> Option<String> {
        if !self.was_cut {
            return Some("the line was never cut".to_owned());
        }
        for effect in &self.effects {
            let fault = match effect.outcome {
                Outcome::Ok if !effect.took_place => "said to be done, and nothing changed",
                Outcome::Error if effect.took_place => "said not to be done, and something changed",
                Outcome::Unknown if !effect.bytes_left => "unknown, and no byte left",
                _ => continue,
            };
            return Some(fault.to_owned());
        }
        let (run, left) = (&self.run, change(whole, &self.world));
        (run.ending != Ending::Done || !left.is_empty())
            .then(|| format!("{:?}\n{}\nleft: {}", run.ending, run.told(), head(&left)))
    }
}

/// A floor on which the switches are a stack that can be reached over the network.
static STACKED: LazyLock<World> = LazyLock::new(|| Scene::before("vlans").before);

const IOS: &str = "# Cut\n\n## Make a VLAN\n\n\
    ```ios run on=TARGET\nvlan 77\n name Cut\n```\n\n\
    ```ios check on=TARGET\nshow vlan brief\n```\n\n\
    ```expect\n77 Cut active\n```\n\n\
    ```ios undo on=TARGET\nno vlan 77\n```\n";

fn switch_over_ssh() -> Protocol {
    Protocol {
        name: "ios over ssh",
        on: "stack",
        runbook: IOS.replace("TARGET", "stack"),
        before: STACKED.clone(),
        approach: 3,
    }
}

#[test]
fn a_switch_over_ssh() {
    switch_over_ssh().is_cut_everywhere();
}

fn switch_on_its_console() -> Protocol {
    Protocol {
        name: "ios on a console",
        on: "sw1-console",
        runbook: IOS.replace("TARGET", "sw1-console"),
        before: World::installed(1),
        approach: 3,
    }
}

#[test]
fn a_switch_on_its_console() {
    switch_on_its_console().is_cut_everywhere();
}

/// Three servers whose controllers have an address.
fn unpacked() -> World {
    let mut world = World::unpacked(1);
    let orders = "plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24";
    world
        .technician(orders)
        .expect("orders that can be carried out");
    world.advance_to(world.now() + 120_000);
    world
}

fn controller_over_its_xml_api() -> Protocol {
    Protocol {
        name: "cimc",
        on: "xen1-cimc",
        runbook: "# Cut\n\n## Serve images\n\n\
            ```cimc run on=xen1-cimc-factory\n\
            <configConfMo dn=\"sys/svc-ext/vmedia-svc\"><inConfig>\
            <commVMedia adminState=\"enabled\"/></inConfig></configConfMo>\n```\n\n\
            ```cimc check on=xen1-cimc-factory\n\
            <configResolveDn dn=\"sys/svc-ext/vmedia-svc\"/>\n```\n\n\
            ```assert\n\
            xml.configResolveDn.outConfig.commVMedia[\"@adminState\"] == \"enabled\"\n```\n\n\
            ```cimc undo on=xen1-cimc-factory\n\
            <configConfMo dn=\"sys/svc-ext/vmedia-svc\"><inConfig>\
            <commVMedia adminState=\"disabled\"/></inConfig></configConfMo>\n```\n"
            .to_owned(),
        before: unpacked(),
        approach: 1,
    }
}

#[test]
fn a_controller_over_its_xml_api() {
    controller_over_its_xml_api().is_cut_everywhere();
}

fn controller_over_http() -> Protocol {
    let mut before = unpacked();
    let told = answer(
        &mut before,
        "xen1",
        "<aaaLogin inName='admin' inPassword='password'/>",
    );
    let cookie = Element::parse(&told).expect("a document");
    let cookie = cookie.attribute("outCookie").expect("a cookie");
    let own = format!(
        "<configConfMo cookie='{cookie}' dn='sys/user-ext/user-1'><inConfig>\
         <aaaUser id='1' pwd='{PASSWORD}'/></inConfig></configConfMo>"
    );
    answer(&mut before, "xen1", &own);
    let system = format!(
        "/redfish/v1/Systems/{}",
        before.state.servers["xen1"].machine.serial
    );
    let runbook = format!(
        "# Cut\n\n## Switch it off\n\n\
         ```http run on=xen1-redfish\nPOST {system}/Actions/ComputerSystem.Reset\n\
         Content-Type: application/json\n\n{{\"ResetType\": \"ForceOff\"}}\n```\n\n\
         ```http check on=xen1-redfish\nGET {system}\n```\n\n\
         ```assert\njson.PowerState == \"Off\"\n```\n\n\
         ```http undo on=xen1-redfish\nPOST {system}/Actions/ComputerSystem.Reset\n\
         Content-Type: application/json\n\n{{\"ResetType\": \"On\"}}\n```\n"
    );
    Protocol {
        name: "http",
        on: "xen1-cimc",
        runbook,
        before,
        approach: 1,
    }
}

#[test]
fn a_controller_over_http() {
    controller_over_http().is_cut_everywhere();
}

fn toolstack() -> Protocol {
    let name = "Pool-wide network associated with eth0";
    Protocol {
        name: "xapi",
        on: "xen1",
        runbook: format!(
            "# Cut\n\n## Describe it\n\n\
             ```xapi read on=xen1-xapi\nnet = network.get_by_name_label(\"{name}\")\n```\n\n\
             ```xapi run on=xen1-xapi\nnetwork.set_name_description(one(net), \"cut\")\n```\n\n\
             ```xapi check on=xen1-xapi\ntext = network.get_name_description(one(net))\n```\n\n\
             ```assert\ntext == \"cut\"\n```\n\n\
             ```xapi undo on=xen1-xapi\nnetwork.set_name_description(one(net), \"\")\n```\n"
        ),
        before: Scene::before("link-aggregation").before,
        approach: 1,
    }
}

#[test]
fn a_toolstack() {
    toolstack().is_cut_everywhere();
}
