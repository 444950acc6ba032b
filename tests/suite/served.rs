//! A lab on loopback, served by the program itself.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::desk::Desk;

/// `runsheet lab up`, until it is dropped.
pub(crate) struct Served {
    process: Child,
    /// What it said when it was up.
    pub(crate) said: String,
}

impl Served {
    /// Serves the lab in the desk's folder. Its inventory is the desk's `inventory.yaml`.
    pub(crate) fn start(desk: &Desk) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_runsheet"))
            .args(["lab", "up"])
            .current_dir(desk.path(""))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the lab starts");
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut said = String::new();
        while !said.contains("inventory: ") {
            let read = lines.read_line(&mut said).expect("the lab speaks");
            assert!(read > 0, "the lab ended after: {said}");
        }
        desk.file("inventory.yaml", desk.read(".runsheet/lab/inventory.yaml"));
        Self { process, said }
    }

    /// The port of the first switch's console.
    pub(crate) fn console(&self) -> u16 {
        let line = self.said.lines().find(|line| line.contains(":7001 is at"));
        let port = line.and_then(|line| line.rsplit(':').next());
        port.and_then(|port| port.parse().ok())
            .expect("the first console has a port")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // What is kept of the lab is kept before each answer, so nothing is lost.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
