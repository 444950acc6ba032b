use std::net::Ipv4Addr;

use super::edit;
use super::system::other;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};

/// Names, routes and SSH.
pub(super) const IP: Table = &[
    Command::new("ip domain-name WORD", "Default domain name", |c| {
        let name = c.text(0);
        edit(c, |g| g.domain_name = Some(name))
    }),
    Command::new("ip domain name WORD", "Default domain name", |c| {
        let name = c.text(0);
        edit(c, |g| g.domain_name = Some(name))
    }),
    Command::new("no ip domain-name", "", |c| {
        edit(c, |g| g.domain_name = None)
    }),
    Command::new("no ip domain-name WORD", "", |c| {
        edit(c, |g| g.domain_name = None)
    }),
    Command::new("no ip domain name", "", |c| {
        edit(c, |g| g.domain_name = None)
    }),
    Command::new(
        "ip domain-lookup",
        "Enable IP Domain Name System hostname translation",
        |c| edit(c, |g| g.domain_lookup = true),
    ),
    Command::new("no ip domain-lookup", "", |c| {
        edit(c, |g| g.domain_lookup = false)
    }),
    Command::new("ip domain lookup", "", |c| {
        edit(c, |g| g.domain_lookup = true)
    }),
    Command::new("no ip domain lookup", "", |c| {
        edit(c, |g| g.domain_lookup = false)
    }),
    Command::new("ip routing", "Enable IP routing", |c| {
        edit(c, |g| g.ip_routing = true)
    }),
    Command::new("no ip routing", "", |c| edit(c, |g| g.ip_routing = false)),
    Command::new(
        "ip default-gateway A.B.C.D",
        "IP address of default gateway",
        |c| {
            let ip = c.text(0).parse().ok();
            edit(c, |g| g.default_gateway = ip)
        },
    ),
    Command::new("no ip default-gateway", "", |c| {
        edit(c, |g| g.default_gateway = None)
    }),
    Command::new(
        "ip route A.B.C.D A.B.C.D A.B.C.D",
        "Forwarding router's address",
        |c| route(c, true),
    ),
    Command::new("no ip route A.B.C.D A.B.C.D A.B.C.D", "", |c| {
        route(c, false)
    }),
    Command::new("ip ssh version <1-2>", "Protocol version", |c| {
        let n = c.text(0);
        other(c, "ip ssh version", Some(&n))
    }),
    Command::new("no ip ssh version", "", |c| {
        other(c, "ip ssh version", None)
    }),
    Command::new("no ip ssh version <1-2>", "", |c| {
        other(c, "ip ssh version", None)
    }),
];

fn route(call: &mut Call<'_>, add: bool) -> Flow {
    let ip = |index: usize| call.text(index).parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
    let prefix = u8::try_from(ip(1).to_bits().leading_ones()).unwrap_or(32);
    let (key, hop) = ((ip(0), prefix), ip(2));
    edit(call, |g| {
        if add {
            g.routes.insert(key, hop);
        } else {
            g.routes.remove(&key);
        }
    })
}
