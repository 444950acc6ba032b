//! An installer on a server's screen: what it asks, what it is told, and what comes of it.
//!
//! XenServer's, answered by a person or by an answerfile, after the screens of its source; OpenFiler's as far as it gets on this hardware.

mod answerfile;
mod answers;
mod copying;
mod disks;
mod kvm;
mod network;
mod prepared;
mod screen;
mod tell;
mod unattended;

use serde::{Deserialize, Serialize};

pub use answers::Answers;
pub use kvm::Keys;
pub use screen::Screen;

/// An installer that was booted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installer {
    /// The file name of the image it was booted from.
    pub image: String,
    /// Whose it is.
    pub product: Product,
    /// What it shows.
    pub screen: Screen,
    /// What it was told so far.
    pub answers: Answers,
    /// The answerfile that it follows, if its kernel was told of one.
    pub answerfile: Option<String>,
    /// What the technician, who waits at the screen, will tell it.
    pub waiting: Vec<(String, String)>,
}

/// Whose installer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Product {
    XenServer,
    OpenFiler,
}

impl Installer {
    /// The one on an image, at its first screen. `None` if the image is none that boots.
    pub(super) fn on(image: &str) -> Option<Self> {
        let answerfile = prepared::answerfile(image);
        let product = match image {
            "xenserver.iso" => Product::XenServer,
            "openfiler.iso" => Product::OpenFiler,
            _ if answerfile.is_some() => Product::XenServer,
            _ => return None,
        };
        Some(Self {
            image: image.to_owned(),
            product,
            screen: Screen::Keymap,
            answers: Answers::default(),
            answerfile,
            waiting: Vec::new(),
        })
    }
}
