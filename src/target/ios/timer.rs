//! The switch's own safety net: a change it takes back unless somebody confirms it.

use std::time::Duration;

use super::dialogue::{Dialogue, Trouble};
use crate::target::{DeviceError, Failure, FailureKind};

/// The longest timer that IOS takes, in minutes.
const LONGEST: u64 = 120;
const NONE_PENDING: &str = "No Rollback Confirmed Change pending";

/// A timer in the whole minutes that IOS counts in.
///
/// # Errors
///
/// IOS has no such timer.
pub(super) fn minutes(timer: Duration) -> Result<u64, Failure> {
    let minutes = timer.as_millis().div_ceil(60_000).max(1);
    match u64::try_from(minutes) {
        Ok(minutes) if minutes <= LONGEST => Ok(minutes),
        _ => Err(Failure::not_sent(
            FailureKind::Local,
            format!("set a revert timer of {minutes} minutes: IOS takes up to {LONGEST}"),
        )),
    }
}

/// The line that enters configuration mode.
pub(super) fn enter(minutes: Option<u64>) -> String {
    match minutes {
        Some(minutes) => format!("configure terminal revert timer {minutes}"),
        None => "configure terminal".to_owned(),
    }
}

/// Whether a change waits to be confirmed, and the switch's words.
pub(super) async fn is_pending(dialogue: &mut Dialogue) -> Result<(bool, String), Trouble> {
    let status = dialogue.ask("show archive config rollback timer").await?;
    let has_archive =
        !status.contains("rchive feature not enabled") && !status.contains("onfig archive on");
    let is_pending = has_archive && !status.contains(NONE_PENDING) && !status.contains("% Invalid");
    Ok((is_pending, status))
}

/// Keeps the change. The reply says no if there was nothing left to keep.
pub(super) async fn confirm(
    dialogue: &mut Dialogue,
    output: &mut String,
) -> Result<Option<DeviceError>, Trouble> {
    let said = dialogue.ask("configure confirm").await?;
    *output += &said;
    if said.contains(NONE_PENDING) {
        return Ok(Some(DeviceError {
            message: said.trim().to_owned(),
            line: None,
            column: None,
            help: Some(
                "the timer ran out and the switch took the change back; use a longer `revert=`"
                    .to_owned(),
            ),
        }));
    }
    still_pending(dialogue, output).await
}

/// Takes the change back now, if one waits.
pub(super) async fn revert(
    dialogue: &mut Dialogue,
    output: &mut String,
) -> Result<Option<DeviceError>, Trouble> {
    let (pending, status) = is_pending(dialogue).await?;
    *output += &status;
    if !pending {
        return Ok(None);
    }
    *output += &dialogue.ask("configure revert now").await?;
    still_pending(dialogue, output).await
}

async fn still_pending(
    dialogue: &mut Dialogue,
    output: &mut String,
) -> Result<Option<DeviceError>, Trouble> {
    let (pending, status) = is_pending(dialogue).await?;
    *output += &status;
    Ok(pending.then(|| DeviceError {
        message: status.trim().to_owned(),
        line: None,
        column: None,
        help: Some(
            "the timer still runs: only the user who set it can confirm or revert".to_owned(),
        ),
    }))
}
