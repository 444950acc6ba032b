use serde::{Deserialize, Serialize};

use super::differences::commands;
use super::{copies, timer};
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::configure::{self, Reading};
use crate::lab::ios::grammar::Refusal;
use crate::lab::ios::question::Question;
use crate::lab::ios::{files, running_text};
use crate::lab::world::World;
use crate::lab::world::switch::{ChassisId, VtpMode};

/// `configure replace FILE` with what is said behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::lab::ios) struct Replacement {
    file: String,
    /// `list`: show the commands.
    list: bool,
    /// `force`: don't ask.
    force: bool,
    /// `time N`: take it back unless it is confirmed.
    minutes: Option<u64>,
    /// `revert trigger error`: all or nothing.
    all_or_nothing: bool,
}

impl Replacement {
    /// Reads what is said behind the file's name.
    ///
    /// # Errors
    /// The word that is no option.
    fn parse(file: String, options: &str) -> Result<Self, String> {
        let mut this = Self {
            file,
            ..Self::default()
        };
        let mut words = options.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                "list" => this.list = true,
                "force" => this.force = true,
                "nolock" | "ignorecase" => {}
                "time" | "timer" => {
                    let minutes = words.next().unwrap_or_default();
                    let fits = minutes.parse().ok().filter(|n| (1..=120).contains(n));
                    this.minutes = Some(fits.ok_or(minutes.to_owned())?);
                }
                "revert" => {
                    for expected in ["trigger", "error"] {
                        let word = words.next().unwrap_or_default();
                        if word != expected {
                            return Err(word.to_owned());
                        }
                    }
                    this.all_or_nothing = true;
                }
                other => return Err(other.to_owned()),
            }
        }
        Ok(this)
    }
}

/// `configure replace FILE …`.
pub(in crate::lab::ios) fn replace_asked(call: &mut Call<'_>) -> Flow {
    let options = call.text(1);
    match Replacement::parse(call.text(0), &options) {
        Ok(replacement) if replacement.force => replace(call, &replacement),
        Ok(replacement) => Flow::Ask(Question::Replace(replacement)),
        Err(word) if word.is_empty() => call.refuse(&Refusal::Incomplete),
        Err(word) => {
            let at = call.line.rfind(&word).unwrap_or_default();
            call.refuse(&Refusal::Invalid(at))
        }
    }
}

/// Once it was asked.
pub(in crate::lab::ios) fn replace(call: &mut Call<'_>, how: &Replacement) -> Flow {
    let Some(text) = files::text(call, &how.file) else {
        call.say(format!(
            "%Error opening {} (No such file or directory)",
            how.file
        ));
        return Flow::Done;
    };
    if !is_configuration(&text) {
        call.say("%The input file is not a valid config file.");
        return Flow::Done;
    }
    if how.minutes.is_some() && !timer::set(call, how.minutes, None) {
        return Flow::Done;
    }
    let owner = call.owner.clone();
    let reading = configure::read(call.world, &owner, &text);
    if how.all_or_nothing
        && let Some(refused) = reading.refused.first()
    {
        let kept = copies::keep(call.world, &owner).unwrap_or_default();
        call.say(format!(
            "Failed to apply command {refused}\nAborting Rollback.\n\n\
             Rollback failed.Reverting back to the original configuration: {kept}\n\
             Total number of passes: 1\nRollback Done\n"
        ));
        return Flow::Done;
    }
    let refused: String = reading
        .refused
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    let done = roll_to(call.world, &owner, reading, &text);
    super::touch(call);
    if !refused.is_empty() {
        call.say(format!(
            "The rollback configlet from the last pass is listed below:\n********\n\
             !List of Rollback Commands:\n{refused}end\n********\n\n\n\
             Rollback aborted after 5 passes\n\
             The following commands are failed to apply to the IOS image.\n\
             ********\n{refused}********\n"
        ));
    } else if how.list {
        call.say(done.in_full());
    } else {
        call.say(done.in_short());
    }
    Flow::Done
}

/// Whether a text can be a whole configuration: it names its version, and it ends with `end`.
fn is_configuration(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let is_content = |line: &&str| !line.is_empty() && !line.starts_with('!');
    lines.clone().any(|line| line.starts_with("version ")) && lines.rfind(is_content) == Some("end")
}

/// What a switch did to get to another configuration.
pub(super) struct Done {
    commands: String,
}

impl Done {
    fn passes(&self) -> u8 {
        u8::from(!self.commands.is_empty())
    }

    fn in_short(&self) -> String {
        format!("Total number of passes: {}\nRollback Done\n", self.passes())
    }

    /// With the commands.
    pub(super) fn in_full(&self) -> String {
        let pass = if self.commands.is_empty() {
            String::new()
        } else {
            format!(
                "!Pass 1\n!List of Rollback Commands:\n{}end\n\n",
                self.commands
            )
        };
        format!("{pass}\n{}", self.in_short())
    }
}

/// Replaces a switch's configuration with what was read from a text.
pub(super) fn roll_to(world: &mut World, owner: &ChassisId, to: Reading, text: &str) -> Done {
    let before = world.state.chassis.get(owner).map(running_text);
    let commands = commands(&before.unwrap_or_default(), text);
    if to.config.vtp_mode != VtpMode::Server {
        // Then VLANs are part of the configuration.
        world.configure_chassis(owner, |chassis| chassis.vlans = to.vlans);
    }
    world.replace_config(owner, to.config);
    world.syslog(owner, "%SYS-5-CONFIG_R: Config Replace is Done ");
    Done { commands }
}
