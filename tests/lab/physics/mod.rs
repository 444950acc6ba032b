//! What would break on the floor breaks here: one consequence a test.

mod bonds;
mod bundles;
mod crosslinks;
mod failover;
mod files;
mod hosts;
mod keeping;
mod layouts;
mod modes;
mod rack;
mod restart;
mod stacking;
mod terminal;
mod timers;
mod vlans;
