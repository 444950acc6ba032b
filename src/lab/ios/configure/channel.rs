use super::interface::set;
use super::switchport::switchport;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::world::switch::{ChannelGroup, InterfaceName, LacpMode};

/// What an interface does in a port-channel.
pub(super) const CHANNEL: Table = &[
    Command::new(
        "channel-group <1-128> mode active",
        "Enable LACP unconditionally",
        |c| channel_group(c, LacpMode::Active),
    ),
    Command::new(
        "channel-group <1-128> mode passive",
        "Enable LACP only if a LACP device is detected",
        |c| channel_group(c, LacpMode::Passive),
    ),
    Command::new(
        "channel-group <1-128> mode on",
        "Enable Etherchannel only",
        |c| channel_group(c, LacpMode::On),
    ),
    Command::new(
        "channel-group <1-128> mode desirable",
        "Enable PAgP unconditionally",
        |c| channel_group(c, LacpMode::Desirable),
    ),
    Command::new(
        "channel-group <1-128> mode auto",
        "Enable PAgP only if a PAgP device is detected",
        |c| channel_group(c, LacpMode::Auto),
    ),
    Command::new("no channel-group", "", |c| {
        switchport(c, |i| i.channel_group = None)
    }),
    Command::new("no channel-group LINE", "", |c| {
        switchport(c, |i| i.channel_group = None)
    }),
    Command::new(
        "channel-protocol lacp",
        "Prepare interface for LACP protocol",
        |c| switchport(c, |i| i.channel_protocol_lacp = true),
    ),
    Command::new("no channel-protocol", "", |c| {
        switchport(c, |i| i.channel_protocol_lacp = false)
    }),
    Command::new("no channel-protocol lacp", "", |c| {
        switchport(c, |i| i.channel_protocol_lacp = false)
    }),
    Command::new(
        "port-channel standalone-disable",
        "Disable standalone mode",
        |c| set(c, |i| i.standalone_disable = true),
    ),
    Command::new("no port-channel standalone-disable", "", |c| {
        set(c, |i| i.standalone_disable = false)
    }),
    Command::new("default port-channel standalone-disable", "", |c| {
        set(c, |i| i.standalone_disable = true)
    }),
];

fn channel_group(call: &mut Call<'_>, mode: LacpMode) -> Flow {
    let group: u16 = call.number(0);
    let name = InterfaceName::PortChannel(group);
    if !call.running().interfaces.contains_key(&name) {
        call.say(format!(
            "Creating a port-channel interface Port-channel {group}\n"
        ));
    }
    let lacp = matches!(mode, LacpMode::Active | LacpMode::Passive);
    call.each_interface(|port, interface| {
        if !matches!(port, InterfaceName::Gigabit(..) | InterfaceName::Uplink(..)) {
            return Err(format!(
                "Command rejected: {port} can not be a member of a channel group."
            ));
        }
        if interface.channel_protocol_lacp && !lacp {
            return Err(format!(
                "Command rejected (Channel protocol mismatch for interface {} in group {group}): \
                 the interface can not be added to the channel group\n",
                port.short()
            ));
        }
        interface.channel_group = Some(ChannelGroup { group, mode });
        Ok(())
    })
}
