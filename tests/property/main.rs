//! What must hold for whatever is read: each file here is one reader, what it promises
//! (`holds`), and the inputs that once broke the promise.
//!
//! `cargo test` tries a few inputs of each. `RUNSHEET_FUZZ_SECONDS=10` tries for so long, and
//! `fuzz/` gives the same promises to cargo-fuzz.

mod assertion;
mod excerpt;
mod info_string;
mod inventory;
mod ios_line;
mod journal;
mod known_hosts;
mod markdown;
mod mutation;
mod policy;
mod prompt;
mod redactor;
mod search;
mod seeds;
mod template;
mod xapi_call;
mod xml;
mod xmlrpc;
