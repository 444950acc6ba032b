use std::collections::BTreeMap;

use super::card;
use super::hosts;
use super::memory::Memory;
use super::model::{Class, Field as Known};
use super::value::Value;
use super::wiring::nics;
use crate::lab::world::machine::{MEMORY, MODEL};
use crate::lab::world::xapi::{Database, Field, Record, said};
use crate::lab::world::{EPOCH, Jack, Millis, World};

/// All that a host's toolstack has objects of, to be read.
pub(super) struct Objects<'w> {
    world: &'w World,
    server: &'w str,
    database: Option<&'w Database>,
    memory: Option<&'w Memory>,
}

impl<'w> Objects<'w> {
    pub(super) fn of(world: &'w World, server: &'w str) -> Self {
        let system = world
            .state
            .servers
            .get(server)
            .and_then(|server| server.system());
        Self {
            world,
            server,
            database: system.map(|system| &system.xapi),
            memory: world.traces.toolstacks.get(server),
        }
    }

    /// The references of a class.
    pub(super) fn references(&self, class: &Class) -> Vec<&'w str> {
        let objects = self.of_class(class.name);
        objects.map(|(reference, _)| reference).collect()
    }

    /// What an object says; `None` if there is no such object.
    pub(super) fn record(&self, class: &Class, reference: &str) -> Option<BTreeMap<String, Value>> {
        let record = self.fields(class, reference)?;
        let say = |field: &Known| {
            let value = self.value(class, reference, &record, field);
            (field.name.to_owned(), value)
        };
        Some(class.fields.iter().map(say).collect())
    }

    /// What one of its fields says.
    pub(super) fn field(&self, class: &Class, reference: &str, field: &Known) -> Option<Value> {
        let record = self.fields(class, reference)?;
        Some(self.value(class, reference, &record, field))
    }

    /// The fields of an object that somebody has set.
    fn fields(&self, class: &Class, reference: &str) -> Option<Record> {
        match class.name {
            "session" => self.session(reference),
            "task" => self
                .memory?
                .tasks
                .get(reference)
                .map(|task| task.record.clone()),
            name => self.database?.get(name, reference).cloned(),
        }
    }

    /// The objects of a class: those that are kept, and tasks, which are not.
    fn of_class(&self, class: &str) -> impl Iterator<Item = (&'w str, &'w Record)> + use<'w> {
        let kept = self.database.map(|database| database.of(class));
        let memory = self.memory.filter(|_| class == "task");
        let tasks = memory.into_iter().flat_map(|memory| &memory.tasks);
        let tasks = tasks.map(|(reference, task)| (reference.as_str(), &task.record));
        kept.into_iter().flatten().chain(tasks)
    }

    /// The host that this toolstack runs on.
    pub(super) fn this_host(&self) -> Option<&'w str> {
        let installation = &hosts::system(self.world, self.server)?.installation;
        hosts::of_installation(self.world, self.server, installation)
    }

    fn session(&self, reference: &str) -> Option<Record> {
        let session = self.memory?.sessions.get(reference)?;
        let host = self.this_host();
        let fields: [(&str, Field); 6] = [
            ("uuid", session.uuid.as_str().into()),
            ("this_host", host.unwrap_or_default().into()),
            ("last_active", time(session.last_active).into()),
            ("is_local_superuser", true.into()),
            ("originator", session.originator.as_str().into()),
            ("pool", false.into()),
        ];
        Some(fields.map(|(name, field)| (name.to_owned(), field)).into())
    }

    fn value(&self, class: &Class, reference: &str, record: &Record, field: &Known) -> Value {
        if let Some((of, by)) = field.collects {
            return Value::texts(self.that_refer(of, by, reference));
        }
        let now = self.now(class.name, field.name, reference);
        let set = now.as_ref().or_else(|| record.get(field.name));
        Value::of(field.kind, set, field.default)
    }

    /// The objects of a class whose field refers to `to`.
    fn that_refer(&self, class: &str, by: &str, to: &str) -> Vec<&'w str> {
        let objects = self.of_class(class);
        let refers = |record: &Record| record.get(by).and_then(Field::text) == Some(to);
        objects
            .filter(|(_, record)| refers(record))
            .map(|(reference, _)| reference)
            .collect()
    }

    /// What is measured, and not kept.
    fn now(&self, class: &str, field: &str, reference: &str) -> Option<Field> {
        let host = self.host_of(class, reference);
        let server = host.and_then(|host| hosts::server_of(self.world, self.server, host));
        let up = || server.and_then(|server| self.world.on_since(server));
        Some(match (class, field) {
            ("PIF_metrics", "carrier" | "duplex") => (self.links(reference, server) > 0).into(),
            ("PIF_metrics", "speed") => self.links(reference, server).saturating_mul(1000).into(),
            ("Bond", "links_up") => self.links_up(reference)?.into(),
            ("host_metrics", "live") => host
                .is_some_and(|host| hosts::is_live(self.world, self.server, host))
                .into(),
            ("host", "bios_strings") => {
                let server = hosts::server_of(self.world, self.server, reference)?;
                let serial = self.world.machine(server)?.serial.as_str();
                [
                    ("system-manufacturer", "Cisco Systems Inc"),
                    ("system-product-name", MODEL),
                    ("system-serial-number", serial),
                ]
                .into()
            }
            ("host_metrics", "memory_total") => self.memory().into(),
            ("PIF", "currently_attached") => {
                card::is_attached(self.world, self.server, reference)?.into()
            }
            (_, "last_updated") | ("VM_metrics", "start_time") => {
                time(up().unwrap_or_default()).into()
            }
            _ => return None,
        })
    }

    /// The host that metrics are about.
    fn host_of(&self, class: &str, metrics: &str) -> Option<&'w str> {
        let (of, field) = match class {
            "host_metrics" => return self.that_refer("host", "metrics", metrics).pop(),
            "PIF_metrics" => ("PIF", "host"),
            "VM_metrics" => ("VM", "resident_on"),
            _ => return None,
        };
        let about = self.that_refer(of, "metrics", metrics).pop()?;
        self.database?.get(of, about)?.get(field)?.text()
    }

    /// How many of the network cards behind a card have a link.
    fn links(&self, metrics: &str, server: Option<&str>) -> i64 {
        let card = self.that_refer("PIF", "metrics", metrics).pop();
        let database = self.database;
        let nics = card.and_then(|card| {
            let database = database?;
            Some(nics(database, database.get("PIF", card)?))
        });
        let nics = nics.unwrap_or_default().into_iter();
        let linked = nics.filter(|nic| {
            server.is_some_and(|server| self.world.has_carrier(&Jack::new(server, nic)))
        });
        i64::try_from(linked.count()).unwrap_or_default()
    }

    /// How many cards of a bond take part in it.
    fn links_up(&self, bond: &str) -> Option<i64> {
        let database = self.database?;
        let master = said(database.get("Bond", bond)?, "master");
        let master = database.get("PIF", master)?;
        let server = hosts::server_of(self.world, self.server, said(master, "host"))?;
        let system = hosts::system(self.world, server)?;
        let bond = system.bonds.get(said(master, "device"))?;
        i64::try_from(self.world.links_up(server, bond)).ok()
    }

    /// The host's memory in bytes.
    fn memory(&self) -> i64 {
        i64::from(MEMORY) * 1024 * 1024
    }
}

/// A moment as the API writes it.
pub(super) fn time(at: Millis) -> String {
    let epoch = EPOCH.parse::<jiff::Timestamp>().unwrap_or_default();
    let since = jiff::SignedDuration::from_millis(i64::try_from(at).unwrap_or(i64::MAX));
    let moment = epoch.saturating_add(since).unwrap_or(epoch);
    moment.strftime("%Y%m%dT%H:%M:%SZ").to_string()
}
