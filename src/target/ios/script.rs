/// A line to send, with the answers to the questions it may lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScriptLine {
    /// Its line in the fence, from 0.
    pub(super) number: usize,
    pub(super) text: String,
    /// It belongs to the section that the last unindented line opened.
    pub(super) indented: bool,
    /// What `?` lines behind it say.
    pub(super) answers: Vec<String>,
}

/// Reads a fence. A line that starts with `?` answers the line before it.
///
/// # Errors
/// A character that can't be sent, in the words of a message.
pub(super) fn script(text: &str) -> Result<Vec<ScriptLine>, String> {
    let mut script: Vec<ScriptLine> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('!') {
            continue;
        }
        let (answer, content) = match content.strip_prefix('?') {
            Some(answer) => (true, answer.trim()),
            None => (false, content),
        };
        if let Some(bad) = content
            .chars()
            .find(|c| !c.is_ascii() || c.is_control() || *c == '?')
        {
            return Err(format!(
                "send line {}: it holds {bad:?}, which IOS does not take",
                number + 1
            ));
        }
        match script.last_mut() {
            Some(last) if answer => last.answers.push(content.to_owned()),
            _ if answer => return Err("send an answer to no question: `?` comes first".to_owned()),
            _ => script.push(ScriptLine {
                number,
                text: content.to_owned(),
                indented: line.starts_with(' '),
                answers: Vec::new(),
            }),
        }
    }
    Ok(script)
}
