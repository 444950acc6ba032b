use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::Timestamp;
use jiff::civil::Date;

use super::change_args::{ChangeArgs, PermissionArgs};
use super::day::{day, moment};
use super::lab::LabArgs;
use super::timestamp::Authority;
use crate::runbook::OnFailure;

/// The variable that names an inventory where no option does.
pub(super) const INVENTORY_VARIABLE: &str = "RUNSHEET_INVENTORY";

/// Literate runbooks with verifiable steps.
///
/// A runbook is a Markdown file whose annotated fences run step by step, with checks, undo and
/// a record. Without an inventory they run in the embedded lab.
#[derive(Debug, Parser)]
#[command(
    name = "runsheet",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What all verbs take.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Targets, groups and where their secrets are. Without one: the embedded lab.
    #[arg(
        long,
        short = 'i',
        global = true,
        value_name = "FILE",
        env = INVENTORY_VARIABLE
    )]
    pub(crate) inventory: Option<Utf8PathBuf>,
    /// Where runs and the lab's world are kept [default: .runsheet].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) state: Option<Utf8PathBuf>,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// What the lab's random choices follow from, when it is new.
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

impl Common {
    /// The state folder: the one that was named, or the usual one.
    pub(crate) fn state(&self) -> &Utf8Path {
        let named = self.state.as_deref();
        named.unwrap_or(Utf8Path::new(".runsheet"))
    }

    /// The id of a run that is named by it, or by its folder as a run prints it and shells complete it.
    pub(crate) fn run_id<'r>(&self, named: &'r str) -> &'r str {
        let folder = Utf8Path::new(named);
        match folder.file_name() {
            Some(id) if folder.parent() == Some(&self.state().join("runs")) => id,
            _ => named.trim_end_matches('/'),
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Runs runbooks: looks, sends what is not done yet, checks, and backs out on failure.
    Run(RunArgs),
    /// Prints what would be sent to whom, in order, with undo.
    Plan(PlanArgs),
    /// Finds mistakes in runbooks without touching a target.
    Lint(LintArgs),
    /// Goes on with a run that was interrupted, killed, or stopped to ask.
    Resume(ResumeArgs),
    /// Takes back what a run did, newest step first, each undo checked.
    Undo(UndoArgs),
    /// Lists the runs, or prints one.
    Show(ShowArgs),
    /// Makes a run's record: sealed, signed, complete or not at all.
    Seal(SealArgs),
    /// Says whether a record is authentic, and what it says.
    Verify(VerifyArgs),
    /// Signs yes to a plan, as `runsheet plan` printed it.
    Approve(ApproveArgs),
    /// Lists all runs of a period, also those that failed or did not end, and signs the list.
    Population(PopulationArgs),
    /// Writes a report of a run: to read, to print, to paste, or for a build server.
    Report(ReportArgs),
    /// Shows, changes and serves the simulated data centre.
    Lab(LabArgs),
    /// Prints a completion script for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Prints the manual page.
    Man,
}

/// Which runbooks, and with which variables.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Runbook files or folders; `FILE#step` for one step, also several.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) paths: Vec<String>,
    /// Sets a variable.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) var: Vec<String>,
    /// Begins at this step.
    #[arg(long, value_name = "STEP")]
    pub(crate) from: Option<String>,
    /// Ends behind this step.
    #[arg(long, value_name = "STEP")]
    pub(crate) until: Option<String>,
    /// Only what is done on this target or group.
    #[arg(long, value_name = "TARGET")]
    pub(crate) limit: Vec<String>,
    /// Also runs what the runbooks need.
    #[arg(long)]
    pub(crate) needs: bool,
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// What a failed step leads to, whatever the runbooks say.
    #[arg(long, value_name = "POLICY")]
    pub(crate) on_failure: Option<Policy>,
    /// Prints every event as a JSON line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Never asks, even on a terminal.
    #[arg(long)]
    pub(crate) unattended: bool,
    #[command(flatten)]
    pub(crate) signing: Signing,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

/// With which key records are signed.
#[derive(Debug, Args)]
pub(crate) struct Signing {
    /// Signs with this SSH key; a public key or certificate if the agent has the private one.
    #[arg(long, value_name = "FILE", env = "RUNSHEET_KEY")]
    pub(crate) key: Option<Utf8PathBuf>,
    /// What auditors call the key's owner; without it, the key's comment.
    #[arg(long, value_name = "NAME", env = "RUNSHEET_IDENTITY")]
    pub(crate) identity: Option<String>,
    /// Has a time-stamping authority (RFC 3161, `http://…`) say when the record was signed.
    #[arg(long, value_name = "URL", env = "RUNSHEET_TIMESTAMP", requires = "key")]
    pub(crate) timestamp: Option<Authority>,
}

/// What a failed step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Backs out the runbook's steps, newest first.
    Undo,
    /// Leaves everything as it is.
    Stop,
    /// Asks.
    Ask,
}

impl From<Policy> for OnFailure {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Undo => Self::Undo,
            Policy::Stop => Self::Stop,
            Policy::Ask => Self::Ask,
        }
    }
}

/// `plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// What a failed step leads to, whatever the runbooks say.
    #[arg(long, value_name = "POLICY")]
    pub(crate) on_failure: Option<Policy>,
    /// Evaluates the checks, read-only, and says what is already done.
    #[arg(long)]
    pub(crate) check: bool,
}

/// `lint`.
#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// Runbook files or folders.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) paths: Vec<Utf8PathBuf>,
}

/// `resume`.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The run; without one, the last that can go on.
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Goes on with runbooks or an inventory that were edited since the run began. Variables keep
    /// the values that they had.
    #[arg(long)]
    pub(crate) accept_edit: bool,
    /// What a failed step leads to, whatever the runbooks say.
    #[arg(long, value_name = "POLICY")]
    pub(crate) on_failure: Option<Policy>,
    /// Prints every event as a JSON line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Never asks, even on a terminal.
    #[arg(long)]
    pub(crate) unattended: bool,
    #[command(flatten)]
    pub(crate) signing: Signing,
    #[command(flatten)]
    pub(crate) permission: PermissionArgs,
}

/// `undo`.
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    /// The run; without one, the last.
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// The oldest step to take back; `RUNBOOK#STEP` where several have one of that name.
    #[arg(long, value_name = "STEP")]
    pub(crate) to: Option<String>,
    /// Takes back also what is no longer as the run left it, with an inventory that was edited
    /// since, and leaves what can't be taken back.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Prints every event as a JSON line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Never asks, even on a terminal.
    #[arg(long)]
    pub(crate) unattended: bool,
    #[command(flatten)]
    pub(crate) signing: Signing,
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
}

/// `seal`.
#[derive(Debug, Args)]
pub(crate) struct SealArgs {
    /// The run; without one, the last.
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) signing: Signing,
    /// Seals without a signature: nobody can tell later who did.
    #[arg(long, conflicts_with = "key")]
    pub(crate) unsigned: bool,
}

/// `verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The record's folder, or the run's name, whose record lies in the state folder.
    #[arg(value_name = "RECORD")]
    pub(crate) record: Utf8PathBuf,
    /// Whose keys are trusted, in the form that `ssh-keygen` takes.
    #[arg(long, value_name = "FILE", env = "RUNSHEET_ALLOWED_SIGNERS")]
    pub(crate) allowed_signers: Option<Utf8PathBuf>,
    /// Judges keys as of this time, like 2026-12-01T18:00Z; without it, as of now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<Timestamp>,
}

/// `approve`.
#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// The plan: what `runsheet plan` printed, in a file.
    #[arg(value_name = "PLAN")]
    pub(crate) plan: Utf8PathBuf,
    /// Signs with this SSH key; a public key or certificate if the agent has the private one.
    #[arg(long, value_name = "FILE", env = "RUNSHEET_KEY")]
    pub(crate) key: Utf8PathBuf,
    /// Only for this change, by its number in another system.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) ticket: Option<String>,
    /// Only from this time on, like 2026-12-01T18:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) from: Option<Timestamp>,
    /// Only before this time, like 2026-12-01T18:00Z or 2026-12-01T19:00+01:00.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<Timestamp>,
}

/// `population`.
#[derive(Debug, Args)]
#[command(override_usage = "runsheet population --from <DAY> --to <DAY> \
    <--key <FILE> --output <FILE>|--unsigned> [OPTIONS]")]
pub(crate) struct PopulationArgs {
    /// Runs that began on this day or later, like 2026-12-01; days are UTC's.
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) from: Date,
    /// Runs that began on this day or earlier.
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) to: Date,
    /// Signs with this SSH key; a public key or certificate if the agent has the private one.
    #[arg(long, value_name = "FILE", env = "RUNSHEET_KEY")]
    pub(crate) key: Option<Utf8PathBuf>,
    /// Where to write it, its signature beside it. With --unsigned and without this it is printed.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Without a signature: nobody can tell later who made the list.
    #[arg(long, conflicts_with = "key")]
    pub(crate) unsigned: bool,
}

/// `show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The run; without one, all runs are listed.
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Prints every event as a JSON line.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run; without one, the last.
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// What kind of report.
    #[arg(long, short = 'f', value_name = "FORMAT", default_value = "html")]
    pub(crate) format: ReportFormat,
    /// For `cast`: whose recording, if the run had several targets.
    #[arg(long, value_name = "TARGET")]
    pub(crate) target: Option<String>,
    /// Where to write it, instead of standard output.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
}

/// A kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// One page without a script: to read, to print, to keep.
    Html,
    /// Markdown.
    Md,
    /// JUnit XML.
    Junit,
    /// A terminal recording of one target: asciicast v3.
    Cast,
    /// The same as asciicast v2, which more players know.
    CastV2,
    /// One page that plays the recordings of all targets, without a network.
    Player,
}
