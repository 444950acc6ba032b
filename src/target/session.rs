use async_trait::async_trait;

use super::{Failure, Progress, Reply, Request};

/// Who is at the other end: recorded, and compared at resume.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Serial numbers (a stack's members, sorted), or a machine id.
    pub serials: Vec<String>,
    /// The host key's fingerprint, `SHA256:…`.
    pub host_key: Option<String>,
    /// Why that key was trusted (`pin in inventory.yaml`, `known_hosts:3`).
    pub trusted_by: Option<String>,
    /// Software version.
    pub version: Option<String>,
    /// Weak algorithms in use, for the record.
    pub weak: Vec<String>,
}

/// An open way to a target. Dropping it hangs up.
#[async_trait(?Send)]
pub trait Session {
    /// Sends what changes nothing, and returns the answer.
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure>;

    /// Sends an effect, once.
    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure>;

    /// Finds out whether we are let in, where connecting has not told already; sends what changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`Authentication`](super::FailureKind::Authentication) if the target refuses our login,
    /// and only then.
    async fn knock(&mut self, request: &Request) -> Result<(), Failure> {
        let _ = request;
        Ok(())
    }

    /// Keeps what an effect under a timer changed. Called on a *new* session after the checks.
    async fn confirm(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        let _ = progress;
        Ok(Reply::default())
    }

    /// Takes an effect under a timer back now. Called on a new session.
    async fn revert(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        let _ = progress;
        Ok(Reply::default())
    }

    /// Ends it where a device wants to be told; those that don't see it in the connection.
    async fn close(&mut self) {}

    /// Who is at the other end, as far as is known by now.
    fn identity(&self) -> Identity {
        Identity::default()
    }
}

/// The lab's hands: performs what `lab=` on a `manual` fence says.
#[async_trait(?Send)]
pub trait Technician {
    /// Performs the orders; `Err` says in the world's words why it can't be done.
    async fn perform(&self, orders: &str) -> Result<String, String>;

    /// Only looks; `Err` also where the orders are to change something.
    async fn look(&self, orders: &str) -> Result<String, String>;
}
