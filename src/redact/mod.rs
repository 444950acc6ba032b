//! The one sink for secrets.
