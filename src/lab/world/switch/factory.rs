use std::collections::BTreeMap;

use super::{
    InterfaceConfig, InterfaceName, SpanningTree, SwitchConfig, Vlan, VlanDatabase, VlanSet,
    VtpMode,
};

impl SwitchConfig {
    /// What a switch runs that has nothing saved.
    pub fn factory() -> Self {
        let shut = InterfaceConfig {
            shutdown: true,
            ..InterfaceConfig::default()
        };
        Self {
            hostname: "Switch".to_owned(),
            enable_secret: None,
            users: BTreeMap::new(),
            domain_name: None,
            ip_routing: false,
            domain_lookup: true,
            system_mtu: 1500,
            vtp_mode: VtpMode::Server,
            spanning_tree: SpanningTree {
                mode: "pvst".to_owned(),
                portfast_default: false,
            },
            provisioned: BTreeMap::new(),
            interfaces: BTreeMap::from([
                (InterfaceName::Management, InterfaceConfig::default()),
                (InterfaceName::Vlan(1), shut),
            ]),
            default_gateway: None,
            routes: BTreeMap::new(),
            archive: None,
            banner_motd: None,
            logging_console: true,
            file_prompt_quiet: false,
            lines: BTreeMap::new(),
            other: Vec::new(),
        }
    }

    /// Gives a slot its ports, as `switch N provision` does. What is configured there stays.
    pub fn provision(&mut self, number: u8, model: &str) {
        self.provisioned.insert(number, model.to_lowercase());
        let ports = (1..=24).map(|port| InterfaceName::Gigabit(number, port));
        let uplinks = (1..=4).map(|port| InterfaceName::Uplink(number, port));
        for name in ports.chain(uplinks) {
            self.interfaces.entry(name).or_default();
        }
    }

    /// Takes a slot and all that is configured there away.
    pub fn unprovision(&mut self, number: u8) {
        self.provisioned.remove(&number);
        self.interfaces.retain(|name, _| match name {
            InterfaceName::Gigabit(member, _) | InterfaceName::Uplink(member, _) => {
                *member != number
            }
            _ => true,
        });
    }
}

impl VlanSet {
    /// Whether a VLAN is in it.
    pub fn contains(&self, vlan: u16) -> bool {
        match self {
            Self::All => true,
            Self::Only(vlans) => vlans.contains(&vlan),
        }
    }
}

impl Default for VlanDatabase {
    /// What `vlan.dat` holds on a switch from the factory.
    fn default() -> Self {
        let vlan = |name: &str| Vlan {
            name: name.to_owned(),
            active: true,
            mtu: 1500,
        };
        Self {
            vlans: BTreeMap::from([
                (1, vlan("default")),
                (1002, vlan("fddi-default")),
                (1003, vlan("token-ring-default")),
                (1004, vlan("fddinet-default")),
                (1005, vlan("trnet-default")),
            ]),
        }
    }
}

impl VlanDatabase {
    /// Makes a VLAN unless it is there.
    pub fn create(&mut self, id: u16) {
        let fresh = || Vlan {
            name: format!("VLAN{id:04}"),
            active: true,
            mtu: 1500,
        };
        self.vlans.entry(id).or_insert_with(fresh);
    }

    /// Whether a VLAN carries frames: it exists and is active.
    pub fn carries(&self, vlan: u16) -> bool {
        !(1002..=1005).contains(&vlan) && self.vlans.get(&vlan).is_some_and(|vlan| vlan.active)
    }
}
