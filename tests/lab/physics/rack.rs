use std::net::Ipv4Addr;

use runsheet::lab::ios::{Line, SessionId, feed, open, take_output};
use runsheet::lab::world::switch::{Chassis, InterfaceConfig, InterfaceName, SwitchConfig};
use runsheet::lab::world::{Bond, BondMode, Node, World};

/// xen1's management address.
pub(super) const XEN1: Ipv4Addr = Ipv4Addr::new(172, 16, 40, 13);

/// The floor, with a terminal on sw1's console.
pub(super) struct Rack {
    pub(super) world: World,
    console: SessionId,
}

impl Rack {
    /// Two switches as from the factory.
    pub(super) fn new() -> Self {
        let mut world = World::installed(1);
        let console = open(&mut world, Line::Console("sw1".to_owned()));
        let mut rack = Self { world, console };
        rack.wait(60);
        rack.exec(&[
            "",
            "enable",
            "terminal length 0",
            "configure terminal",
            "no logging console",
        ]);
        rack.exec(&["end"]);
        rack
    }

    /// Both switches as one, sw1 leading.
    pub(super) fn stacked() -> Self {
        let mut rack = Self::new();
        rack.order(
            "power-off sw2; plug sw1:stack1 sw2:stack2; plug sw1:stack2 sw2:stack1; power-on sw2",
        );
        rack.wait(300);
        rack
    }

    /// The stack with VLAN 5, its gateway, and xen1's first card in a bundle of both its ports.
    pub(super) fn with_a_channel(settings: &[&str]) -> Self {
        let mut rack = Self::stacked();
        rack.configure(&[
            "vlan 5",
            "interface Vlan5",
            "ip address 172.16.40.254 255.255.255.0",
            "interface range GigabitEthernet1/0/13 , GigabitEthernet2/0/13",
            "channel-group 1 mode active",
            "interface Port-channel1",
            "switchport mode trunk",
            "switchport trunk native vlan 5",
        ]);
        rack.configure(&[&["interface Port-channel1"], settings].concat());
        rack.wait(60);
        rack
    }

    /// xen1 speaks LACP on both its cards.
    pub(super) fn bond_xen1(&mut self) {
        self.bond_xen1_as(BondMode::Lacp { falls_back: true });
    }

    /// Both of xen1's cards act as one in some mode.
    pub(super) fn bond_xen1_as(&mut self, mode: BondMode) {
        let xen1 = self.world.state.servers.get_mut("xen1").expect("xen1");
        let nics = xen1.nics.keys().cloned().collect();
        let mac = xen1.nics["nic1"].clone();
        let system = xen1.system_mut().expect("a system that runs");
        let bond = Bond {
            mode,
            nics,
            mac,
            bridge: "xapi0".to_owned(),
        };
        system.bonds.insert("bond0".to_owned(), bond);
        self.world.settle_all();
        self.wait(60);
    }

    /// Types lines on the console, and returns what the screen shows.
    pub(super) fn exec(&mut self, lines: &[&str]) -> String {
        let mut screen = String::new();
        for line in lines {
            feed(
                &mut self.world,
                self.console,
                format!("{line}\r").as_bytes(),
            );
            self.world.advance_to(self.world.now() + 100);
            let shown = take_output(&mut self.world, self.console);
            screen += &String::from_utf8_lossy(&shown).replace('\r', "");
        }
        screen
    }

    /// Presses keys on a unit's console, and returns what its screen shows.
    pub(super) fn press(&mut self, unit: &str, keys: &str) -> String {
        let console = open(&mut self.world, Line::Console(unit.to_owned()));
        feed(&mut self.world, console, keys.as_bytes());
        self.world.advance_to(self.world.now() + 100);
        let shown = take_output(&mut self.world, console);
        String::from_utf8_lossy(&shown).replace('\r', "")
    }

    /// Types configuration lines on the console. The device must not say a word against them.
    pub(super) fn configure(&mut self, lines: &[&str]) -> String {
        self.exec(&["configure terminal"]);
        let screen = self.exec(lines);
        self.exec(&["end"]);
        assert!(!screen.contains('%'), "{screen}");
        screen
    }

    /// Changes a switch's configuration without a terminal.
    pub(super) fn alter(&mut self, switch: &str, edit: impl FnOnce(&mut SwitchConfig)) {
        let changed = self.world.configure(&switch.to_owned(), edit);
        changed.expect("a switch of this name");
    }

    /// Changes a port of a switch without a terminal.
    pub(super) fn alter_port(
        &mut self,
        switch: &str,
        number: u8,
        edit: impl FnOnce(&mut InterfaceConfig),
    ) {
        let name = InterfaceName::Gigabit(1, number);
        self.alter(switch, |config| {
            edit(config.interfaces.get_mut(&name).expect("a port"));
        });
    }

    /// What a command shows on the console of another switch.
    pub(super) fn show_on(&mut self, unit: &str, command: &str) -> String {
        let screen = self.press(unit, &format!("\renable\rterminal length 0\r{command}\r"));
        let (_, shown) = screen.split_once(command).expect("an echo");
        let (shown, _) = shown.rsplit_once('\n').unwrap_or_default();
        format!("{}\n", shown.trim_start_matches('\n'))
    }

    /// What a command shows, without its echo and the prompt after it.
    pub(super) fn show(&mut self, command: &str) -> String {
        let screen = self.exec(&[command]);
        let (_, shown) = screen.split_once('\n').expect("an echo");
        let (shown, _) = shown.rsplit_once('\n').unwrap_or_default();
        format!("{shown}\n")
    }

    pub(super) fn order(&mut self, orders: &str) {
        self.world
            .technician(orders)
            .expect("an order that can be carried out");
    }

    pub(super) fn wait(&mut self, seconds: u64) {
        self.world.advance_to(self.world.now() + seconds * 1000);
    }

    /// Whether a packet of this size gets from the switch to an address and back, whole.
    pub(super) fn reaches(&self, to: Ipv4Addr, size: u32) -> bool {
        let from = Node::Switch("sw1".to_owned());
        self.world.answers(&from, to, size, true)
    }

    /// The same for a packet that may be cut into pieces on its way.
    pub(super) fn reaches_in_pieces(&self, to: Ipv4Addr, size: u32) -> bool {
        let from = Node::Switch("sw1".to_owned());
        self.world.answers(&from, to, size, false)
    }

    pub(super) fn chassis(&self) -> &Chassis {
        &self.world.state.chassis["sw1"]
    }

    pub(super) fn interface(&self, name: &str) -> &InterfaceConfig {
        let name = InterfaceName::parse(name).expect("an interface");
        &self.chassis().running.interfaces[&name]
    }

    /// The switch's log, a message a line.
    pub(super) fn log(&self) -> String {
        let lines = self.world.traces.logs["sw1"].iter();
        lines.map(|line| format!("{}\n", line.text)).collect()
    }

    /// The row of a port-channel's members.
    pub(super) fn bundle(&mut self) -> String {
        self.show("show etherchannel 1 summary | include Po1")
            .trim()
            .to_owned()
    }
}
