/// How much of a request has left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sent {
    /// No byte of it: it may be sent again.
    #[default]
    Nothing,
    /// Any byte may have.
    Some,
    /// All of it, as far as we can tell.
    All,
}
