use super::script::{self, Command};
use super::{Ran, ip, ping};
use crate::lab::world::xapi::PoolRole;
use crate::lab::world::{System, World};

/// Scripts that start scripts end here.
const DEEPEST: usize = 8;

/// What a program sees of where it runs.
pub(super) struct Call<'a> {
    pub(super) world: &'a mut World,
    pub(super) server: &'a str,
    pub(super) ran: &'a mut Ran,
}

impl Call<'_> {
    pub(super) fn say(&mut self, line: &str) {
        self.ran.stdout.push_str(line);
        self.ran.stdout.push('\n');
    }

    /// Complains; returns the status to end with.
    pub(super) fn complain(&mut self, line: &str, status: u32) -> u32 {
        self.ran.stderr.push_str(line);
        self.ran.stderr.push('\n');
        status
    }

    /// The system that the host runs.
    pub(super) fn system(&self) -> Option<&System> {
        self.world.state.servers.get(self.server)?.system()
    }
}

/// Runs commands one after the other; the status is that of the last one.
pub(super) fn run_all(world: &mut World, server: &str, script: &[Command], ran: &mut Ran) {
    let mut call = Call { world, server, ran };
    let status = run_script(&mut call, script, 0);
    ran.status = status;
}

fn run_script(call: &mut Call<'_>, script: &[Command], depth: usize) -> u32 {
    let mut status = 0;
    for command in script {
        if command.if_ok && status != 0 {
            continue;
        }
        let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
        status = match words.as_slice() {
            ["exec", words @ ..] if !words.is_empty() => return start(call, words, depth),
            ["exit"] => return status,
            ["exit", status] => return status.parse::<u8>().map_or(2, u32::from),
            words => start(call, words, depth),
        };
    }
    status
}

/// Starts a program; returns its exit status.
fn start(call: &mut Call<'_>, words: &[&str], depth: usize) -> u32 {
    match words {
        ["sh" | "bash", "-c", text] if depth < DEEPEST => match script::parse(text) {
            Ok(script) => run_script(call, &script, depth + 1),
            Err(reason) => call.complain(&format!("sh: -c: line 0: {reason}"), 2),
        },
        ["true"] => 0,
        ["false"] => 1,
        ["echo", words @ ..] => {
            call.say(&words.join(" "));
            0
        }
        ["hostname"] => {
            let name = call.system().map(|system| system.hostname.clone());
            call.say(&name.unwrap_or_default());
            0
        }
        ["cat", paths @ ..] if !paths.is_empty() => {
            paths.iter().map(|path| cat(call, path)).max().unwrap_or(0)
        }
        ["ip", words @ ..] => ip::run(call, words),
        ["ping", words @ ..] => ping::run(call, words),
        [name, ..] => call.complain(&format!("sh: {name}: command not found"), 127),
        [] => 0,
    }
}

fn cat(call: &mut Call<'_>, path: &str) -> u32 {
    let Some(system) = call.system() else {
        return 1;
    };
    let text = match path {
        "/etc/hostname" => format!("{}\n", system.hostname),
        "/etc/resolv.conf" => {
            let servers = system.name_servers.iter();
            servers.map(|ip| format!("nameserver {ip}\n")).collect()
        }
        "/etc/ntp.conf" => {
            let servers = system.time_servers.iter();
            servers.map(|name| format!("server {name}\n")).collect()
        }
        "/etc/xensource/pool.conf" => match system.role {
            PoolRole::Master => "master".to_owned(),
            PoolRole::Member(master) => format!("slave:{master}"),
        },
        "/etc/sysconfig/clock" => format!("ZONE={}\nUTC=true\nARC=false\n", system.timezone),
        "/etc/vconsole.conf" => format!("KEYMAP=\"{}\"\n", system.keymap),
        _ => return call.complain(&format!("cat: {path}: No such file or directory"), 1),
    };
    call.ran.stdout.push_str(&text);
    0
}
