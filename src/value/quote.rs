use super::{json, place::Place, shell};

/// The language of the text that values are inserted into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// A POSIX shell script. A value is one word, or a part of the quoted string or
    /// here-document it stands in.
    Sh,
    /// XML text or an attribute's value.
    Xml,
    /// JSON, or an argument of a XenAPI call: inside of a string its escaped contents, elsewhere a
    /// JSON value.
    Json,
    /// An HTTP request: head without control characters, then a body in JSON or XML.
    Http,
    /// IOS lines: control characters and `?` are refused, the CLI can't be sent them as text.
    Ios,
    /// An `expect` excerpt: what was inserted matches literally.
    Excerpt,
    /// Text without rules of its own.
    None,
}

/// Follows the text of a fence, so that it knows where the next value lands.
pub(super) struct Follower {
    quote: Quote,
    shell: shell::Follower,
    json: json::Follower,
    head: String,
}

impl Follower {
    pub(super) fn new(quote: Quote) -> Self {
        Self {
            quote,
            shell: shell::Follower::default(),
            json: json::Follower::default(),
            head: String::new(),
        }
    }

    /// Text that is sent as it stands.
    pub(super) fn text(&mut self, text: &str) {
        match self.quote {
            Quote::Sh => self.shell.text(text),
            Quote::Json => self.json.text(text),
            Quote::Http => {
                self.head.push_str(text);
                self.json.text(text);
            }
            Quote::Xml | Quote::Ios | Quote::Excerpt | Quote::None => {}
        }
    }

    /// A value stands here; quoted, it does not change where we are.
    pub(super) fn value(&mut self) {
        if self.quote == Quote::Sh {
            self.shell.value();
        }
    }

    pub(super) fn place(&self) -> Place {
        match self.quote {
            Quote::Sh => self.shell.place(),
            Quote::Xml => Place::Xml,
            Quote::Json => self.json.place(),
            Quote::Http => self.http_place(),
            Quote::Ios => Place::Ios,
            Quote::Excerpt => Place::Excerpt,
            Quote::None => Place::Plain,
        }
    }

    fn http_place(&self) -> Place {
        let Some((_, body)) = self.head.split_once("\n\n") else {
            return Place::Line;
        };
        match body.trim_start().chars().next() {
            Some('{' | '[') => self.json.place(),
            Some('<') => Place::Xml,
            _ => Place::Plain,
        }
    }
}
