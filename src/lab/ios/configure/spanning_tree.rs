use super::edit;
use super::interface::set;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;
use crate::lab::world::switch::Portfast;

/// Spanning tree on the whole switch.
pub(super) const SPANNING_TREE: Table = &[
    Command::new(
        "spanning-tree mode pvst",
        "Per-Vlan spanning tree mode",
        |c| mode(c, "pvst"),
    ),
    Command::new(
        "spanning-tree mode rapid-pvst",
        "Per-Vlan rapid spanning tree mode",
        |c| mode(c, "rapid-pvst"),
    ),
    Command::new(
        "spanning-tree mode mst",
        "Multiple spanning tree mode",
        |c| mode(c, "mst"),
    ),
    Command::new("no spanning-tree mode", "", |c| mode(c, "pvst")),
    Command::new(
        "spanning-tree extend system-id",
        "Extend system-id into priority portion",
        |c| edit(c, |_| ()),
    ),
    Command::new(
        "spanning-tree portfast default",
        "Enable portfast by default on all access ports",
        |c| {
            c.say(DEFAULT_WARNING);
            edit(c, |g| g.spanning_tree.portfast_default = true)
        },
    ),
    Command::new("no spanning-tree portfast default", "", |c| {
        edit(c, |g| g.spanning_tree.portfast_default = false)
    }),
];

/// Spanning tree on an interface.
pub(super) const PORT: Table = &[
    Command::new(
        "spanning-tree portfast",
        "Enable portfast on the interface",
        |c| portfast(c, Portfast::Access),
    ),
    Command::new(
        "spanning-tree portfast trunk",
        "Enable portfast on the interface even in trunk mode",
        |c| portfast(c, Portfast::Trunk),
    ),
    Command::new(
        "spanning-tree portfast disable",
        "Disable portfast for this interface",
        |c| set(c, |i| i.portfast = Portfast::Disabled),
    ),
    Command::new("no spanning-tree portfast", "", |c| {
        set(c, |i| i.portfast = Portfast::Unset)
    }),
    Command::new("no spanning-tree portfast trunk", "", |c| {
        set(c, |i| i.portfast = Portfast::Unset)
    }),
];

const DEFAULT_WARNING: &str =
    "%Warning: this command enables portfast by default on all interfaces. You
 should now disable portfast explicitly on switched ports leading to hubs,
 switches and bridges as they may create temporary bridging loops.
";

const WARNING: &str = "%Warning: portfast should only be enabled on ports connected to a single
 host. Connecting hubs, concentrators, switches, bridges, etc... to this
 interface  when portfast is enabled, can cause temporary bridging loops.
 Use with CAUTION
";

fn mode(call: &mut Call<'_>, mode: &str) -> Flow {
    edit(call, |g| g.spanning_tree.mode = mode.to_owned())
}

fn portfast(call: &mut Call<'_>, portfast: Portfast) -> Flow {
    call.say(WARNING);
    if portfast == Portfast::Access
        && let Mode::Interface { names, range } = call.mode()
        && let Some(name) = names.first()
    {
        call.say(if range {
            format!(
                "%Portfast will be configured in {} interfaces due to the range command\n \
                 but will only have effect when the interfaces are in a non-trunking mode.\n",
                names.len()
            )
        } else {
            format!(
                "%Portfast has been configured on {name} but will only\n \
                 have effect when the interface is in a non-trunking mode.\n"
            )
        });
    }
    set(call, |interface| interface.portfast = portfast)
}
