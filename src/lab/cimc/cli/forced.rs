//! The factory's password has to be changed before there is a prompt.

use crate::lab::cimc::object::object;
use crate::lab::world::machine::FACTORY_PASSWORD;
use crate::wire::xml::Element;

/// What is said first, in a shell and to a single command.
pub(super) const NOTICE: &str = "\
The password is the factory's default password. It must be changed before anything else.\n";

/// A password that somebody is made to change: what was answered so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Forced {
    slot: u8,
    is_known: bool,
    new: Option<String>,
}

/// What comes of an answer.
pub(super) enum Comes {
    /// The next question, or one of them again; before it, what is said of the answer.
    Asks(Forced, &'static str),
    /// The new password; what is asked again if it is refused.
    Changes(Element, Forced),
}

impl Forced {
    pub(super) fn new(slot: u8) -> Self {
        Self {
            slot,
            ..Self::default()
        }
    }

    pub(super) fn question(&self) -> &'static str {
        match (self.is_known, &self.new) {
            (false, _) => "Enter current password: ",
            (true, None) => "Enter new password: ",
            (true, Some(_)) => "Re-enter new password: ",
        }
    }

    /// Takes an answer. Who knows the new password is asked no more; how long it has to be is for
    /// the controller to say.
    pub(super) fn answer(mut self, line: &str) -> Comes {
        match self.new.take() {
            None if !self.is_known => {
                self.is_known = line == FACTORY_PASSWORD;
                let said = match self.is_known {
                    true => "",
                    false => "Error: The current password is not correct.\n",
                };
                Comes::Asks(self, said)
            }
            None if line == FACTORY_PASSWORD => Comes::Asks(
                self,
                "Error: The new password must not be the default password.\n",
            ),
            None => {
                self.new = Some(line.to_owned());
                Comes::Asks(self, "")
            }
            Some(new) if new != line => Comes::Asks(self, "Error: Passwords do not match.\n"),
            Some(new) => {
                let user = object("aaaUser", format!("sys/user-ext/user-{}", self.slot));
                Comes::Changes(user.with("pwd", new), self)
            }
        }
    }
}
