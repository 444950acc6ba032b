//! What a XenServer host keeps about itself and its pool: objects of classes, each with fields.
//!
//! It is kept on the volume with the rest of the installation. A field that nobody has set is not
//! in it; what it has then is for the API to say. What follows from something else is not in it
//! either: which host a card belongs to is a field of the card, and that the host has the card
//! follows.

mod field;
mod installed;
mod let_go;
mod network;
mod repositories;
mod role;
mod take_in;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use field::{Field, is_so, number, pair, said};
pub use installed::Facts;
pub use role::PoolRole;

/// The fields of an object that were set, by name.
pub type Record = BTreeMap<String, Field>;

/// All objects, by class and reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Database(BTreeMap<String, BTreeMap<String, Record>>);

/// A reference to nothing.
pub const NULL: &str = "OpaqueRef:NULL";

impl Database {
    /// An object.
    pub fn get(&self, class: &str, reference: &str) -> Option<&Record> {
        self.0.get(class)?.get(reference)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, class: &str, reference: &str) -> Option<&mut Record> {
        self.0.get_mut(class)?.get_mut(reference)
    }

    /// The objects of a class, in the order of their references.
    pub fn of<'d>(&'d self, class: &str) -> impl Iterator<Item = (&'d str, &'d Record)> + use<'d> {
        let objects = self.0.get(class).into_iter().flatten();
        objects.map(|(reference, record)| (reference.as_str(), record))
    }

    /// The classes that there are objects of.
    fn classes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Puts an object there.
    pub fn insert(&mut self, class: &str, reference: String, record: Record) {
        let objects = self.0.entry(class.to_owned()).or_default();
        objects.insert(reference, record);
    }

    /// Takes an object away.
    pub fn remove(&mut self, class: &str, reference: &str) -> Option<Record> {
        let objects = self.0.get_mut(class)?;
        let gone = objects.remove(reference);
        if objects.is_empty() {
            self.0.remove(class);
        }
        gone
    }
}

/// A UUID that follows from the world's seed and from what it is for.
pub fn uuid(seed: u64, of: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"runsheet lab uuid\0");
    hasher.update(seed.to_be_bytes());
    hasher.update(of.as_bytes());
    let mut bytes: [u8; 16] = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    // RFC 9562: version 4, its variant.
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

/// A reference that follows from the same.
pub fn opaque_ref(seed: u64, of: &str) -> String {
    format!("OpaqueRef:{}", uuid(seed, &format!("{of} ref")))
}
