use super::Exit;
use super::args::Common;
use super::standing::Standing;
use crate::event::Place;

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
    // They are in the order in which they last sent something.
    let mut later = standing.iter().rev();
    let Some(last) = later.find(|run| run.may_build_on(older, places)) else {
        return Ok(Vec::new());
    };
    let other = &last.id;
    if last.is_damaged() {
        complain!(
            "error: the journal of run {other} is damaged: nobody knows whether it built on what \
             {id} did\nnothing was sent\n\
             help: put it back; or, if you know that it did not, move its folder elsewhere"
        );
        return Err(Exit::Stuck);
    }
    let is_mutual = older.may_build_on(last, &last.places);
    let since = |run: &Standing, other: &Standing| {
        let since = run.since(other)?;
        Some(format!(
            "undo {} --to {}#{}",
            run.id, since.runbook, since.step
        ))
    };
    let newest = since(older, last).or_else(|| since(last, older));
    match (newest, leave) {
        _ if !is_mutual => complain!(
            "error: run {other} built on what {id} did\n\
             help: take it back first: {}",
            common.call(&format!("undo {other}"))
        ),
        (Some(newest), _) => complain!(
            "error: runs {id} and {other} went on by turns, and built on each other\n\
             help: take back first what was done last: {}",
            common.call(&newest)
        ),
        (None, Some(by)) => {
            return Ok(vec![format!(
                "run {other} may have built on what was taken back, and run {id} on what {other} \
                 did; {by} said to go on"
            )]);
        }
        (None, None) => complain!(
            "error: runs {id} and {other} went on by turns, so each may have built on the other\n\
             help: if you know that {other} did not build on {id}: {}",
            common.call(&format!("undo {id} --yes"))
        ),
    }
    Err(Exit::Stuck)
}
