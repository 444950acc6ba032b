//! runsheet: literate runbooks with verifiable steps.
//!
//! # A runbook's life
//!
//! 1. [`runbook`] reads a Markdown file: front matter, headings, and fences whose info string
//!    names a role (`read`, `run`, `check`, `undo`, `skip-if`). It never fails; what is wrong
//!    becomes a [`Diagnostic`](text::Diagnostic) with a span, and lint finds all of it without
//!    touching a target.
//! 2. [`plan`] binds it to an inventory and to variables ([`value`]): what would be sent to
//!    whom, in order, with undo. Pure, so its digest can be approved.
//! 3. [`engine`] runs the plan. For each step: look ([`check`]), and if the check holds, the
//!    step is *already* done. Else write the intent, send the effect, write the outcome, check,
//!    write the verdict. A failed step is backed out with those before it, newest first, and
//!    every undo is checked too.
//! 4. [`target`] holds the drivers that speak to devices over the protocols in [`wire`]. An
//!    answer, also a device's "no", is a reply; no answer is a failure, and says whether bytes
//!    may have left.
//! 5. [`journal`] is the truth about the run: [`event`]s as hash-chained lines, on disk before
//!    anything else happens. One transition table says what may follow what, live and when a
//!    journal is read again. Everything passes [`redact`] on its way there.
//! 6. [`report`] shows the same events to people, live or replayed.
//! 7. [`record`] seals and signs what a run left behind, so that an auditor can verify it.
//!
//! With no inventory the target is the [`lab`]: a simulated data centre with physics, whose
//! devices speak their real protocols. It shares codecs with the drivers and nothing else, so
//! it can't share their mistakes.
//!
//! [`cli`] puts it together, one file a verb. `tests/architecture.rs` enforces who may use whom.

pub mod check;
pub mod cli;
pub mod engine;
pub mod event;
pub mod journal;
pub mod lab;
pub mod plan;
pub mod record;
pub mod redact;
pub mod report;
pub mod runbook;
pub mod target;
pub mod text;
pub mod value;
pub mod wire;
