use crate::lab::ios::call::Call;
use crate::lab::world::switch::InterfaceName;

/// The interfaces of a chassis that are switchports, in the order of tables.
pub(super) fn switchports(call: &Call<'_>) -> Vec<InterfaceName> {
    let Some(chassis) = call.chassis() else {
        return Vec::new();
    };
    let mut ports: Vec<InterfaceName> = chassis.ports().collect();
    // Tables list a switch's ports together, uplinks behind the others.
    ports.sort_by_key(|name| match name {
        InterfaceName::Gigabit(member, port) => (*member, 0, *port),
        InterfaceName::Uplink(member, port) => (*member, 1, *port),
        _ => (u8::MAX, 0, 0),
    });
    let channels = chassis.running.interfaces.keys().copied();
    ports.extend(channels.filter(|name| matches!(name, InterfaceName::PortChannel(_))));
    ports
}
