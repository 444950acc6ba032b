use super::place::Place;

/// Knows whether JSON text ends inside of a string. XenAPI arguments may use `'` as well.
#[derive(Default)]
pub(super) struct Follower {
    open: Option<char>,
    escaped: bool,
}

impl Follower {
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match self.open {
                // No string goes beyond its line.
                _ if c == '\n' => *self = Self::default(),
                Some(_) if self.escaped => self.escaped = false,
                Some(_) if c == '\\' => self.escaped = true,
                Some(quote) if c == quote => self.open = None,
                None if c == '"' || c == '\'' => self.open = Some(c),
                _ => {}
            }
        }
    }

    pub(super) fn place(&self) -> Place {
        if self.escaped {
            return Place::Harmless("after a backslash");
        }
        self.open.map_or(Place::JsonValue, Place::JsonString)
    }
}
