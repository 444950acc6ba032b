use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::lab::world::{Event, Node, World};

/// The lab's file server, on the office network.
pub const FILE_SERVER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 30);
/// What it offers over HTTP: path and size in MB.
pub const FILES: [(&str, u32); 5] = [
    ("/iso/xenserver.iso", 605),
    ("/iso/xenserver-xen1.iso", 605),
    ("/iso/xenserver-xen2.iso", 605),
    ("/iso/xenserver-storage.iso", 605),
    ("/iso/openfiler.iso", 322),
];

/// An image that a controller maps into its host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// By which protocol.
    pub mapping: Mapping,
    /// `http://192.168.1.30/iso/`, `//192.168.1.30/iso` …
    pub share: String,
    /// The file's name there.
    pub file: String,
    /// `mountOptions`.
    pub options: String,
    /// How far it has come.
    pub status: MediaStatus,
}

/// How an image is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mapping {
    /// `www`.
    Www,
    /// `nfs`.
    Nfs,
    /// `cifs`.
    Cifs,
}

/// `mappingStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaStatus {
    /// It is being fetched.
    InProgress,
    /// It is there.
    Ok,
    /// It is not, and why.
    Error(String),
}

impl Mapping {
    /// Reads `www`, `nfs` or `cifs`.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "www" => Some(Self::Www),
            "nfs" => Some(Self::Nfs),
            "cifs" => Some(Self::Cifs),
            _ => None,
        }
    }

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Www => "www",
            Self::Nfs => "nfs",
            Self::Cifs => "cifs",
        }
    }
}

impl MediaStatus {
    /// As the XML API shows it.
    pub fn word(&self) -> String {
        match self {
            Self::InProgress => "In Progress".to_owned(),
            Self::Ok => "OK".to_owned(),
            Self::Error(why) => format!("ERROR: {why}"),
        }
    }
}

impl Media {
    pub(super) fn is_there(&self) -> bool {
        self.status == MediaStatus::Ok
    }

    /// The host and path that it is fetched from.
    fn place(&self) -> Option<(Ipv4Addr, String)> {
        if self.mapping != Mapping::Www {
            return None;
        }
        let rest = self.share.strip_prefix("http://")?;
        let (host, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let folder = folder.trim_end_matches('/');
        let path = match folder {
            "" => format!("/{}", self.file),
            folder => format!("/{folder}/{}", self.file),
        };
        Some((host.parse().ok()?, path))
    }
}

impl World {
    /// Begins to fetch an image.
    pub fn map_media(&mut self, server: &str, volume: &str, media: Media) {
        if let Some(machine) = self.machine_mut(server) {
            machine.media.insert(volume.to_owned(), media);
        }
        let at = self.now() + self.state.settings.media;
        let fetched = Event::Fetched(server.to_owned(), volume.to_owned());
        self.schedule(at, fetched);
    }

    /// An image was fetched, or could not be.
    pub(in crate::lab::world) fn fetched(&mut self, server: &str, volume: &str) {
        let media = self.machine(server).and_then(|m| m.media.get(volume));
        let Some(media) = media.filter(|m| m.status == MediaStatus::InProgress) else {
            return;
        };
        let status = match media.place() {
            None => MediaStatus::Error("unsupported share".to_owned()),
            Some((host, path)) => {
                let from = Node::Controller(server.to_owned());
                let answers = self.answers(&from, host, 576, false);
                let known = FILES.iter().any(|(file, _)| *file == path);
                match (answers && host == FILE_SERVER, known) {
                    (false, _) => MediaStatus::Error("server not reachable".to_owned()),
                    (true, false) => MediaStatus::Error("file not found".to_owned()),
                    (true, true) => MediaStatus::Ok,
                }
            }
        };
        let media = self
            .machine_mut(server)
            .and_then(|m| m.media.get_mut(volume));
        if let Some(media) = media {
            media.status = status;
        }
    }
}
