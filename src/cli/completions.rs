use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Exit;
use super::args::Cli;
use super::say::out;

pub(crate) fn completions(shell: Shell) -> Exit {
    // It panics if it can't write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "runsheet", &mut script);
    let _ = out().write_all(&script);
    Exit::Done
}

pub(crate) fn man() -> Exit {
    let mut page = Vec::new();
    match clap_mangen::Man::new(Cli::command()).render(&mut page) {
        Ok(()) => {
            let _ = out().write_all(&page);
            Exit::Done
        }
        Err(error) => {
            complain!("error: failed to make the manual page: {error}");
            Exit::Failed
        }
    }
}
