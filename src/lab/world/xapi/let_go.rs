use std::collections::BTreeSet;

use super::{Database, Field, Record};

impl Database {
    /// Forgets a host that leaves, and all that was only its: cards, processors, the repositories
    /// that no other host is connected to and what is in them, its control domain.
    pub fn let_go(&mut self, host: &str) {
        let of_host = |_: &str, record: &Record| points(record, "host", host);
        let metrics = self.get("host", host).and_then(|host| host.get("metrics"));
        let mut metrics: Vec<String> = metrics
            .and_then(Field::text)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let repositories = self.only_of(host);
        self.remove("host", host);
        let cards = self.of("PIF");
        let cards = cards.filter(|(card, record)| of_host(card, record));
        let cards: BTreeSet<String> = cards.map(|(card, _)| card.to_owned()).collect();
        self.drop_those("VLAN", |_, vlan| {
            let card = vlan.get("tagged_PIF").and_then(Field::text);
            card.is_some_and(|card| cards.contains(card))
        });
        self.drop_those("PBD", of_host);
        self.drop_those("host_cpu", of_host);
        for card in self.drop_those("PIF", of_host) {
            metrics.extend(card.get("metrics").and_then(Field::text).map(str::to_owned));
        }
        let domains = self.drop_those("VM", |_, vm| {
            vm.get("is_control_domain") == Some(&Field::Flag(true))
                && points(vm, "resident_on", host)
        });
        for domain in domains {
            metrics.extend(
                domain
                    .get("metrics")
                    .and_then(Field::text)
                    .map(str::to_owned),
            );
        }
        self.drop_those("VDI", |_, vdi| {
            let repository = vdi.get("SR").and_then(Field::text);
            repository.is_some_and(|repository| repositories.contains(repository))
        });
        self.drop_those("SR", |reference, _| repositories.contains(reference));
        for class in ["host_metrics", "PIF_metrics", "VM_metrics"] {
            self.drop_those(class, |reference, _| {
                metrics.iter().any(|gone| gone == reference)
            });
        }
    }

    /// The bytes of the repository on a host's own disk.
    pub fn own_storage(&self, host: &str) -> Option<i64> {
        let mut pbds = self.of("PBD");
        let (_, pbd) = pbds.find(|(_, pbd)| {
            let config = pbd.get("device_config");
            let is_device = matches!(config, Some(Field::Map(map)) if map.contains_key("device"));
            is_device && points(pbd, "host", host)
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
            let pbds = pbds.filter(move |(_, pbd)| points(pbd, "host", host) == own);
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

/// Whether a field refers to an object.
fn points(record: &Record, field: &str, to: &str) -> bool {
    record.get(field).and_then(Field::text) == Some(to)
}
