/// Why no prompt came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// The deadline passed. What stood on the last line.
    #[error("wait for the device's prompt: the deadline passed{}", standing(.0))]
    Timeout(String),
    /// The other end hung up.
    #[error("read from the device: it hung up ({0})")]
    Closed(String),
    /// More came than anybody asked for.
    #[error("read the device's output: it is longer than {0} bytes")]
    TooLong(usize),
}

fn standing(line: &str) -> String {
    match line.trim() {
        "" => String::new(),
        line => format!(", and the last line says `{}`", crate::text::escape(line)),
    }
}
