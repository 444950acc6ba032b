use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::{Database, Field, Record, opaque_ref, uuid};
use crate::lab::world::machine::{CORES, CPUS};
use crate::lab::world::{Address, System};

/// What an installation finds.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The world's seed.
    pub seed: u64,
    /// The server it is made on.
    pub server: &'a str,
    /// Its network cards and their MAC addresses, as the world writes both.
    pub nics: &'a BTreeMap<String, String>,
    /// What the installer was told.
    pub system: &'a System,
    /// The bytes that are for virtual machines, if any are.
    pub guest_storage: Option<i64>,
}

/// What a control domain has.
const DOM0_MEMORY: i64 = 752 * 1024 * 1024;

impl Database {
    /// What a fresh installation knows: a pool of one host without a name, its cards and
    /// networks, its storage, and its control domain.
    pub fn installed(facts: &Facts<'_>) -> Self {
        let mut made = Made {
            facts,
            database: Self::default(),
        };
        made.host();
        made.cards();
        made.storage();
        made.database
    }
}

pub(super) struct Made<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) database: Database,
}

impl Made<'_> {
    /// The reference of what is called `name` in this installation.
    pub(super) fn refer(&self, name: &str) -> String {
        opaque_ref(self.facts.seed, &format!("{} {name}", self.facts.server))
    }

    pub(super) fn add<const N: usize>(
        &mut self,
        class: &str,
        name: &str,
        fields: [(&str, Field); N],
    ) -> String {
        let uuid = uuid(self.facts.seed, &format!("{} {name}", self.facts.server));
        let fields = fields.map(|(field, value)| (field.to_owned(), value));
        let mut record = Record::from(fields);
        record.insert("uuid".to_owned(), uuid.into());
        let reference = self.refer(name);
        self.database.insert(class, reference.clone(), record);
        reference
    }

    fn host(&mut self) {
        let Facts { server, system, .. } = *self.facts;
        let hostname = system.hostname.as_str();
        let address = system.addresses.first();
        let address = address.map(|address| address.ip.to_string());
        let metrics = self.add("host_metrics", "metrics", []);
        let host = self.add(
            "host",
            "host",
            [
                ("name_label", hostname.into()),
                ("name_description", "Default install of XenServer".into()),
                ("hostname", hostname.into()),
                ("address", address.unwrap_or_default().into()),
                ("enabled", true.into()),
                ("metrics", metrics.into()),
                ("API_version_major", 2.into()),
                ("API_version_minor", 3.into()),
                ("API_version_vendor", "XenSource".into()),
                ("edition", "free".into()),
                ("sched_policy", "credit".into()),
                ("supported_bootloaders", ["pygrub", "eliloader"].into()),
                (
                    "software_version",
                    [
                        ("product_brand", "XenServer"),
                        ("product_version", "6.5.0"),
                        ("product_version_text", "6.5"),
                        ("product_version_text_short", "6.5"),
                        ("platform_name", "XCP"),
                        ("platform_version", "1.9.0"),
                        ("xapi", "1.3"),
                        ("xen", "4.4.1"),
                        ("linux", "3.10.0+2"),
                        ("hostname", hostname),
                        ("network_backend", "openvswitch"),
                    ]
                    .into(),
                ),
                (
                    "cpu_info",
                    [
                        ("cpu_count", CORES.to_string().as_str()),
                        ("socket_count", CPUS.to_string().as_str()),
                        ("vendor", "GenuineIntel"),
                        ("modelname", MODEL_NAME),
                    ]
                    .into(),
                ),
                (
                    "other_config",
                    [("iscsi_iqn", initiator(self.facts.seed, server).as_str())].into(),
                ),
            ],
        );
        for number in 0..CORES {
            self.add(
                "host_cpu",
                &format!("cpu {number}"),
                [
                    ("host", host.as_str().into()),
                    ("number", i64::from(number).into()),
                    ("vendor", "GenuineIntel".into()),
                    ("modelname", MODEL_NAME.into()),
                    ("speed", 2400.into()),
                ],
            );
        }
        let metrics = self.add("VM_metrics", "dom0 metrics", []);
        self.add(
            "VM",
            "dom0",
            [
                (
                    "name_label",
                    format!("Control domain on host: {hostname}").into(),
                ),
                (
                    "name_description",
                    "The domain which manages physical devices and manages other domains".into(),
                ),
                ("is_control_domain", true.into()),
                ("power_state", "Running".into()),
                ("resident_on", host.as_str().into()),
                ("affinity", host.as_str().into()),
                ("metrics", metrics.into()),
                ("domid", 0.into()),
                ("memory_static_max", DOM0_MEMORY.into()),
                ("memory_dynamic_max", DOM0_MEMORY.into()),
                ("memory_dynamic_min", DOM0_MEMORY.into()),
                ("memory_target", DOM0_MEMORY.into()),
                ("VCPUs_max", 4.into()),
                ("VCPUs_at_startup", 4.into()),
                ("actions_after_shutdown", "destroy".into()),
                ("actions_after_reboot", "destroy".into()),
                ("actions_after_crash", "destroy".into()),
            ],
        );
        self.add("pool", "pool", [("master", host.into())]);
    }

    fn cards(&mut self) {
        let host = self.refer("host");
        for (number, (nic, mac)) in self.facts.nics.iter().enumerate() {
            let device = format!("eth{number}");
            let network = self.add(
                "network",
                &format!("network {device}"),
                [
                    (
                        "name_label",
                        format!("Pool-wide network associated with {device}").into(),
                    ),
                    ("bridge", format!("xenbr{number}").into()),
                ],
            );
            let metrics = self.add("PIF_metrics", &format!("metrics {device}"), []);
            let pif = self.add(
                "PIF",
                &format!("pif {device}"),
                [
                    ("device", device.as_str().into()),
                    ("network", network.into()),
                    ("host", host.as_str().into()),
                    ("MAC", colons(mac).into()),
                    ("MTU", 1500.into()),
                    ("VLAN", (-1).into()),
                    ("metrics", metrics.into()),
                    ("physical", true.into()),
                ],
            );
            let system = self.facts.system;
            let managed = system.addresses.iter().find(|own| own.nic == *nic);
            let Some(Address { ip, prefix, .. }) = managed else {
                continue;
            };
            let gateway = system.gateway.map(|ip| ip.to_string());
            let servers: Vec<_> = system
                .name_servers
                .iter()
                .map(Ipv4Addr::to_string)
                .collect();
            if let Some(pif) = self.database.get_mut("PIF", &pif) {
                let mask = u32::MAX.checked_shl(32 - u32::from(*prefix)).unwrap_or(0);
                pif.extend([
                    ("management".to_owned(), true.into()),
                    ("ip_configuration_mode".to_owned(), "Static".into()),
                    ("IP".to_owned(), ip.to_string().into()),
                    (
                        "netmask".to_owned(),
                        Ipv4Addr::from_bits(mask).to_string().into(),
                    ),
                    ("gateway".to_owned(), gateway.unwrap_or_default().into()),
                    ("DNS".to_owned(), servers.join(",").into()),
                ]);
            }
        }
        self.add(
            "network",
            "network xenapi",
            [
                ("name_label", "Host internal management network".into()),
                ("name_description", "Network on which guests will be assigned a private link-local IP address which can be used to talk XenAPI".into()),
                ("bridge", "xenapi".into()),
                (
                    "other_config",
                    [
                        ("is_guest_installer_network", "true"),
                        ("is_host_internal_management_network", "true"),
                        ("ip_begin", "169.254.0.1"),
                        ("ip_end", "169.254.255.254"),
                        ("netmask", "255.255.0.0"),
                    ]
                    .into(),
                ),
            ],
        );
    }
}

/// Its processors, as they call themselves.
const MODEL_NAME: &str = "Intel(R) Xeon(R) CPU E5-2630 v3 @ 2.40GHz";

/// The name of a host as an iSCSI initiator.
fn initiator(seed: u64, server: &str) -> String {
    let uuid = uuid(seed, &format!("{server} initiator"));
    format!("iqn.2026-01.example.workshop:{}", &uuid[..8])
}

/// A MAC address as Linux writes it.
fn colons(mac: &str) -> String {
    let digits: Vec<char> = mac.chars().filter(char::is_ascii_hexdigit).collect();
    let bytes = digits.chunks(2).map(|byte| byte.iter().collect::<String>());
    bytes.collect::<Vec<_>>().join(":")
}
