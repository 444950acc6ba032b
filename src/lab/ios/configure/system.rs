use super::edit;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};

/// The switch as a whole.
pub(super) const SYSTEM: Table = &[
    Command::new("hostname WORD", "This system's network name", |c| {
        let name = c.text(0);
        edit(c, |g| g.hostname = name)
    }),
    Command::new("no hostname", "", |c| {
        edit(c, |g| g.hostname = "Switch".to_owned())
    }),
    Command::new("no hostname WORD", "", |c| {
        edit(c, |g| g.hostname = "Switch".to_owned())
    }),
    Command::new("system mtu <1500-9198>", "MTU size in bytes", system_mtu),
    Command::new("no system mtu", "", |c| edit(c, |g| g.system_mtu = 1500)),
    Command::new("no system mtu <1500-9198>", "", |c| {
        edit(c, |g| g.system_mtu = 1500)
    }),
    Command::new("logging console", "Set console logging parameters", |c| {
        edit(c, |g| g.logging_console = true)
    }),
    Command::new("no logging console", "", |c| {
        edit(c, |g| g.logging_console = false)
    }),
    Command::new("version WORD", "", |_| Flow::Done),
    Command::new(
        "service LINE",
        "Modify use of network based services",
        |c| {
            let name = c.text(0);
            other(c, &format!("no service {name}"), None);
            other(c, &format!("service {name}"), Some(""))
        },
    ),
    Command::new("no service LINE", "", |c| {
        let name = c.text(0);
        other(c, &format!("service {name}"), None)
    }),
    Command::new("file prompt quiet", "", |c| {
        edit(c, |g| g.file_prompt_quiet = true)
    }),
    Command::new("no file prompt quiet", "", |c| {
        edit(c, |g| g.file_prompt_quiet = false)
    }),
    Command::new(
        "banner motd LINE",
        "c banner-text c, where 'c' is a delimiting character",
        |c| {
            let text = c.text(0);
            banner(c, &text)
        },
    ),
    Command::new("no banner motd", "", |c| edit(c, |g| g.banner_motd = None)),
    Command::new("switch <1-9> provision WORD", "model", |c| {
        let (n, model) = (c.number(0), c.text(1));
        edit(c, |g| g.provision(n, &model))
    }),
    Command::new("no switch <1-9> provision", "", unprovision),
];

/// Lines that are kept as written and mean nothing to the lab's physics.
pub(super) fn other(call: &mut Call<'_>, start: &str, value: Option<&str>) -> Flow {
    edit(call, |g| {
        g.other.retain(|line| !line.starts_with(start));
        if let Some(value) = value {
            g.other
                .push(format!("{start} {value}").trim_end().to_owned());
        }
    })
}

fn system_mtu(call: &mut Call<'_>) -> Flow {
    let mtu = call.number(0);
    call.say(format!(
        "Global Ethernet MTU is set to {mtu} bytes.\nNote: this is the Ethernet payload size, not the total\n\
         Ethernet frame size, which includes the Ethernet\nheader/trailer and possibly other tags, \
         such as ISL or\n802.1q tags."
    ));
    edit(call, |g| g.system_mtu = mtu)
}

fn banner(call: &mut Call<'_>, text: &str) -> Flow {
    let (delimiter, rest) = match text.strip_prefix("^C") {
        Some(rest) => ("^C", rest),
        None => text.split_at(text.chars().next().map_or(0, char::len_utf8)),
    };
    let body = rest.split(delimiter).next().unwrap_or_default().to_owned();
    edit(call, |g| g.banner_motd = Some(body))
}

fn unprovision(call: &mut Call<'_>) -> Flow {
    let number: u8 = call.number(0);
    if call
        .chassis()
        .is_some_and(|c| c.members.contains_key(&number))
    {
        call.say(format!(
            "%Switch {number} is present and can not be unprovisioned"
        ));
        return Flow::Done;
    }
    edit(call, |g| g.unprovision(number))
}
