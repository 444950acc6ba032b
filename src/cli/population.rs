use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Exit;
use super::args::{Common, PopulationArgs};
use super::durable;
use super::runs;
use super::seal::{runtime, signer};
use crate::record::{POPULATION, Population, RunLine, signature_of};
use crate::text::wording::{count, list, quoted};

pub(crate) fn population(common: &Common, args: &PopulationArgs) -> Exit {
    match execute(common, args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn execute(common: &Common, args: &PopulationArgs) -> Result<Exit, Exit> {
    if args.key.is_none() && !args.unsigned {
        complain!(
            "error: the list needs a key to be signed with\n\
             help: name one with --key FILE, or say --unsigned"
        );
        return Err(Exit::Usage);
    }
    if args.key.is_some() && args.output.is_none() {
        complain!(
            "error: a signed list needs a file, which its signature lies beside\n\
             help: name one with --output FILE; with --unsigned the list is printed"
        );
        return Err(Exit::Usage);
    }
    if args.to < args.from {
        complain!(
            "error: no run began from {} to {}: the end is before the beginning",
            args.from,
            args.to
        );
        return Err(Exit::Usage);
    }
    runs::state_is_there(common)?;
    let to = args.to.tomorrow().map_err(|_| out_of_range())?;
    let population = Population::of(common.state(), midnight(args.from)?, midnight(to)?);
    let population = population.map_err(|error| {
        complain!(
            "error: failed to list {}: {error}",
            common.state().join("runs")
        );
        Exit::Stuck
    })?;
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        complain!("error: failed to {what}: {error}");
        Exit::Failed
    };
    let json = population
        .to_json()
        .map_err(|error| failed("write the list", &error))?;
    match &args.output {
        None => show!("{}", String::from_utf8_lossy(&json)),
        Some(path) => {
            if let Some(key) = &args.key {
                let signature = runtime()?
                    .block_on(signer(key)?.sign(POPULATION, &json))
                    .map_err(|error| failed("sign the list", &error))?;
                durable::write(&signature_of(path), signature.as_bytes())
                    .map_err(|error| failed("write the signature", &error))?;
            }
            durable::write(path, &json).map_err(|error| failed("write the list", &error))?;
            say!("{} in {path}", count(population.runs.len(), "run"));
        }
    }
    for run in &population.clock_set_back {
        complain!(
            "warning: by its own time run `{run}` began before one that was there already: the clock \
             was set back, and it need not be of the period that it seems to be of"
        );
    }
    let damaged = population.runs.iter().filter(|run| run.is_damaged());
    let damaged: Vec<&RunLine> = damaged.collect();
    for run in &damaged {
        complain!(
            "error: what run `{}` did is not known: {}",
            run.id,
            run.summary
        );
    }
    let missing = quoted(population.missing.iter().map(String::as_str));
    if !missing.is_empty() {
        complain!(
            "error: {} {} there when a later run began, and not any more, or not the same",
            list(&missing, "and"),
            if missing.len() == 1 { "was" } else { "were" }
        );
    }
    match damaged.is_empty() && missing.is_empty() {
        true => Ok(Exit::Done),
        false => Err(Exit::Forged),
    }
}

/// Days are UTC's, wherever the list is made.
fn midnight(day: Date) -> Result<Timestamp, Exit> {
    day.to_zoned(TimeZone::UTC)
        .map(|time| time.timestamp())
        .map_err(|_| out_of_range())
}

fn out_of_range() -> Exit {
    complain!("error: the day is too far away");
    Exit::Usage
}
