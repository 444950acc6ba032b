/// Turns a terminal's bytes into lines, as a person would see them.
#[derive(Debug, Default)]
pub(super) struct Screen {
    line: Vec<u8>,
    cursor: usize,
    escape: Escape,
}

/// Where in an escape sequence the stream is; it may be cut anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Started,
    /// `ESC [ …` up to a letter.
    Control,
    /// `ESC ] …` up to BEL or `ESC \`.
    Title,
}

impl Screen {
    /// Shows a byte; a line feed gives the finished line.
    pub(super) fn show(&mut self, byte: u8) -> Option<String> {
        match (self.escape, byte) {
            (Escape::None, 0x1b) | (Escape::Title, 0x1b) => self.escape = Escape::Started,
            (Escape::None, _) => return self.plain(byte),
            (Escape::Started, b'[') => self.escape = Escape::Control,
            (Escape::Started, b']') => self.escape = Escape::Title,
            (Escape::Control, 0x40..=0x7e) | (Escape::Title, 0x07) | (Escape::Started, _) => {
                self.escape = Escape::None;
            }
            (Escape::Control | Escape::Title, _) => {}
        }
        None
    }

    fn plain(&mut self, byte: u8) -> Option<String> {
        match byte {
            b'\n' => {
                self.cursor = 0;
                let line = std::mem::take(&mut self.line);
                return Some(String::from_utf8_lossy(&line).into_owned());
            }
            b'\r' => self.back_to(0),
            0x08 => self.back_to(self.cursor.saturating_sub(1)),
            b'\t' | 0x20..=0x7e | 0x80.. => {
                match self.line.get_mut(self.cursor) {
                    Some(under) => *under = byte,
                    None => self.line.push(byte),
                }
                self.cursor += 1;
            }
            _ => {}
        }
        None
    }

    /// Moves the cursor back. Blanks that it leaves behind are how a terminal rubs out.
    fn back_to(&mut self, column: usize) {
        self.cursor = column;
        if self.line[column..].iter().all(|byte| *byte == b' ') {
            self.line.truncate(column);
        }
    }

    /// The line that is not finished.
    pub(super) fn line(&self) -> String {
        String::from_utf8_lossy(&self.line).into_owned()
    }

    /// Its length.
    pub(super) fn line_len(&self) -> usize {
        self.line.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: &[u8]) -> (Vec<String>, String) {
        let mut screen = Screen::default();
        let lines = bytes.iter().filter_map(|byte| screen.show(*byte)).collect();
        (lines, screen.line())
    }

    #[test]
    fn a_pages_mark_is_rubbed_out_before_the_next_line() {
        let erase = format!("{0}{1}{0}", "\u{8}".repeat(9), " ".repeat(8));
        let (lines, _) = seen(format!("a\r\n --More-- {erase} b\r\n").as_bytes());
        assert_eq!(lines, ["a", " b"]);
    }

    #[test]
    fn colours_and_titles_are_not_text() {
        let (lines, rest) = seen(b"\x1b]0;title\x07\x1b[1;32mup\x1b[0m  \r\nSwitch#");
        assert_eq!(lines, ["up  "]);
        assert_eq!(rest, "Switch#");
    }
}
