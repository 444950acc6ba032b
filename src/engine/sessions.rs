use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use async_trait::async_trait;
use tokio::sync::Mutex;

use super::same_device::same_device;
use crate::event::{Event, Place, READ_AT_DEVICE};
use crate::journal::Seen;
use crate::target::{Failure, FailureKind, Identity, Request, Session};
use crate::text::Probe;

/// Opens sessions to targets.
#[async_trait(?Send)]
pub trait Connect {
    /// Opens a new session.
    async fn open(&self, target: &str) -> Result<Box<dyn Session>, Failure>;

    /// The device behind a target.
    fn device(&self, target: &str) -> String;

    /// Where a target is reached; `None`: it has no address.
    fn address(&self, target: &str) -> Option<String> {
        let _ = target;
        None
    }

    /// Trusts a target by the fingerprint of a key that was read at the device itself.
    ///
    /// # Errors
    /// Why not: the inventory says otherwise.
    fn pin(&self, target: &str, fingerprint: &str) -> Result<(), String> {
        let _ = fingerprint;
        Err(format!("`{target}` shows no key that could be trusted"))
    }

    /// The fingerprint of the key by which a target is trusted, if one is known: from the inventory
    /// or by [`Connect::pin`].
    fn key(&self, target: &str) -> Option<String> {
        let _ = target;
        None
    }

    /// Asks a target something that changes nothing, once.
    ///
    /// # Errors
    /// It did not answer, or can't be asked that.
    async fn probe(&self, target: &str, probe: &Probe) -> Result<(), String> {
        let _ = probe;
        Err(format!("`{target}` can't be probed"))
    }

    /// Whether there is a technician, who does what `lab=` says. Elsewhere it is for a person.
    fn has_technician(&self) -> bool {
        false
    }
}

/// The sessions of a run, by device. Lanes that run at once meet here: whoever holds a device's
/// lock is the only one that speaks to it, over whichever of its targets.
pub(crate) struct Sessions<'a> {
    connect: &'a dyn Connect,
    known: Known,
    devices: RefCell<BTreeMap<String, Rc<Mutex<Device<'a>>>>>,
    pins: Pins,
}

/// By what devices were known before a run was taken up again, or taken back.
type Known = Rc<RefCell<BTreeMap<String, Seen>>>;

/// Keys that were read at the devices themselves, by target: each with where that was.
type Pins = Rc<RefCell<BTreeMap<String, (String, String)>>>;

/// The sessions to one device, opened when first needed.
pub(crate) struct Device<'a> {
    connect: &'a dyn Connect,
    name: String,
    known: Known,
    open: BTreeMap<String, Box<dyn Session>>,
    seen: BTreeMap<String, Identity>,
    pins: Pins,
}

impl<'a> Sessions<'a> {
    pub(crate) fn new(connect: &'a dyn Connect, known: BTreeMap<String, Seen>) -> Self {
        Self {
            connect,
            known: Rc::new(RefCell::new(known)),
            devices: RefCell::default(),
            pins: Pins::default(),
        }
    }

    /// The device behind a target.
    pub(crate) fn device(&self, target: &str) -> Rc<Mutex<Device<'a>>> {
        let name = self.connect.device(target);
        let mut devices = self.devices.borrow_mut();
        let device = devices.entry(name).or_insert_with_key(|name| {
            Rc::new(Mutex::new(Device {
                connect: self.connect,
                name: name.clone(),
                known: self.known.clone(),
                open: BTreeMap::new(),
                seen: BTreeMap::new(),
                pins: self.pins.clone(),
            }))
        });
        device.clone()
    }

    /// Expects devices to be those that another run spoke to.
    pub(crate) fn know(&self, seen: &BTreeMap<String, Seen>) {
        let mut known = self.known.borrow_mut();
        for (target, seen) in seen {
            known.entry(target.clone()).or_insert_with(|| seen.clone());
        }
    }

    /// Trusts a target by a key that was read in a step.
    pub(crate) fn pin(&self, target: &str, fingerprint: &str, place: &Place) -> Result<(), String> {
        self.connect.pin(target, fingerprint)?;
        let pinned = (
            fingerprint.to_owned(),
            format!("{READ_AT_DEVICE} in `{place}`"),
        );
        self.pins.borrow_mut().insert(target.to_owned(), pinned);
        // Somebody stood before it just now: that outweighs the key of an earlier connection.
        if let Some(seen) = self.known.borrow_mut().get_mut(target) {
            seen.host_key = Some(fingerprint.to_owned());
        }
        Ok(())
    }

    /// The key by which a target is trusted.
    pub(crate) fn key(&self, target: &str) -> Option<String> {
        self.connect.key(target)
    }

    /// Whether the targets are the lab's.
    pub(crate) fn has_technician(&self) -> bool {
        self.connect.has_technician()
    }

    /// One try to log in, kept nowhere.
    pub(crate) async fn knock(&self, target: &str, request: &Request) -> Result<(), Failure> {
        let mut session = self.connect.open(target).await?;
        let let_in = session.knock(request).await;
        session.close().await;
        let_in
    }

    /// Asks a target something that changes nothing, beside whoever speaks to it.
    pub(crate) async fn probe(&self, target: &str, probe: &Probe) -> Result<(), String> {
        self.connect.probe(target, probe).await
    }

    /// Hangs up everywhere, except where a lane is speaking.
    pub(crate) async fn hang_up_all(&self) {
        let devices: Vec<_> = self.devices.borrow().values().cloned().collect();
        for device in devices {
            if let Ok(mut device) = device.try_lock() {
                for (_, mut session) in std::mem::take(&mut device.open) {
                    session.close().await;
                }
            }
        }
    }
}

impl Device<'_> {
    /// The open session to a target, and what is new about who is at its other end.
    pub(crate) async fn session(
        &mut self,
        target: &str,
    ) -> Result<(&mut Box<dyn Session>, Option<Event>), Failure> {
        if !self.open.contains_key(target) {
            // Whatever was said to log in, nothing of a request was in it.
            let opened = self.connect.open(target).await;
            let mut session = opened.map_err(Failure::before_request)?;
            let known = self.known.borrow().get(target).cloned();
            if let Some(known) = known
                && let Err(other) = same_device(target, &known, &session.identity())
            {
                session.close().await;
                return Err(other);
            }
            self.open.insert(target.to_owned(), session);
        }
        let session = self
            .open
            .get_mut(target)
            .ok_or_else(|| Failure::not_sent(FailureKind::Local, "keep a session open"))?;
        let mut identity = session.identity();
        if let Some((pin, place)) = self.pins.borrow().get(target)
            && identity.host_key.as_ref() == Some(pin)
        {
            identity.trusted_by = Some(place.clone());
        }
        let known = self.seen.get(target) == Some(&identity);
        let address = self.connect.address(target);
        let news = (!known).then(|| seen(target, self.name.clone(), address, &identity));
        self.seen.insert(target.to_owned(), identity);
        Ok((session, news))
    }

    /// Hangs up, so that the next request goes over a new connection.
    pub(crate) async fn hang_up(&mut self, target: &str) {
        if let Some(mut session) = self.open.remove(target) {
            session.close().await;
        }
    }
}

fn seen(target: &str, device: String, address: Option<String>, identity: &Identity) -> Event {
    Event::TargetSeen {
        target: target.to_owned(),
        device,
        address,
        serials: identity.serials.clone(),
        host_key: identity.host_key.clone(),
        trusted_by: identity.trusted_by.clone(),
        version: identity.version.clone(),
        weak: identity.weak.clone(),
    }
}
