use std::path::Path;
use std::process::{Command, Stdio};

use super::collector::Collector;

/// Debian's browser. Another one can be named by `CHROMIUM`.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Whether to run; says so if not.
pub(crate) fn wanted() -> bool {
    let wanted = std::env::var_os("RUNSHEET_INTEROP").is_some_and(|value| value == "1");
    if !wanted {
        eprintln!("left out: set RUNSHEET_INTEROP=1 to test with {CHROMIUM}");
    }
    wanted
}

/// Loads a page whose every request, whatever its host, goes to the collector, and gives the
/// document as the browser has it in the end.
pub(crate) fn load(address: &str, collector: &Collector) -> String {
    let program = std::env::var("CHROMIUM").unwrap_or_else(|_| CHROMIUM.to_owned());
    assert!(
        Path::new(&program).exists(),
        "there is no {program}: install the package chromium"
    );
    let profile = tempfile::tempdir().expect("a folder for the browser");
    let output = Command::new(&program)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--proxy-bypass-list=<-loopback>",
            // Timers and delayed loads are over before the document is read.
            "--virtual-time-budget=3000",
            "--dump-dom",
        ])
        .arg(format!("--proxy-server={}", collector.address()))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(address)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "the browser: {}", output.status);
    String::from_utf8(output.stdout).expect("a document is UTF-8")
}
