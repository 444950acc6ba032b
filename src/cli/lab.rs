use camino::Utf8Path;
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;

use super::Exit;
use crate::lab::control::{self, Order};
use crate::lab::world::Stage;
use crate::lab::{Fault, Lab, LabError};
use crate::wire::Clock;

/// `runsheet lab`: the simulated data centre.
#[derive(Debug, Args)]
pub(crate) struct LabArgs {
    #[command(subcommand)]
    verb: Verb,
}

impl LabArgs {
    /// Whether nothing is done but to tell.
    pub(crate) fn only_tell(&self) -> bool {
        matches!(self.verb, Verb::Show | Verb::Diff)
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve the lab on loopback TCP for other programs, until interrupted
    Up {
        /// How many times as fast as real time the lab's time runs
        #[arg(long, default_value_t = 1.0, value_parser = speed)]
        speed: f64,
        /// The first port to listen on; any free ones if 0
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Show what stands on the floor
    Show,
    /// Show what is different from the first morning
    Diff,
    /// Start again with a fresh floor
    Reset {
        /// What it begins with: `unpacked`, or `installed`
        #[arg(long, value_name = "STAGE", default_value = "unpacked")]
        stage: Stage,
    },
    /// Set a fault: `silence stack after 120`, `reset stack after 120 shown`,
    /// `power-cycle sw1 on stack`, `restart xen1 on xen1-cimc`, `slow stack 300ms`,
    /// `password stack`
    #[command(verbatim_doc_comment)]
    Break {
        /// The fault's words
        #[arg(required = true)]
        fault: Vec<String>,
    },
    /// Take the faults on a target away, or all of them
    Mend {
        /// The target
        target: Option<String>,
    },
    /// Let the lab's time run
    Wait {
        /// How long: `90s`, `10m`
        #[arg(value_parser = duration)]
        duration: SignedDuration,
    },
    /// Let the lab's time run up to the next thing that happens by itself
    Step,
    /// Have the technician do something: `plug sw1:stack1 sw2:stack2`, `power-off sw2`
    Technician {
        /// The orders
        #[arg(required = true)]
        orders: Vec<String>,
    },
}

/// Runs a verb of `runsheet lab` on the lab kept in `dir`. One that isn't there yet is made from
/// `seed`.
pub(crate) fn lab(args: LabArgs, dir: &Utf8Path, seed: u64) -> Exit {
    match obey(args, dir, seed) {
        Ok(mut said) => {
            if !said.is_empty() && !said.ends_with('\n') {
                said.push('\n');
            }
            show!("{said}");
            Exit::Done
        }
        Err(error) => {
            complain!("error: {error}");
            if let Some(help) = error.help() {
                complain!("help: {help}");
            }
            match error {
                LabError::Refused(_) => Exit::Failed,
                _ => Exit::Usage,
            }
        }
    }
}

fn obey(args: LabArgs, dir: &Utf8Path, seed: u64) -> Result<String, LabError> {
    let order = match args.verb {
        Verb::Up { speed, port } => return up(dir, seed, port, speed),
        Verb::Show => Order::Show,
        Verb::Diff => Order::Diff,
        Verb::Reset { stage } => Order::Reset { stage },
        Verb::Break { fault } => Order::Break {
            fault: fault
                .join(" ")
                .parse::<Fault>()
                .map_err(LabError::Refused)?,
        },
        Verb::Mend { target } => Order::Mend { target },
        Verb::Wait { duration } => {
            let ms = u64::try_from(duration.as_millis())
                .map_err(|_| LabError::Refused("time doesn't run backwards".to_owned()))?;
            Order::Wait { ms }
        }
        Verb::Step => Order::Step,
        Verb::Technician { orders } => Order::Technician {
            orders: orders.join(" "),
        },
    };
    if let Some(said) = control::send(dir, &order)? {
        return Ok(said);
    }
    if let Order::Reset { stage } = order {
        // Also where the files are what is broken.
        return Lab::renew(dir, stage, seed).map(|()| String::new());
    }
    // In virtual time, so that a look doesn't make the world any older.
    runtime(true)?.block_on(async {
        let lab = open(dir, seed, Clock::paused)?;
        let said = lab.obey(&order)?;
        lab.close()?;
        Ok(said)
    })
}

fn open(
    dir: &Utf8Path,
    seed: u64,
    clock: impl FnOnce(Timestamp) -> Clock,
) -> Result<Lab, LabError> {
    let lab = Lab::open(dir, seed, clock)?;
    if let Some(remark) = lab.remark() {
        complain!("warning: {remark}");
    }
    Ok(lab)
}

fn runtime(paused: bool) -> Result<Runtime, LabError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(paused)
        .build()
        .map_err(|error| LabError::Refused(format!("the lab can't be started: {error}")))
}

fn up(dir: &Utf8Path, seed: u64, port: u16, speed: f64) -> Result<String, LabError> {
    runtime(false)?.block_on(async {
        let lab = open(dir, seed, |_| Clock::real())?;
        let mut served = lab.serve(port, speed).await?;
        for (place, port) in served.ports() {
            say!("{place} is at {port}");
        }
        say!("inventory: {}", dir.join("inventory.yaml"));
        tokio::select! {
            biased;
            () = interrupted() => {}
            () = served.forever() => {}
        }
        drop(served);
        lab.close()?;
        Ok(String::new())
    })
}

/// Waits for Ctrl-C or a polite kill.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}

fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration: Option<SignedDuration> = text.parse().ok();
    duration.ok_or_else(|| "write it as `90s`, `10m` or `1h 30m`".to_owned())
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed > 0.0 && speed <= 10_000.0 => Ok(speed),
        _ => Err("a speed is a number above 0, up to 10000".to_owned()),
    }
}
