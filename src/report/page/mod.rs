//! What the HTML pages have in common: one place where text becomes HTML, and a policy that
//! forbids a browser everything that the page doesn't bring along.

mod environment;
mod policy;
mod prose;

pub(super) use environment::environment;
pub(super) use policy::Policy;
