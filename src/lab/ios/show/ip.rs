use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::InterfaceName;

/// `show ip interface brief`.
pub(in crate::lab::ios) fn ip_interface_brief(call: &mut Call<'_>) -> Flow {
    call.say("Interface              IP-Address      OK? Method Status                Protocol");
    let running = call.running();
    let mut names: Vec<InterfaceName> = running.interfaces.keys().copied().collect();
    names.sort_by_key(|name| match name {
        InterfaceName::Vlan(n) => (0, *n),
        InterfaceName::Management => (1, 0),
        InterfaceName::Gigabit(member, port) => (2, u16::from(*member) * 100 + u16::from(*port)),
        InterfaceName::Uplink(member, port) => {
            (2, u16::from(*member) * 100 + 50 + u16::from(*port))
        }
        InterfaceName::PortChannel(n) => (3, *n),
    });
    for name in names {
        let Some(config) = running.interfaces.get(&name) else {
            continue;
        };
        let (line, protocol) = super::interfaces::state(call, name);
        let line = if config.shutdown {
            "administratively down"
        } else {
            line
        };
        let (ip, method) = match config.ip {
            Some((ip, _)) => (ip.to_string(), "manual"),
            None => ("unassigned".to_owned(), "unset"),
        };
        let name = name.to_string();
        call.say(format!(
            "{name:<22} {ip:<15} YES {method:<6} {line:<21} {protocol:<8}"
        ));
    }
    Flow::Done
}

/// `show ip ssh`.
pub(in crate::lab::ios) fn ip_ssh(call: &mut Call<'_>) -> Flow {
    let two = call
        .running()
        .other
        .iter()
        .any(|line| line == "ip ssh version 2");
    let version = if two { "2.0" } else { "1.99" };
    match call.chassis().and_then(|c| c.rsa_key) {
        Some(bits) => {
            call.say(format!("SSH Enabled - version {version}"));
            call.say("Authentication methods:publickey,keyboard-interactive,password");
            call.say("Authentication timeout: 120 secs; Authentication retries: 3");
            call.say(format!(
                "Minimum expected Diffie Hellman key size : 1024 bits\nModulus Size : {bits} bits"
            ));
        }
        None => {
            call.say(format!("SSH Disabled - version {version}"));
            call.say("%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).");
            call.say("Authentication timeout: 120 secs; Authentication retries: 3");
        }
    }
    Flow::Done
}
