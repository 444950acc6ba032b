use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::panic::{self, PanicHookInfo};

/// From now on a panic says where it struck, and not what it was about. Its own words show the
/// value that something failed on (a slice of a text, the result of a conversion), which may be a
/// secret that no redactor knows, in a form that none looks for.
///
/// A backtrace, where `RUST_BACKTRACE` asks for one, holds names and places of the program only.
pub fn quiet_panics() {
    panic::set_hook(Box::new(|panic| {
        // In one piece, so that two threads don't talk into each other. Nobody may be there to
        // read it, and a panic in here would say all that must not be said.
        let _ = io::stderr().write_all(told(panic).as_bytes());
    }));
}

/// Never looks at the payload.
fn told(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map(ToString::to_string);
    let mut told = format!(
        "error: the program broke at {}; why is not shown, as that may hold a secret\n\
         help: report that place; a run that was under way goes on with `runsheet resume`\n",
        place.as_deref().unwrap_or("a place that it does not know")
    );
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        let _ = write!(told, "{trace}");
    }
    told
}
