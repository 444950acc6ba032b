use std::collections::BTreeSet;

use super::{Database, Field, Record, is_so, said};

impl Database {
    /// Forgets a host that leaves, and all that was only its: cards, processors, the repositories
    /// that no other host is connected to and what is in them, its control domain.
    pub fn let_go(&mut self, host: &str) {
        let of_host = |_: &str, record: &Record| said(record, "host") == host;
        let cards = self.of("PIF");
        let cards = cards.filter(|(card, record)| of_host(card, record));
        let cards: BTreeSet<String> = cards.map(|(card, _)| card.to_owned()).collect();
        let repositories = self.only_of(host);

        let mut measured: Vec<Record> = self.remove("host", host).into_iter().collect();
        measured.extend(self.drop_those("PIF", of_host));
        measured.extend(self.drop_those("VM", |_, vm| {
            is_so(vm, "is_control_domain") && said(vm, "resident_on") == host
        }));
        let metrics: BTreeSet<&str> = measured.iter().map(|gone| said(gone, "metrics")).collect();
        for class in ["host_metrics", "PIF_metrics", "VM_metrics"] {
            self.drop_those(class, |reference, _| metrics.contains(reference));
        }
        self.drop_those("host_cpu", of_host);
        self.drop_those("PBD", of_host);
        self.drop_those("Bond", |_, bond| cards.contains(said(bond, "master")));
        self.drop_those("VLAN", |_, vlan| cards.contains(said(vlan, "tagged_PIF")));
        self.drop_those("VDI", |_, vdi| repositories.contains(said(vdi, "SR")));
        self.drop_those("SR", |reference, _| repositories.contains(reference));
    }

    /// The bytes of the repository on a host's own disk.
    pub fn own_storage(&self, host: &str) -> Option<i64> {
        let mut pbds = self.of("PBD");
        let (_, pbd) = pbds.find(|(_, pbd)| {
            let config = pbd.get("device_config");
            let is_device = matches!(config, Some(Field::Map(map)) if map.contains_key("device"));
            is_device && said(pbd, "host") == host
        })?;
        let repository = self.get("SR", pbd.get("SR")?.text()?)?;
        match repository.get("physical_size")? {
            Field::Number(bytes) => Some(*bytes),
            _ => None,
        }
    }

    /// The repositories that no other host is connected to.
    fn only_of(&self, host: &str) -> BTreeSet<String> {
        let connected = |own: bool| {
            let pbds = self.of("PBD");
            let pbds = pbds.filter(move |(_, pbd)| (said(pbd, "host") == host) == own);
            pbds.filter_map(|(_, pbd)| pbd.get("SR")?.text().map(str::to_owned))
                .collect::<BTreeSet<_>>()
        };
        &connected(true) - &connected(false)
    }

    /// Takes objects of a class away.
    fn drop_those(&mut self, class: &str, is_gone: impl Fn(&str, &Record) -> bool) -> Vec<Record> {
        let gone = self.of(class);
        let gone = gone.filter(|(reference, record)| is_gone(reference, record));
        let gone: Vec<String> = gone.map(|(reference, _)| reference.to_owned()).collect();
        gone.iter()
            .filter_map(|reference| self.remove(class, reference))
            .collect()
    }
}
