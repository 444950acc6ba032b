//! What would break on the floor breaks here: one consequence a test.

mod bundles;
mod keeping;
mod layouts;
mod rack;
mod stacking;
mod timers;
mod vlans;
