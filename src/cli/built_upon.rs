use super::Exit;
use super::args::Common;
use super::standing::Standing;
use crate::event::Place;
use crate::text::wording::list;

/// What later runs built on can't be pulled from under them. Of two runs that went on by turns each
/// may have built on the other: then a person must know better, and gives `leave` to go on. What
/// is to be said of that is given.
pub(super) fn built_upon(
    common: &Common,
    standing: &[Standing],
    id: &str,
    places: &[Place],
    leave: Option<&str>,
) -> Result<Vec<String>, Exit> {
    let Some(older) = standing.iter().find(|run| run.id == id) else {
        return Ok(Vec::new());
    };
    // They are in the order in which they last sent something: what was done last is named first.
    let later = standing.iter().rev();
    let mut mutual = Vec::new();
    for other in later.filter(|run| run.may_build_on(older, places)) {
        match Tie::between(older, other) {
            Tie::Mutual => mutual.push(other.id.as_str()),
            tie => {
                tie.complain(common, id, &other.id);
                return Err(Exit::Stuck);
            }
        }
    }
    if mutual.is_empty() {
        return Ok(Vec::new());
    }
    let Some(by) = leave else {
        let all: Vec<&str> = [id].into_iter().chain(mutual.iter().copied()).collect();
        let other = match mutual.len() {
            1 => "other",
            _ => "others",
        };
        complain!(
            "error: runs {} went on by turns, so each may have built on the {other}\n\
             help: if you know that {} did not build on {id}: {}",
            list(&all, "and"),
            list(&mutual, "and"),
            common.call(&format!("undo {id} --yes"))
        );
        return Err(Exit::Stuck);
    };
    let said = |other: &str| {
        format!(
            "run {other} may have built on what was taken back, and run {id} on what {other} did; \
             {by} said to go on"
        )
    };
    Ok(mutual.into_iter().map(said).collect())
}

/// What is known of a run and a later one that may have built on it.
enum Tie {
    /// Nobody knows what the later one did.
    Damaged,
    /// The later one built on the other, and not the other way round.
    OneWay,
    /// They went on by turns, and from this step on all that one of them did came last.
    ByTurns { run: String, to: Place },
    /// They went on by turns, and nobody knows which built on which.
    Mutual,
}

impl Tie {
    fn between(older: &Standing, later: &Standing) -> Self {
        let since = |run: &Standing, other: &Standing| {
            let (run, to) = (run.id.clone(), run.since(other)?.clone());
            Some(Self::ByTurns { run, to })
        };
        if later.is_damaged() {
            Self::Damaged
        } else if !older.may_build_on(later, &later.places) {
            Self::OneWay
        } else {
            let newest = since(older, later).or_else(|| since(later, older));
            newest.unwrap_or(Self::Mutual)
        }
    }

    /// Says why a run can't be taken back, and what can be done.
    fn complain(&self, common: &Common, id: &str, other: &str) {
        match self {
            Self::Damaged => complain!(
                "error: the journal of run {other} is damaged: nobody knows whether it built on \
                 what {id} did\nnothing was sent\n\
                 help: put it back; or, if you know that it did not, move its folder elsewhere"
            ),
            Self::OneWay => complain!(
                "error: run {other} built on what {id} did\n\
                 help: take it back first: {}",
                common.call(&format!("undo {other}"))
            ),
            Self::ByTurns { run, to } => complain!(
                "error: runs {id} and {other} went on by turns, and built on each other\n\
                 help: take back first what was done last: {}",
                common.call(&format!("undo {run} --to {}#{}", to.runbook, to.step))
            ),
            Self::Mutual => {}
        }
    }
}
