//! Standard output and standard error. A reader that went away has seen enough, and a full disk
//! under a log must not end a run. A verb whose words are all that it makes asks in the end
//! whether they arrived.

use std::io::{self, ErrorKind, Stdout, Write};
use std::sync::OnceLock;

/// The first error of standard output that says that words were lost.
static LOST: OnceLock<String> = OnceLock::new();

/// Standard output, which notes what it could not write.
pub(crate) struct Out(Stdout);

pub(crate) fn out() -> Out {
    Out(io::stdout())
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        noted(self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        noted(self.0.flush())
    }
}

/// Why not all that was said arrived.
pub(crate) fn lost() -> Option<&'static str> {
    let _ = out().flush();
    LOST.get().map(String::as_str)
}

/// Notes an error of standard output, but for a reader that went away.
pub(crate) fn noted<T>(written: io::Result<T>) -> io::Result<T> {
    if let Err(error) = &written
        && !matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::Interrupted)
    {
        LOST.get_or_init(|| error.to_string());
    }
    written
}

/// Writes a line.
macro_rules! say {
    ($($words:tt)*) => {{
        let _ = std::io::Write::write_fmt(
            &mut $crate::cli::say::out(),
            format_args!("{}\n", format_args!($($words)*)),
        );
    }};
}

/// Writes text that brings its own line ends.
macro_rules! show {
    ($($words:tt)*) => {{
        let _ = std::io::Write::write_fmt(&mut $crate::cli::say::out(), format_args!($($words)*));
    }};
}

/// Writes a line to standard error.
macro_rules! complain {
    ($($words:tt)*) => {{
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!("{}\n", format_args!($($words)*)),
        );
    }};
}

/// Writes text that brings its own line ends to standard error.
macro_rules! tell {
    ($($words:tt)*) => {{
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!($($words)*));
    }};
}
