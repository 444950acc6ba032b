/// What a target answered, as far as expectations can see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// Standard output, or a device's answer.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit status, where there is such a thing.
    pub exit: Option<i32>,
    /// A person's answer, not a device's.
    pub by_hand: bool,
    /// The device's own refusal, or the person's.
    pub error: Option<String>,
}
