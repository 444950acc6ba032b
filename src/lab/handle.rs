use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::floor::{Floor, Input, Outcome};
use super::ios::{self, Line, SessionId};
use super::pace::Pace;
use super::store::{Entry, Store};
use super::world::{EPOCH, Millis, Stage, World};
use super::{Fault, LabError};
use crate::wire::Clock;

/// A lab that is in use: the world, its clock and its files. Clones are the same lab.
///
/// The world catches up with the clock whenever somebody looks, and on its own as long as there
/// are connections.
#[derive(Clone)]
pub struct Lab {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    seed: u64,
    dir: Option<Utf8PathBuf>,
    clock: Clock,
    remark: Option<String>,
    core: Mutex<Core>,
    /// Counts what happened, so that whoever waits for the world can look again.
    pub(super) changed: watch::Sender<u64>,
    pub(super) ticking: AtomicBool,
}

pub(crate) struct Core {
    pub(crate) floor: Floor,
    pub(super) pace: Pace,
    store: Option<Store>,
    /// Consoles that a connection holds.
    pub(super) consoles: BTreeSet<String>,
}

/// What a session showed since the last look.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    /// The device ended the session.
    pub(crate) closed: bool,
}

impl Lab {
    /// Opens the lab kept in `dir`, or racks a new one there from `seed`. A lab that exists
    /// keeps the seed it was made with.
    ///
    /// `clock` makes the clock of the run from the world's time: [`Clock::paused`], or
    /// `|_| Clock::real()`. Fails if another process owns the lab, or its files can't be used.
    pub fn open(
        dir: &Utf8Path,
        seed: u64,
        clock: impl FnOnce(Timestamp) -> Clock,
    ) -> Result<Self, LabError> {
        let (mut store, found) = Store::open(dir)?;
        let (seed, mut floor) = match found.saved {
            Some(saved) => (saved.seed, saved.floor),
            None => (seed, Floor::new(Stage::default(), seed)),
        };
        for entry in &found.entries {
            floor.happen(entry.at, &entry.input);
        }
        floor.hang_up_all();
        store.save(seed, floor.clone())?;
        let remark = found
            .torn
            .map(|path| format!("the lab's last input was torn; what was there is in {path}"));
        Ok(Self::new(
            seed,
            Some(dir.to_owned()),
            floor,
            Some(store),
            remark,
            clock,
        ))
    }

    /// Racks a new floor in `dir` whatever is there, even files that can't be read.
    pub fn renew(dir: &Utf8Path, stage: Stage, seed: u64) -> Result<(), LabError> {
        let mut store = Store::renew(dir)?;
        store.save(seed, Floor::new(stage, seed))
    }

    /// A new lab that nothing is kept of.
    pub fn in_memory(stage: Stage, seed: u64, clock: impl FnOnce(Timestamp) -> Clock) -> Self {
        Self::new(seed, None, Floor::new(stage, seed), None, None, clock)
    }

    fn new(
        seed: u64,
        dir: Option<Utf8PathBuf>,
        floor: Floor,
        store: Option<Store>,
        remark: Option<String>,
        clock: impl FnOnce(Timestamp) -> Clock,
    ) -> Self {
        let now = floor.world.now();
        let clock = clock(timestamp(now));
        let pace = Pace::new(now, 1.0);
        let core = Core {
            floor,
            pace,
            store,
            consoles: BTreeSet::new(),
        };
        let shared = Shared {
            seed,
            dir,
            clock,
            remark,
            core: Mutex::new(core),
            changed: watch::Sender::new(0),
            ticking: AtomicBool::new(false),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The clock that the lab's time follows.
    pub fn clock(&self) -> Clock {
        self.shared.clock.clone()
    }

    /// The seed that the lab was made from.
    pub fn seed(&self) -> u64 {
        self.shared.seed
    }

    /// The directory it is kept in.
    pub fn dir(&self) -> Option<&Utf8Path> {
        self.shared.dir.as_deref()
    }

    /// What the user should know about how the lab was found.
    pub fn remark(&self) -> Option<&str> {
        self.shared.remark.as_deref()
    }

    /// The time of day in the world.
    pub fn time(&self) -> Timestamp {
        timestamp(self.core().floor.world.now())
    }

    /// The world as it is now.
    pub fn world(&self) -> World {
        self.core().floor.world.clone()
    }

    /// Changes the world from outside of its physics: for tests and for setting a scene. What
    /// was done is kept as a snapshot.
    pub fn with_world<T>(&self, change: impl FnOnce(&mut World) -> T) -> Result<T, LabError> {
        let mut core = self.core();
        let answer = change(&mut core.floor.world);
        self.keep(&mut core)?;
        drop(core);
        self.tell();
        Ok(answer)
    }

    /// Writes a snapshot. A lab in memory has nowhere to write to.
    pub fn save(&self) -> Result<(), LabError> {
        self.keep(&mut self.core())
    }

    /// Saves and gives the lab free for other processes. What still holds a clone goes on with
    /// a lab that nothing is kept of.
    pub fn close(&self) -> Result<(), LabError> {
        let mut core = self.core();
        self.keep(&mut core)?;
        core.store = None;
        Ok(())
    }

    /// Has the technician do what the orders say; returns what was done.
    pub fn perform(&self, orders: &str) -> Result<String, LabError> {
        match self.happen(Input::Technician(orders.to_owned()))? {
            Outcome::Said(said) => said.map_err(LabError::Refused),
            _ => Ok(String::new()),
        }
    }

    /// Has the technician read what the orders say.
    pub fn look(&self, orders: &str) -> Result<String, LabError> {
        let core = self.core();
        let read = core.floor.world.technician_looks(orders);
        read.map_err(LabError::Refused)
    }

    /// Counts one more run, and gives its number: ids of runs follow from the world, so that
    /// the same seed gives the same journal.
    pub fn count_run(&self) -> Result<u64, LabError> {
        match self.happen(Input::Run)? {
            Outcome::Run(number) => Ok(number),
            _ => Ok(0),
        }
    }

    /// Sets a fault.
    pub fn set_fault(&self, fault: Fault) -> Result<(), LabError> {
        self.happen(Input::Break(fault)).map(drop)
    }

    /// Takes the faults on a target away, or all.
    pub fn mend(&self, target: Option<&str>) -> Result<(), LabError> {
        self.happen(Input::Mend(target.map(str::to_owned)))
            .map(drop)
    }

    /// The faults that are set.
    pub fn faults(&self) -> Vec<Fault> {
        self.core().floor.faults.list()
    }

    /// Lets the world's time pass at once, `wait` milliseconds of it.
    pub fn skip(&self, wait: Millis) -> Result<(), LabError> {
        self.core().pace.skip(wait);
        self.happen(Input::Wait).map(drop)
    }

    /// Lets time pass up to the next thing that happens by itself; `false` if nothing will.
    pub fn step(&self) -> Result<bool, LabError> {
        let core = self.core();
        let Some(next) = core.floor.world.next_event() else {
            return Ok(false);
        };
        let wait = next.saturating_sub(core.floor.world.now());
        drop(core);
        self.skip(wait).map(|()| true)
    }

    /// Lets the world's time run `speed` times as fast as the clock.
    pub fn set_speed(&self, speed: f64) {
        self.core().pace.set_speed(speed);
        self.tell();
    }

    /// What it began with.
    pub fn stage(&self) -> Stage {
        self.core().floor.stage
    }

    /// Racks a new floor in place of this one. Open connections go silent.
    pub fn reset(&self, stage: Stage) -> Result<(), LabError> {
        let mut core = self.core();
        core.floor = Floor::new(stage, self.shared.seed);
        core.pace = Pace::new(0, core.pace.speed());
        self.keep(&mut core)?;
        drop(core);
        self.tell();
        Ok(())
    }

    /// Lets an input happen now. It is written down before anybody can see what comes of it.
    pub(crate) fn happen(&self, input: Input) -> Result<Outcome, LabError> {
        let mut core = self.core();
        let entry = Entry {
            at: core.now(),
            input,
        };
        if let Some(store) = &mut core.store {
            store.append(&entry)?;
        }
        let outcome = core.floor.happen(entry.at, &entry.input);
        drop(core);
        self.tell();
        Ok(outcome)
    }

    /// What a session showed since it was last asked.
    pub(crate) fn output(&self, session: SessionId) -> Output {
        let world = &mut self.core().floor.world;
        Output {
            bytes: ios::take_output(world, session),
            closed: ios::closed(world, session),
        }
    }

    /// Opens a session on a line of a device.
    pub(crate) fn open_session(&self, line: Line) -> Result<SessionId, LabError> {
        match self.happen(Input::Open(line))? {
            Outcome::Opened(session) => Ok(session),
            _ => Err(LabError::Refused("the line gave no session".to_owned())),
        }
    }

    /// Hears of every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.start_ticking();
        self.shared.changed.subscribe()
    }

    /// The floor as it is now, caught up with the clock.
    pub(crate) fn core(&self) -> MutexGuard<'_, Core> {
        let mut core = self
            .shared
            .core
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if core.catch_up() {
            self.tell();
        }
        core
    }

    fn keep(&self, core: &mut Core) -> Result<(), LabError> {
        let Core { floor, store, .. } = core;
        match store {
            Some(store) => store.save(self.shared.seed, floor.clone()),
            None => Ok(()),
        }
    }

    fn tell(&self) {
        self.shared.changed.send_modify(|count| *count += 1);
    }
}

impl Core {
    fn now(&self) -> Millis {
        // An event may have taken the world's clock past a scaled one by a rounding error.
        self.pace.now().max(self.floor.world.now())
    }

    /// Lets what is due happen; `true` if something was.
    fn catch_up(&mut self) -> bool {
        let at = self.now();
        let due = self.floor.world.next_event().is_some_and(|next| next <= at);
        if due && let Some(store) = &mut self.store {
            // A log that can't be written fails the next input, which is where it matters.
            let _ = store.append(&Entry {
                at,
                input: Input::Wait,
            });
        }
        self.floor.world.advance_to(at);
        due
    }
}

/// The time of day at `at`.
fn timestamp(at: Millis) -> Timestamp {
    let since = SignedDuration::from_millis(i64::try_from(at).unwrap_or(i64::MAX));
    let epoch = EPOCH.parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH);
    epoch.saturating_add(since).unwrap_or(Timestamp::MAX)
}
