//! Expectations: one file per kind.
