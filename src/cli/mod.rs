//! The command line: one file per verb, glue only.

#[macro_use]
mod say;

mod afterwards;
mod again;
mod all_runs;
mod approve;
mod args;
mod ask;
mod begun;
mod begun_steps;
mod built_upon;
mod call;
mod change;
mod change_args;
mod completions;
mod day;
mod desk;
mod device_locks;
mod documents;
mod drift;
mod durable;
mod edited_steps;
mod kept_variables;
mod lab;
mod lint;
mod load;
mod operator;
mod paths;
mod plan;
mod planned;
mod population;
mod report;
mod resumable;
mod resume;
mod run;
mod runs;
mod same_site;
mod seal;
mod secrets;
mod show;
mod shown_plan;
mod site;
mod standing;
mod timestamp;
mod undo;
mod undoing;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Verb};

use crate::redact;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// A step or check failed.
    Failed,
    /// Usage or lint.
    Usage,
    /// A person is needed, or the run can be resumed.
    Stuck,
    /// A record is not authentic.
    Forged,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Stuck => 3,
            Exit::Forged => 4,
        })
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    redact::quiet_panics();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked = !error.use_stderr();
            let printed = error.print();
            return match asked {
                true => {
                    let _ = say::noted(printed);
                    unless_lost(Exit::Done)
                }
                false => Exit::Usage,
            }
            .into();
        }
    };
    // Of the others something remains, whoever reads along.
    let is_product = match &cli.verb {
        Verb::Plan(_) | Verb::Lint(_) | Verb::Show(_) | Verb::Verify(_) => true,
        Verb::Report(_) | Verb::Completions { .. } | Verb::Man => true,
        Verb::Population(args) => args.output.is_none(),
        Verb::Lab(args) => args.only_tell(),
        _ => false,
    };
    let exit = match cli.verb {
        Verb::Run(args) => run::run(&cli.common, &args),
        Verb::Plan(args) => plan::plan(&cli.common, &args),
        Verb::Lint(args) => lint::lint(&cli.common, &args),
        Verb::Resume(args) => resume::resume(&cli.common, &args),
        Verb::Undo(args) => undo::undo(&cli.common, &args),
        Verb::Report(args) => report::report(&cli.common, &args),
        Verb::Show(args) => show::show(&cli.common, &args),
        Verb::Seal(args) => seal::seal(&cli.common, &args),
        Verb::Verify(args) => verify::verify(&cli.common, &args),
        Verb::Approve(args) => approve::approve(&cli.common, &args),
        Verb::Population(args) => population::population(&cli.common, &args),
        Verb::Lab(args) => lab::lab(args, &cli.common.state().join("lab"), cli.common.seed),
        Verb::Completions { shell } => completions::completions(shell),
        Verb::Man => completions::man(),
    };
    match is_product {
        true => unless_lost(exit),
        false => exit,
    }
    .into()
}

/// How a call ends whose words are all that it makes.
fn unless_lost(exit: Exit) -> Exit {
    let Some(reason) = say::lost() else {
        return exit;
    };
    complain!("error: not all of the output could be written: {reason}");
    match exit {
        Exit::Done => Exit::Failed,
        worse => worse,
    }
}
