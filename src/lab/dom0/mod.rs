//! The command line of a host that XenServer is installed on, over the world: a line in, what it
//! prints out.
//!
//! What a shell knows here is small: words, quotes, `;`, `&&` and newlines. What it does not know
//! it refuses before anything is run.

mod ip;
mod ping;
mod programs;
mod script;
#[cfg(test)]
mod tests;

use super::world::World;

/// What a command line came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
    /// Its exit status.
    pub status: u32,
}

/// Whether a host lets this user in.
pub fn check_login(world: &World, server: &str, user: &str, password: &str) -> bool {
    let server = world.state.servers.get(server);
    let system = server.and_then(|server| server.system());
    system.is_some_and(|system| user == "root" && password == system.password)
}

/// Runs a line as the login shell of `root`.
pub fn run(world: &mut World, server: &str, line: &str) -> Ran {
    let mut ran = Ran::default();
    match script::parse(line) {
        Ok(script) => programs::run_all(world, server, &script, &mut ran),
        Err(reason) => {
            ran.stderr = format!("sh: -c: line 0: {reason}\n");
            ran.status = 2;
        }
    }
    ran
}
