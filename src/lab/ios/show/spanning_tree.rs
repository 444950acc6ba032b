use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::{ChassisId, InterfaceName};
use crate::lab::world::{Flag, Listening, StatusWord, Tree, TreeRole};

/// A port in the tree of a VLAN.
struct Row {
    port: InterfaceName,
    role: TreeRole,
    state: Listening,
    cost: u32,
    edge: bool,
}

impl Row {
    fn role(&self) -> &'static str {
        match self.role {
            TreeRole::Root => "Root",
            TreeRole::Designated => "Desg",
            TreeRole::Alternate => "Altn",
            TreeRole::Backup => "Back",
        }
    }

    fn state(&self) -> &'static str {
        match self.state {
            Listening::Blocked => "BLK",
            Listening::Listens => "LIS",
            Listening::Learns => "LRN",
            Listening::Forwards => "FWD",
        }
    }

    /// Priority and number, as a neighbour sees the port: members count from 1, 25 and so on.
    fn number(&self) -> u16 {
        match self.port {
            InterfaceName::Gigabit(member, port) => 64 * (u16::from(member) - 1) + u16::from(port),
            InterfaceName::Uplink(member, port) => {
                64 * (u16::from(member) - 1) + 24 + u16::from(port)
            }
            InterfaceName::PortChannel(group) => 2_087 + group,
            InterfaceName::Vlan(_) | InterfaceName::Management => 0,
        }
    }
}

/// `show spanning-tree`.
pub(in crate::lab::ios) fn spanning_tree(call: &mut Call<'_>) -> Flow {
    for vlan in vlans(call) {
        tree(call, vlan);
    }
    Flow::Done
}

/// `show spanning-tree vlan N`.
pub(in crate::lab::ios) fn spanning_tree_vlan(call: &mut Call<'_>) -> Flow {
    let vlan: u16 = call.number(0);
    if !tree(call, vlan) {
        call.say(format!(
            "\nSpanning tree instance(s) for vlan {vlan} does not exist."
        ));
    }
    Flow::Done
}

fn vlans(call: &Call<'_>) -> Vec<u16> {
    let known = call.chassis().into_iter().flat_map(|chassis| {
        let vlans = chassis.vlans.vlans.keys().copied();
        vlans.filter(|vlan| chassis.vlans.carries(*vlan))
    });
    known.collect()
}

/// The ports that take part in a VLAN's tree; bundled ones do so as their port-channel.
fn rows(call: &Call<'_>, vlan: u16) -> (Tree, Vec<Row>) {
    let owner: &ChassisId = &call.owner;
    let tree = call.world.spanning_tree(owner, vlan);
    let default = call.running().spanning_tree.portfast_default;
    let row = |port: InterfaceName| {
        let status = call.world.port(owner, port)?;
        let switchport = call.world.switchport(owner, port)?;
        let aside = matches!(status.flag, Flag::Bundled | Flag::Waiting | Flag::Down);
        let active = status.word == StatusWord::Connected && !aside;
        (active && switchport.is_in(vlan)).then(|| Row {
            port,
            role: match call.world.listening(owner, port, vlan) {
                // What neighbours disagree on is blocked whatever the tree says.
                Listening::Blocked if tree.role(owner, vlan, port).forwards() => {
                    TreeRole::Designated
                }
                _ => tree.role(owner, vlan, port),
            },
            state: call.world.listening(owner, port, vlan),
            cost: call.world.port_cost(owner, port),
            edge: switchport.is_edge(default),
        })
    };
    let rows = switchports(call).into_iter().filter_map(row).collect();
    (tree, rows)
}

/// Whether there is one to show.
fn tree(call: &mut Call<'_>, vlan: u16) -> bool {
    if !vlans(call).contains(&vlan) {
        return false;
    }
    let (tree, rows) = rows(call, vlan);
    if rows.is_empty() {
        return false;
    }
    let protocol = match call.running().spanning_tree.mode.as_str() {
        "rapid-pvst" => "rstp",
        "mst" => "mstp",
        _ => "ieee",
    };
    let (priority, root) = call
        .world
        .bridge_id(&(tree.root().clone(), tree.root_vlan()));
    let (own_priority, own) = call.world.bridge_id(&(call.owner.clone(), vlan));
    call.say(format!(
        "\nVLAN{vlan:04}\n  Spanning tree enabled protocol {protocol}\n  \
         Root ID    Priority    {priority}\n             Address     {root}"
    ));
    match rows.iter().find(|row| row.role == TreeRole::Root) {
        Some(row) => call.say(format!(
            "             Cost        {}\n             Port        {} ({})",
            tree.cost(&call.owner, vlan),
            row.number(),
            row.port
        )),
        None => call.say("             This bridge is the root"),
    }
    let times = "Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec";
    call.say(format!(
        "             {times}\n\n  \
         Bridge ID  Priority    {own_priority}  (priority 32768 sys-id-ext {vlan})\n             \
         Address     {own}\n             {times}\n             Aging Time  300 sec\n\n\
         Interface           Role Sts Cost      Prio.Nbr Type\n\
         ------------------- ---- --- --------- -------- --------------------------------"
    ));
    for row in &rows {
        call.say(format!(
            "{:<19} {} {} {:<9} {:<8} P2p {}",
            row.port.short(),
            row.role(),
            row.state(),
            row.cost,
            format!("128.{}", row.number()),
            if row.edge { "Edge " } else { "" }
        ));
    }
    call.say("");
    true
}

/// `show spanning-tree summary`.
pub(in crate::lab::ios) fn spanning_tree_summary(call: &mut Call<'_>) -> Flow {
    let mode = call.running().spanning_tree.mode.clone();
    call.say(format!("Switch is in {mode} mode"));
    call.say("\nName                   Blocking Listening Learning Forwarding STP Active");
    call.say("---------------------- -------- --------- -------- ---------- ----------");
    for vlan in vlans(call) {
        let (_, rows) = rows(call, vlan);
        let in_state = |state: Listening| rows.iter().filter(|row| row.state == state).count();
        if !rows.is_empty() {
            call.say(format!(
                "VLAN{vlan:04}{:15}{:>8} {:>9} {:>8} {:>10} {:>10}",
                "",
                in_state(Listening::Blocked),
                in_state(Listening::Listens),
                in_state(Listening::Learns),
                in_state(Listening::Forwards),
                rows.len()
            ));
        }
    }
    Flow::Done
}
