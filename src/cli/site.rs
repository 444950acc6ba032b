use std::rc::Rc;
use std::sync::Arc;

use async_trait::async_trait;
use camino::Utf8Path;
use secrecy::SecretString;
use tokio::runtime::Runtime;

use super::Exit;
use super::args::Common;
use super::load::report;
use super::secrets;
use crate::engine::Connect;
use crate::lab::Lab;
use crate::plan::Plan;
use crate::redact::Redactor;
use crate::target::inventory::{self, DriverKind, Inventory, TargetSpec};
use crate::target::{Clock, Connector, Failure, FailureKind, Session, Technician};
use crate::text::{Probe, Source, Span, escape};
use crate::wire::TcpDial;

/// Where runbooks run: an inventory's devices, or the embedded lab.
pub(crate) struct Site {
    pub(crate) inventory: Inventory,
    pub(crate) clock: Clock,
    pub(crate) lab: Option<Lab>,
    connector: Connector,
}

impl Site {
    /// The inventory that a verb uses, without opening anything.
    pub(crate) fn inventory(common: &Common) -> Result<Inventory, Exit> {
        let source = match &common.inventory {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    complain!("error: failed to read the inventory {path}: {error}");
                    Exit::Usage
                })?;
                Source::new(path.clone(), text)
            }
            None => Source::new("the lab's inventory", crate::lab::inventory(common.seed)),
        };
        Self::read(common, source)
    }

    fn read(common: &Common, source: Source) -> Result<Inventory, Exit> {
        let (mut inventory, findings) = inventory::parse(source);
        report(common, &findings)?;
        inventory
            .targets
            .entry("local".to_owned())
            .or_insert_with(this_machine);
        inventory.folder = elsewhere(common.state());
        inventory.lab = common.inventory.is_none();
        Ok(inventory)
    }

    /// A runtime for the site: in the lab its clock is paused.
    pub(crate) fn runtime(common: &Common) -> Result<Runtime, Exit> {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all();
        if common.inventory.is_none() {
            builder.start_paused(true);
        }
        builder.build().map_err(|error| {
            complain!("error: failed to start: {error}");
            Exit::Failed
        })
    }

    /// Opens the site for these plans. Must be called inside its runtime.
    pub(crate) fn open(common: &Common, plans: &[&Plan]) -> Result<Self, Exit> {
        let mut inventory = Self::inventory(common)?;
        if common.inventory.is_some() {
            secrets::ask(&mut inventory, plans)?;
            let clock = Clock::real();
            let connector =
                Connector::new(inventory.clone(), Arc::new(TcpDial), clock.clone(), None);
            return Ok(Self {
                inventory,
                clock,
                lab: None,
                connector,
            });
        }
        let lab = open_lab(&common.state().join("lab"), common.seed)?;
        // A lab that exists keeps the seed it was made from, and with it its host keys.
        let inventory = Self::read(common, Source::new("the lab's inventory", lab.inventory()))?;
        let clock = lab.clock();
        let technician = Rc::new(LabTechnician(lab.clone()));
        let connector = Connector::new(
            inventory.clone(),
            lab.dialer(),
            clock.clone(),
            Some(technician as Rc<dyn Technician>),
        );
        Ok(Self {
            inventory,
            clock,
            lab: Some(lab),
            connector,
        })
    }

    /// A secret by its name in the inventory.
    pub(crate) fn secret(&self, name: &str) -> Result<SecretString, Failure> {
        let Some(reference) = self.inventory.secrets.get(name) else {
            return Err(Failure::not_sent(
                FailureKind::Local,
                format!("find the secret `{name}`: the inventory does not have it"),
            ));
        };
        self.connector.vault().fetch(name, reference)
    }

    /// A redactor that knows every secret that the plans use, and every other value that is
    /// fetched here for them.
    pub(crate) fn redactor(&self, plans: &[&Plan]) -> Result<Redactor, Exit> {
        let vault = self.connector.vault();
        secrets::fetch(vault, &self.inventory, plans)?;
        Ok(vault.redactor())
    }

    /// Leaves the site as it stands.
    pub(crate) fn close(&self) -> Result<(), Exit> {
        let Some(lab) = &self.lab else { return Ok(()) };
        lab.close().map_err(|error| {
            complain!("error: {error}");
            Exit::Failed
        })
    }
}

pub(crate) fn open_lab(dir: &Utf8Path, seed: u64) -> Result<Lab, Exit> {
    let lab = Lab::open(dir, seed, Clock::paused).map_err(|error| {
        complain!("error: {error}");
        if let Some(help) = error.help() {
            complain!("help: {help}");
        }
        Exit::Usage
    })?;
    if let Some(remark) = lab.remark() {
        complain!("warning: {remark}");
    }
    Ok(lab)
}

#[async_trait(?Send)]
impl Connect for Site {
    async fn open(&self, target: &str) -> Result<Box<dyn Session>, Failure> {
        self.connector.open(target).await
    }

    fn device(&self, target: &str) -> String {
        self.inventory
            .targets
            .get(target)
            .map_or_else(|| target.to_owned(), |spec| spec.device.clone())
    }

    async fn probe(&self, target: &str, probe: &Probe) -> Result<(), String> {
        self.connector.probe(target, probe).await
    }

    fn address(&self, target: &str) -> Option<String> {
        let spec = self.inventory.targets.get(target)?;
        let address = spec.address.as_ref()?;
        Some(address.to_string())
    }

    fn pin(&self, target: &str, fingerprint: &str) -> Result<(), String> {
        self.connector.pin(target, fingerprint)
    }

    fn key(&self, target: &str) -> Option<String> {
        self.connector.key(target)
    }

    fn has_technician(&self) -> bool {
        self.lab.is_some()
    }
}

struct LabTechnician(Lab);

#[async_trait(?Send)]
impl Technician for LabTechnician {
    async fn perform(&self, orders: &str) -> Result<String, String> {
        self.0.perform(orders).map_err(|error| error.to_string())
    }

    async fn look(&self, orders: &str) -> Result<String, String> {
        self.0.look(orders).map_err(|error| error.to_string())
    }
}

/// The target `local`, which every inventory has.
fn this_machine() -> TargetSpec {
    TargetSpec {
        name: "local".to_owned(),
        driver: DriverKind::Local,
        address: None,
        console: None,
        device: "local".to_owned(),
        user: None,
        password: None,
        enable: None,
        console_login: None,
        keys: Vec::new(),
        agent: false,
        host_keys: Vec::new(),
        known_hosts: None,
        via: None,
        tls_pins: Vec::new(),
        plain_http: false,
        legacy_cisco_ios: false,
        vars: Default::default(),
        span: Span::default(),
    }
}

/// The folder that we are in, unless the state lies in it: a run is taken up and taken back in the
/// same one, which may have been moved as a whole.
fn elsewhere(state: &Utf8Path) -> Option<String> {
    let here = std::env::current_dir().ok()?;
    let state = std::path::absolute(state).ok();
    let beside = state.and_then(|state| state.parent()?.canonicalize().ok());
    (beside.as_ref() != Some(&here)).then(|| escape(&here.to_string_lossy()).into_owned())
}
