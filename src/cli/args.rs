use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::lab::LabArgs;

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
        env = "RUNSHEET_INVENTORY"
    )]
    pub(crate) inventory: Option<Utf8PathBuf>,
    /// Where runs and the lab's world are kept.
    #[arg(long, global = true, value_name = "DIR", default_value = ".runsheet")]
    pub(crate) state: Utf8PathBuf,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// What the lab's random choices follow from, when it is new.
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
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
    /// Takes back what a run did, newest step first, each undo checked.
    Undo(UndoArgs),
    /// Lists the runs, or prints one.
    Show(ShowArgs),
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
    /// Runbook files or folders; `FILE#step` for one step.
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
    /// Only these targets of groups.
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

/// `plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) which: Which,
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

/// `undo`.
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    /// The run; without one, the last.
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// The oldest step to take back.
    #[arg(long, value_name = "STEP")]
    pub(crate) to: Option<String>,
    /// Prints every event as a JSON line.
    #[arg(long)]
    pub(crate) json: bool,
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
