use std::io;
use std::time::Duration;

use super::inventory::{DriverKind, Inventory, TargetSpec};
use super::{Failure, FailureKind, Vault};
use crate::wire::ssh::{self, HostKeys, SshConnection, SshError, SshOptions};
use crate::wire::{Dial, Endpoint, Stream};

/// A path that drops packets never answers, so a person's patience decides.
const DIAL_DEADLINE: Duration = Duration::from_secs(30);

/// Connects to a target by SSH, through its jump hosts; the host key is checked at every hop.
///
/// `endpoint` is the target's address, or its console's.
pub(super) async fn reach(
    inventory: &Inventory,
    vault: &Vault,
    dial: &dyn Dial,
    spec: &TargetSpec,
    endpoint: &Endpoint,
) -> Result<SshConnection, Failure> {
    // What is wrong on our side is found before anybody is called.
    let options = options(vault, spec, endpoint)?;
    let stream = stream(inventory, vault, dial, spec, endpoint).await?;
    ssh::connect(stream, &options)
        .await
        .map_err(|error| failure(spec, endpoint, &error))
}

pub(super) async fn stream(
    inventory: &Inventory,
    vault: &Vault,
    dial: &dyn Dial,
    spec: &TargetSpec,
    endpoint: &Endpoint,
) -> Result<Box<dyn Stream>, Failure> {
    let jump = match spec
        .via
        .as_ref()
        .map(|via| (via, inventory.targets.get(via)))
    {
        None => return direct(dial, spec, endpoint).await,
        Some((_, Some(jump))) if jump.driver == DriverKind::Local => {
            return direct(dial, spec, endpoint).await;
        }
        Some((_, Some(jump))) if jump.driver == DriverKind::Ssh => jump,
        Some((via, _)) => {
            let message = format!(
                "reach `{}` through `{via}`: that is no SSH target",
                spec.name
            );
            return Err(Failure::not_sent(FailureKind::Local, message));
        }
    };
    let Some(address) = &jump.address else {
        let message = format!(
            "reach `{}` through `{}`: it has no address",
            spec.name, jump.name
        );
        return Err(Failure::not_sent(FailureKind::Local, message));
    };
    let connection = Box::pin(reach(inventory, vault, dial, jump, address)).await?;
    let opened = tokio::time::timeout(DIAL_DEADLINE, connection.direct_tcpip(endpoint)).await;
    let unreachable = |reason: String| {
        let name = &spec.name;
        let message = format!(
            "reach `{name}` ({endpoint}) through `{}`: {reason}",
            jump.name
        );
        Failure::not_sent(FailureKind::Unreachable, message)
    };
    match opened {
        Ok(opened) => opened.map_err(|error| unreachable(error.to_string())),
        Err(_) => Err(unreachable(no_answer())),
    }
}

fn no_answer() -> String {
    format!("no answer within {} s", DIAL_DEADLINE.as_secs())
}

async fn direct(
    dial: &dyn Dial,
    spec: &TargetSpec,
    endpoint: &Endpoint,
) -> Result<Box<dyn Stream>, Failure> {
    let (kind, reason) = match tokio::time::timeout(DIAL_DEADLINE, dial.dial(endpoint)).await {
        Ok(Ok(stream)) => return Ok(stream),
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => (
            FailureKind::Refused,
            "the connection was refused".to_owned(),
        ),
        Ok(Err(error)) => (FailureKind::Unreachable, error.to_string()),
        Err(_) => (FailureKind::Unreachable, no_answer()),
    };
    Err(Failure::not_sent(
        kind,
        format!("connect to `{}` ({endpoint}): {reason}", spec.name),
    ))
}

fn options(vault: &Vault, spec: &TargetSpec, endpoint: &Endpoint) -> Result<SshOptions, Failure> {
    let Some(user) = &spec.user else {
        let message = format!("log in to `{}`: the inventory names no user", spec.name);
        return Err(Failure::not_sent(FailureKind::Local, message));
    };
    let files = spec.known_hosts.as_deref();
    let host_keys = HostKeys::load(endpoint.clone(), spec.host_keys.clone(), files)
        .map_err(|error| failure(spec, endpoint, &error))?;
    let password = spec.password.as_ref();
    let password = password.map(|password| vault.fetch(&spec.name, password));
    Ok(SshOptions {
        password: password.transpose()?,
        keys: spec.keys.clone(),
        agent: spec.agent,
        legacy_cisco_ios: spec.legacy_cisco_ios,
        ..SshOptions::new(user.clone(), host_keys)
    })
}

fn failure(spec: &TargetSpec, endpoint: &Endpoint, error: &SshError) -> Failure {
    let message = format!("connect to `{}` ({endpoint}): {error}", spec.name);
    let failure = Failure::not_sent(kind(error), message);
    match error.help() {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// What an SSH error is to the engine.
pub(super) fn kind(error: &SshError) -> FailureKind {
    match error {
        SshError::Timeout { .. } => FailureKind::Timeout,
        SshError::HostKey(_) => FailureKind::HostKey,
        SshError::Authentication { .. } => FailureKind::Authentication,
        SshError::Disconnected(_) => FailureKind::Disconnected,
        SshError::NoCommonAlgorithm { .. } | SshError::Denied(_) | SshError::Protocol(_) => {
            FailureKind::Protocol
        }
        SshError::Local(_) => FailureKind::Local,
    }
}
