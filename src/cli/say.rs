//! Standard output. A reader that went away has seen enough: that is no error, and above all it
//! must not end a run.

/// Writes a line.
macro_rules! say {
    ($($words:tt)*) => {{
        let _ = std::io::Write::write_fmt(
            &mut std::io::stdout(),
            format_args!("{}\n", format_args!($($words)*)),
        );
    }};
}

/// Writes text that brings its own line ends.
macro_rules! show {
    ($($words:tt)*) => {{
        let _ = std::io::Write::write_fmt(&mut std::io::stdout(), format_args!($($words)*));
    }};
}
