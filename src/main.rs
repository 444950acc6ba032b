//! The command line's entry point.

fn main() -> std::process::ExitCode {
    runsheet::cli::main()
}
