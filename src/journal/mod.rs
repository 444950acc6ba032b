//! The run's append-only, hash-chained log.
