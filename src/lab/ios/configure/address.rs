use std::net::Ipv4Addr;

use super::interface::set;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;

/// What an interface has of IP.
pub(super) const ADDRESS: Table = &[
    Command::new("ip address A.B.C.D A.B.C.D", "IP subnet mask", ip_address),
    Command::new("no ip address", "", |c| set(c, |i| i.ip = None)),
    Command::new("no ip address A.B.C.D A.B.C.D", "", |c| {
        set(c, |i| i.ip = None)
    }),
    Command::new("ip mtu <68-9198>", "MTU (bytes)", |c| {
        let mtu = c.number(0);
        set(c, |i| i.ip_mtu = Some(mtu))
    }),
    Command::new("no ip mtu", "", |c| set(c, |i| i.ip_mtu = None)),
];

fn ip_address(call: &mut Call<'_>) -> Flow {
    let ip: Ipv4Addr = call.text(0).parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
    let mask: Ipv4Addr = call.text(1).parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
    let bits = mask.to_bits();
    let prefix = bits.leading_ones();
    if prefix + bits.trailing_zeros().min(32) < 32 || prefix == 0 {
        let hex = bits;
        call.say(format!("Bad mask 0x{hex:08X} for address {ip}"));
        return Flow::Done;
    }
    let prefix = u8::try_from(prefix).unwrap_or(32);
    let running = call.running();
    let names = match call.mode() {
        Mode::Interface { names, .. } => names,
        _ => Vec::new(),
    };
    let network = |ip: Ipv4Addr, prefix: u8| ip.to_bits().checked_shr(32 - u32::from(prefix));
    for (other, config) in running
        .interfaces
        .iter()
        .filter(|(name, _)| !names.contains(name))
    {
        let Some((own, own_prefix)) = config.ip else {
            continue;
        };
        let shorter = prefix.min(own_prefix);
        if network(ip, shorter) == network(own, shorter) {
            let net = Ipv4Addr::from_bits(ip.to_bits() & bits);
            call.say(format!("% {net} overlaps with {other}"));
            return Flow::Done;
        }
    }
    call.each_interface(|name, interface| {
        if name.is_switchport() {
            return Err("\n% IP addresses may not be configured on L2 links.\n".to_owned());
        }
        interface.ip = Some((ip, prefix));
        Ok(())
    })
}
