use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Exit;
use super::args::Cli;

pub(crate) fn completions(shell: Shell) -> Exit {
    clap_complete::generate(shell, &mut Cli::command(), "runsheet", &mut io::stdout());
    Exit::Done
}

pub(crate) fn man() -> Exit {
    match clap_mangen::Man::new(Cli::command()).render(&mut io::stdout()) {
        Ok(()) => Exit::Done,
        Err(_) => Exit::Failed,
    }
}
