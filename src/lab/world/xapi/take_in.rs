use std::collections::BTreeMap;

use super::{Database, Field, Record, is_so, opaque_ref, said, uuid};

/// Those that are there once, whoever joins.
const OF_THE_POOL: [&str; 1] = ["pool"];
/// What is on top of cards; a host that joins brings its cards only.
const ON_CARDS: [&str; 3] = ["Bond", "VLAN", "tunnel"];
/// These keep their UUID wherever they are; others are made anew.
const KEEP_UUID: [&str; 4] = ["host", "SR", "VDI", "VM"];

impl Database {
    /// Takes in what a host that joins knows of itself: its objects get references of this pool,
    /// and what is here already is not made twice. `seed` is the world's.
    pub fn take_in(&mut self, seed: u64, joiner: &Self) {
        let pool = self.pool().map(|pool| said(pool, "uuid").to_owned());
        let of = |class: &str, record: &Record| {
            let pool = pool.as_deref().unwrap_or_default();
            format!("{pool} {class} {}", said(record, "uuid"))
        };
        // Repositories before what is in them.
        let mut here = BTreeMap::new();
        for class in ["SR"].into_iter().chain(joiner.classes()) {
            for (reference, record) in joiner.of(class) {
                let known = self.known(joiner, &here, class, reference, record);
                let known = known.unwrap_or_else(|| opaque_ref(seed, &of(class, record)));
                here.insert(reference.to_owned(), known);
            }
        }
        for class in joiner.classes() {
            for (reference, record) in joiner.of(class) {
                let there = &here[reference];
                if self.get(class, there).is_some() || stays_behind(class, record) {
                    continue;
                }
                let mut record = record.clone();
                if !KEEP_UUID.contains(&class) {
                    let uuid = uuid(seed, &of(class, &record));
                    record.insert("uuid".to_owned(), uuid.into());
                }
                record.values_mut().for_each(|field| point(field, &here));
                self.adapt(class, &mut record);
                self.insert(class, there.clone(), record);
            }
        }
    }

    /// The object of this pool that one of a joiner is the same as.
    fn known(
        &self,
        joiner: &Self,
        here: &BTreeMap<String, String>,
        class: &str,
        reference: &str,
        record: &Record,
    ) -> Option<String> {
        let with = |class: &str, field: &str| {
            let value = said(record, field);
            let mut mine = self.of(class);
            let found = mine.find(|(_, mine)| said(mine, field) == value)?;
            Some(found.0.to_owned())
        };
        match class {
            "pool" => self.of("pool").next().map(|(pool, _)| pool.to_owned()),
            "SM" => with("SM", "type"),
            // Cards of one name are of one network, and every host has its internal one.
            "network" if is_of_cards(said(record, "bridge")) => with("network", "bridge"),
            "SR" => with("SR", "uuid").or_else(|| self.same_images(joiner, reference, record)),
            "VDI" => {
                let repository = here.get(said(record, "SR"))?;
                let location = said(record, "location");
                let mut mine = self.of("VDI");
                let is_it = |mine: &Record| {
                    said(mine, "SR") == repository && said(mine, "location") == location
                };
                let found = mine.find(|(_, mine)| is_it(mine))?;
                Some(found.0.to_owned())
            }
            "host" | "VM" => with(class, "uuid"),
            _ => None,
        }
    }

    /// The shared repository of images that is at the same place as a joiner's.
    fn same_images(&self, joiner: &Self, reference: &str, record: &Record) -> Option<String> {
        if !is_so(record, "shared") || said(record, "content_type") != "iso" {
            return None;
        }
        let mut theirs = joiner.of("PBD");
        let (_, theirs) = theirs.find(|(_, pbd)| said(pbd, "SR") == reference)?;
        let place = theirs.get("device_config");
        let mut mine = self.of("PBD");
        let (_, mine) = mine.find(|(_, pbd)| pbd.get("device_config") == place)?;
        Some(said(mine, "SR").to_owned())
    }

    /// What is otherwise in a pool that its host has only just come to.
    fn adapt(&self, class: &str, record: &mut Record) {
        match class {
            "network" if !is_of_cards(said(record, "bridge")) => {
                record.insert("bridge".to_owned(), self.free_bridge().into());
            }
            // Its bonds stay behind.
            "PIF" => drop(record.remove("bond_slave_of")),
            "SR" => drop(record.remove("shared")),
            // Its toolstack attaches them once it is up.
            "PBD" => drop(record.insert("currently_attached".to_owned(), false.into())),
            _ => {}
        }
    }

    fn pool(&self) -> Option<&Record> {
        self.of("pool").next().map(|(_, pool)| pool)
    }
}

/// Whether a bridge has the same name on every host.
fn is_of_cards(bridge: &str) -> bool {
    bridge.starts_with("xenbr") || bridge == "xenapi"
}

fn stays_behind(class: &str, record: &Record) -> bool {
    let is_made = class == "PIF" && !is_so(record, "physical");
    is_made || OF_THE_POOL.contains(&class) || ON_CARDS.contains(&class)
}

/// Has a field refer to what is here in place of what is there.
fn point(field: &mut Field, here: &BTreeMap<String, String>) {
    let point = |text: &mut String| {
        if let Some(there) = here.get(text.as_str()) {
            text.clone_from(there);
        }
    };
    match field {
        Field::Text(text) => point(text),
        Field::Set(items) => items.iter_mut().for_each(point),
        Field::Number(_) | Field::Flag(_) | Field::Map(_) => {}
    }
}
