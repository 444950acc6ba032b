use crate::runbook::{Known, KnownTarget, Lang, Runbook};
use crate::target::inventory::{DriverKind, Inventory};

/// The languages that a driver runs. A person can do something at any device.
pub(super) fn languages(driver: DriverKind) -> Vec<Lang> {
    match driver {
        DriverKind::Local => vec![Lang::Sh, Lang::File, Lang::Manual],
        DriverKind::Ssh => vec![Lang::Sh, Lang::File, Lang::Sftp, Lang::Probe, Lang::Manual],
        DriverKind::Ios => vec![Lang::Ios, Lang::Probe, Lang::Manual],
        DriverKind::Cimc => vec![Lang::Cimc, Lang::Probe, Lang::Manual],
        DriverKind::Xapi => vec![Lang::Xapi, Lang::Probe, Lang::Manual],
        DriverKind::Http => vec![Lang::Http, Lang::Probe, Lang::Manual],
        DriverKind::Manual => vec![Lang::Manual],
    }
}

/// What lint needs to know of an inventory.
pub fn known(inventory: &Inventory, runbooks: &[Runbook]) -> Known {
    let targets = inventory.targets.values().map(|target| {
        let langs = languages(target.driver);
        (
            target.name.clone(),
            KnownTarget {
                langs,
                console: target.console.is_some(),
                terminal: target.driver == DriverKind::Ssh,
                implied: !inventory.lab && target.span.is_empty(),
            },
        )
    });
    Known {
        lab: inventory.lab,
        targets: targets.collect(),
        groups: inventory.groups.clone(),
        variables: inventory.vars.keys().cloned().collect(),
        secrets: inventory.secrets.keys().cloned().collect(),
        runbooks: runbooks
            .iter()
            .map(|runbook| runbook.name.clone())
            .collect(),
    }
}
