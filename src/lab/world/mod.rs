//! The world: what is racked, cabled, configured and going on. Pure and deterministic.

pub mod switch;
