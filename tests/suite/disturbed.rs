//! A floor on which something happened since the chapters were done: they are run again, and make
//! nothing worse.

use super::desk::Desk;
use super::xapi::{chapters, sent};

/// Runs them again after this order to the lab; what was shown, with nothing sent.
fn again(order: &str, words: &str) -> String {
    let desk = chapters();
    if !order.is_empty() {
        desk.call(order).success();
    }
    let said = Desk::shown(&desk.call(words).code(1));
    assert_eq!(sent(&desk), "", "{said}");
    said
}

#[test]
fn a_host_that_does_not_let_us_in_is_not_installed_anew() {
    let said = again("lab break password xen1", "run runbooks");
    assert!(said.contains("stopped  Put the installer into xen1's drive"));
    assert!(said.contains("can't tell whether `install-xen1` holds"));
    assert!(said.contains("the server refused our login"), "{said}");
}

#[test]
fn a_cable_that_is_out_is_nothing_to_configure() {
    let said = again("lab technician unplug xen1:nic1", "run runbooks");
    assert!(said.contains("already  Put the servers into the management VLAN"));
    assert!(said.contains("already  Bundle xen1's two ports"), "{said}");
    assert!(said.contains("stopped  Bond xen1's two cards"), "{said}");
}

#[test]
fn a_bond_with_other_settings_is_somebody_elses() {
    let words = "run runbooks/08-pool-networks.md --var hash=tcpudp_ports";
    let said = again("", words);
    assert!(said.contains("stopped  Bond xen1's two cards"), "{said}");
}

#[test]
fn what_a_run_needs_and_is_gone_is_shown_with_what_was_found() {
    let order = "lab technician unplug xen1:cimc";
    let said = again(order, "run runbooks/06-link-aggregation.md");
    let found = "`cimc#give-each-cimc-an-address` does not hold now: `xen1-redfish` is not there";
    assert!(said.contains(found), "{said}");
}
