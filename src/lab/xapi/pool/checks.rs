//! What a host that joins a pool, or leaves one, looks at first, in the order in which it does.

use crate::lab::world::World;
use crate::lab::world::xapi::{Database, Record, is_so, pair, said};
use crate::lab::xapi::fault::Fault;
use crate::lab::xapi::hosts::system;

/// Whether a host may join the pool of a master; `force` lets other software and processors pass.
pub(super) fn may_join(
    world: &World,
    server: &str,
    master: &str,
    force: bool,
) -> Result<(), Fault> {
    let gone = || Fault::new("JOINING_HOST_CONNECTION_FAILED", []);
    let own = &system(world, server).ok_or_else(gone)?.xapi;
    let pool = &system(world, master).ok_or_else(gone)?.xapi;
    has_no_ha(own)?;
    has_no_ha(pool)?;
    is_another(own, server == master)?;
    has_no_machines(own)?;
    let (me, it) = (master_of(own), master_of(pool));
    if version(&me, "product_version") != version(&it, "product_version") {
        let code = "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION";
        return Err(Fault::new(code, []));
    }
    if !force {
        are_alike(&me, &it)?;
    }
    has_own_storage_only(own)?;
    manages_over_a_card(own)?;
    if version(&me, "network_backend") != version(&it, "network_backend") {
        return Err(not_allowed("Network backends differ"));
    }
    Ok(())
}

/// Whether a host may leave the pool that it is a member of.
pub(super) fn may_leave(pool: &Database, host: &str) -> Result<(), Fault> {
    has_no_ha(pool)?;
    let mut pools = pool.of("pool");
    if pools.any(|(_, pool)| said(pool, "master") == host) {
        let why = "Xapi_pool.Cannot_eject_master";
        return Err(Fault::new("INTERNAL_ERROR", [why]));
    }
    let mut machines = pool.of("VM");
    let stays = machines.any(|(_, vm)| {
        is_guest(vm) && said(vm, "resident_on") == host && said(vm, "power_state") != "Halted"
    });
    match stays {
        true => Err(not_allowed("VM resident on host")),
        false => Ok(()),
    }
}

/// Whether a pool is without HA.
fn has_no_ha(database: &Database) -> Result<(), Fault> {
    let mut pools = database.of("pool");
    match pools.any(|(_, pool)| is_so(pool, "ha_enabled")) {
        true => Err(Fault::new("HA_IS_ENABLED", [])),
        false => Ok(()),
    }
}

fn is_another(own: &Database, is_itself: bool) -> Result<(), Fault> {
    let alone = own.of("host").count() < 2;
    match (is_itself, alone) {
        (true, true) => Err(not_allowed("Host cannot become slave of itself")),
        (true, false) => Err(not_allowed("Host is already part of a pool")),
        (false, false) => {
            let code = "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS";
            Err(Fault::new(code, []))
        }
        (false, true) => Ok(()),
    }
}

fn has_no_machines(own: &Database) -> Result<(), Fault> {
    for (_, machine) in own.of("VM") {
        if is_guest(machine) && said(machine, "power_state") == "Running" {
            return Err(Fault::new("JOINING_HOST_CANNOT_HAVE_RUNNING_VMS", []));
        }
        if machine.contains_key("current_operations") {
            let code = "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS";
            return Err(Fault::new(code, []));
        }
    }
    Ok(())
}

fn is_guest(machine: &Record) -> bool {
    !is_so(machine, "is_control_domain")
}

/// The host that a pool is led by.
fn master_of(database: &Database) -> Record {
    let mut pools = database.of("pool");
    let master = pools.next().map(|(_, pool)| said(pool, "master"));
    let master = master.and_then(|master| database.get("host", master));
    master.cloned().unwrap_or_default()
}

fn are_alike(me: &Record, it: &Record) -> Result<(), Fault> {
    let differs = |why| Err(Fault::new("HOSTS_NOT_HOMOGENEOUS", [why]));
    let software = ["product_version", "product_brand", "build_number"];
    if software.map(|key| version(me, key)) != software.map(|key| version(it, key)) {
        return differs("software version differs");
    }
    let processors = ["vendor", "features"];
    let of = |host| processors.map(|key| pair(host, "cpu_info", key));
    if of(me) != of(it) {
        return differs("CPUs differ");
    }
    Ok(())
}

fn version<'r>(host: &'r Record, key: &str) -> Option<&'r str> {
    pair(host, "software_version", key)
}

/// The one with the tools for guests is everywhere.
fn has_own_storage_only(own: &Database) -> Result<(), Fault> {
    let mut repositories = own.of("SR");
    let is_foreign = |repository: &Record| {
        is_so(repository, "shared") && said(repository, "name_label") != "XenServer Tools"
    };
    match repositories.any(|(_, repository)| is_foreign(repository)) {
        true => {
            let code = "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS";
            Err(Fault::new(code, []))
        }
        false => Ok(()),
    }
}

fn manages_over_a_card(own: &Database) -> Result<(), Fault> {
    let mut cards = own.of("PIF");
    match cards.any(|(_, card)| is_so(card, "management") && !is_so(card, "physical")) {
        true => {
            let code = "POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC";
            Err(Fault::new(code, []))
        }
        false => Ok(()),
    }
}

fn not_allowed(why: &str) -> Fault {
    Fault::new("OPERATION_NOT_ALLOWED", [why])
}
