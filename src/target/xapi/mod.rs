//! XenAPI: the calls of XenServer's toolstack, over XML-RPC.

mod answer;
mod identity;
mod invocation;
mod session;
mod task;
mod value;

pub(super) use session::open;
