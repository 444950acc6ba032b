use std::borrow::Cow;

use super::forced::{self, Forced};
use super::volume::{Comes, Volume};
use crate::wire::xml::Element;

/// A question that waits for its answer.
#[derive(Clone, Debug)]
pub(super) enum Dialog {
    /// An order that is carried out after `y`.
    Power(Element),
    /// A new address may end the session.
    Network,
    /// A new password, and once more.
    Password,
    PasswordAgain(String),
    /// An order that is carried out after `yes`.
    Confirm(Element),
    /// A share's user and password, before it is mapped.
    ShareUser(Element),
    SharePassword(Element),
    /// Whether a mapping that is taken away is to be kept for later.
    SaveMapping(Element),
    /// A volume, one answer after the other.
    Volume(Box<Volume>),
    /// The factory's password, which has to be changed.
    Forced(Forced),
}

/// What follows an answer.
pub(super) enum Next {
    Ask(Dialog),
    /// What is said first.
    Tell(String, Dialog),
    Set(&'static str, String),
    Commit,
    Change(Element),
    /// The same; if that is refused, it is asked for again.
    Insist(Element, Dialog),
    Say(String),
}

impl Dialog {
    pub(super) fn question(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Volume(volume) => return Cow::Owned(volume.question()),
            Self::Forced(forced) => forced.question(),
            Self::Power(_) => {
                "This operation will change the server's power state.\r\n\
                 Do you want to continue?[y|N]"
            }
            Self::Network => {
                "Changes to the network settings will be applied immediately.\r\n\
                 You may lose connectivity to the Cisco IMC and may have to log in again.\r\n\
                 Do you wish to continue? [y/N] "
            }
            Self::Password => "Please enter password:",
            Self::PasswordAgain(_) => "Please confirm password:",
            Self::Confirm(_) => "Enter 'yes' to confirm -> ",
            Self::ShareUser(_) => "Server username: ",
            Self::SharePassword(_) => "Server password: ",
            Self::SaveMapping(_) => {
                "Save mapping? Enter 'yes' or 'no' to confirm (CTRL-C to cancel) -->"
            }
        })
    }

    /// Whether the user can't go on without an answer.
    pub(super) fn is_forced(&self) -> bool {
        matches!(self, Self::Forced(_))
    }

    pub(super) fn hides(&self) -> bool {
        matches!(
            self,
            Self::Password | Self::PasswordAgain(_) | Self::SharePassword(_) | Self::Forced(_)
        )
    }

    pub(super) fn answer(self, line: &str) -> Next {
        let line = line.trim();
        let agrees = matches!(line, "y" | "Y" | "yes");
        match self {
            Self::Power(object) if agrees => Next::Change(object),
            Self::Network if agrees => Next::Commit,
            Self::Power(_) | Self::Network => Next::Say(String::new()),
            Self::Password => Next::Ask(Self::PasswordAgain(line.to_owned())),
            Self::PasswordAgain(first) if first == line => Next::Set("pwd", first),
            Self::PasswordAgain(_) => Next::Say("Error: Passwords do not match.\n".to_owned()),
            Self::Confirm(object) if line == "yes" => Next::Change(object),
            Self::Confirm(_) => Next::Say("Operation cancelled.\n".to_owned()),
            Self::ShareUser(object) => Next::Ask(Self::SharePassword(match line {
                "" => object,
                user => object.with("username", user),
            })),
            Self::SharePassword(object) => Next::Change(match line {
                "" => object,
                password => object.with("password", password),
            }),
            Self::SaveMapping(object) if matches!(line, "yes" | "no") => Next::Change(object),
            Self::SaveMapping(object) => Next::Ask(Self::SaveMapping(object)),
            Self::Volume(volume) => match volume.answer(line) {
                Comes::Asks(volume, said) => Next::Tell(said, Self::Volume(Box::new(volume))),
                Comes::Creates(object) => Next::Change(object),
                Comes::Ends(said) => Next::Say(said.to_owned()),
            },
            Self::Forced(forced) => match forced.answer(line) {
                forced::Comes::Asks(forced, said) => {
                    Next::Tell(said.to_owned(), Self::Forced(forced))
                }
                forced::Comes::Changes(user, forced) => Next::Insist(user, Self::Forced(forced)),
            },
        }
    }
}
