use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::Exit;
use super::args::Cli;

pub(crate) fn completions(shell: Shell) -> Exit {
    // It panics if it can't write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "runsheet", &mut script);
    let _ = io::stdout().write_all(&script);
    Exit::Done
}

pub(crate) fn man() -> Exit {
    match clap_mangen::Man::new(Cli::command()).render(&mut io::stdout()) {
        Ok(()) => Exit::Done,
        Err(_) => Exit::Failed,
    }
}
