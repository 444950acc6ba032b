use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::event::Event;
use crate::target::{Failure, FailureKind, Identity, Session};

/// Opens sessions to targets.
#[async_trait(?Send)]
pub trait Connect {
    /// Opens a new session.
    async fn open(&self, target: &str) -> Result<Box<dyn Session>, Failure>;

    /// The device behind a target.
    fn device(&self, target: &str) -> String;
}

/// The sessions of a run, opened when first needed.
pub(crate) struct Sessions<'a> {
    connect: &'a dyn Connect,
    open: BTreeMap<String, Box<dyn Session>>,
    seen: BTreeMap<String, Identity>,
}

impl<'a> Sessions<'a> {
    pub(crate) fn new(connect: &'a dyn Connect) -> Self {
        Self {
            connect,
            open: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    /// The open session to a target, and what is new about who is at its other end.
    pub(crate) async fn get(
        &mut self,
        target: &str,
    ) -> Result<(&mut Box<dyn Session>, Option<Event>), Failure> {
        if !self.open.contains_key(target) {
            let session = self.connect.open(target).await?;
            self.open.insert(target.to_owned(), session);
        }
        let session = self
            .open
            .get_mut(target)
            .ok_or_else(|| Failure::not_sent(FailureKind::Local, "keep a session open"))?;
        let identity = session.identity();
        let known = self.seen.get(target) == Some(&identity);
        let news = (!known).then(|| seen(target, self.connect.device(target), &identity));
        self.seen.insert(target.to_owned(), identity);
        Ok((session, news))
    }

    /// Whether there is a session from an earlier request.
    pub(crate) fn is_open(&self, target: &str) -> bool {
        self.open.contains_key(target)
    }

    /// One try to log in, kept nowhere.
    pub(crate) async fn knock(&self, target: &str) -> Result<(), Failure> {
        self.connect.open(target).await.map(drop)
    }

    /// Hangs up, so that the next request goes over a new connection.
    pub(crate) fn hang_up(&mut self, target: &str) {
        self.open.remove(target);
    }

    pub(crate) fn hang_up_all(&mut self) {
        self.open.clear();
    }
}

fn seen(target: &str, device: String, identity: &Identity) -> Event {
    Event::TargetSeen {
        target: target.to_owned(),
        device,
        serials: identity.serials.clone(),
        host_key: identity.host_key.clone(),
        trusted_by: identity.trusted_by.clone(),
        version: identity.version.clone(),
        weak: identity.weak.clone(),
    }
}
