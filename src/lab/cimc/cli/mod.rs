//! The command line of a server's management controller: scopes, `show`, `set` and `commit`, and
//! the orders that ask before they are carried out. It reads and changes the objects of the XML
//! API, by the same ways.
//!
//! The prompts, the orders and their questions are after field scripts and Cisco's own client; the
//! wording of refusals, the tables and menus between the questions, and what `show` prints are not
//! verified on a real C220 M4.

mod dialog;
mod forced;
mod menus;
mod order;
mod scope;
mod show;
#[cfg(test)]
mod tests;
mod volume;

use dialog::Dialog;
use forced::Forced;
use scope::Scope;

use crate::wire::xml::Element;

/// A session on the command line. It holds where the user stands, and what is not committed yet.
pub(crate) struct Cli {
    host: String,
    scope: Vec<Scope>,
    pending: Vec<(&'static str, String)>,
    dialog: Option<Dialog>,
    /// What is asked again if the change that is under way is refused.
    insists: Option<Dialog>,
}

/// What comes of a line.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// What is shown, without the next prompt.
    pub(crate) text: String,
    /// What is to be changed: an object with its name.
    pub(crate) change: Option<Element>,
    /// The user leaves.
    pub(crate) leaves: bool,
}

impl Step {
    fn say(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    fn change(object: Element) -> Self {
        Self {
            change: Some(object),
            ..Self::default()
        }
    }
}

impl Cli {
    /// A session on a controller of this name.
    pub(crate) fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            scope: Vec::new(),
            pending: Vec::new(),
            dialog: None,
            insists: None,
        }
    }

    /// The same for a user who has the factory's password: it has to be changed first.
    pub(crate) fn forcing(host: &str, slot: u8) -> Self {
        Self {
            dialog: Some(Dialog::Forced(Forced::new(slot))),
            ..Self::new(host)
        }
    }

    /// What is said before the first prompt; to a single command, instead of an answer.
    pub(crate) fn notice(&self) -> &'static str {
        match self.is_forced() {
            true => forced::NOTICE,
            false => "",
        }
    }

    /// Whether nothing but a new password counts.
    pub(crate) fn is_forced(&self) -> bool {
        self.dialog.as_ref().is_some_and(Dialog::is_forced)
    }

    /// The prompt, or the question that is open.
    pub(crate) fn prompt(&self) -> String {
        if let Some(dialog) = &self.dialog {
            return dialog.question().into_owned();
        }
        let path: String = self
            .scope
            .iter()
            .map(|s| format!("/{}", s.word()))
            .collect();
        let mark = if self.pending.is_empty() { "" } else { "*" };
        match path.is_empty() {
            true => format!("{}{mark}# ", self.host),
            false => format!("{} {path} {mark}# ", self.host),
        }
    }

    /// Whether what is typed now is not to be seen.
    pub(crate) fn hides(&self) -> bool {
        self.dialog.as_ref().is_some_and(Dialog::hides)
    }

    /// The user interrupts: a question that is open is never answered, and nothing is changed.
    /// Returns whether that is the end.
    pub(crate) fn interrupt(&mut self) -> bool {
        let forced = self.is_forced();
        self.dialog = None;
        forced
    }

    /// What a step wanted to be changed was changed, or was refused.
    pub(crate) fn came_to(&mut self, refused: bool) {
        let again = self.insists.take().filter(|_| refused);
        self.dialog = again.or(self.dialog.take());
    }

    /// Takes a line. `objects` are the controller's as they are now.
    pub(crate) fn enter(&mut self, line: &str, objects: &[Element]) -> Step {
        if let Some(dialog) = self.dialog.take() {
            return self.answered(dialog, line);
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => Step::default(),
            ["exit"] if self.scope.is_empty() => Step {
                leaves: true,
                ..Step::default()
            },
            ["exit"] => self.leave(|scope| scope.truncate(scope.len().saturating_sub(1))),
            ["top"] => self.leave(Vec::clear),
            ["discard" | "discard-all"] => {
                self.pending.clear();
                Step::default()
            }
            ["scope", rest @ ..] => self.enter_scope(rest, objects),
            ["show", rest @ ..] => Step::say(show::answer(&self.scope, rest, objects)),
            ["set", rest @ ..] => self.set(rest),
            ["commit"] => self.commit(),
            words => order::give(self, words, objects),
        }
    }

    fn leave(&mut self, how: impl FnOnce(&mut Vec<Scope>)) -> Step {
        if !self.pending.is_empty() {
            return Step::say("Please commit or discard your changes first.\n");
        }
        how(&mut self.scope);
        Step::default()
    }

    fn enter_scope(&mut self, words: &[&str], objects: &[Element]) -> Step {
        if !self.pending.is_empty() {
            return Step::say("Please commit or discard your changes first.\n");
        }
        match Scope::find(self.scope.last(), words) {
            Some(scope) if scope.is_there(objects) => {
                self.scope.push(scope);
                Step::default()
            }
            Some(scope) => Step::say(format!("Error: {} does not exist\n", scope.word())),
            None => invalid(&format!("scope {}", words.join(" "))),
        }
    }

    fn set(&mut self, words: &[&str]) -> Step {
        let scope = self.scope.last();
        if let (Some(Scope::User(_)), ["password"]) = (scope, words) {
            self.dialog = Some(Dialog::Password);
            return Step::default();
        }
        let [name, value] = words else {
            return invalid(&format!("set {}", words.join(" ")));
        };
        match scope.and_then(|scope| scope.property(name, value)) {
            Some((attribute, value)) => {
                self.pending.retain(|(known, _)| *known != attribute);
                self.pending.push((attribute, value));
                Step::default()
            }
            None => invalid(&format!("set {name}")),
        }
    }

    fn commit(&mut self) -> Step {
        match self.scope.last() {
            _ if self.pending.is_empty() => Step::default(),
            Some(Scope::Network) => {
                self.dialog = Some(Dialog::Network);
                Step::default()
            }
            Some(_) => self.send(),
            None => invalid("commit"),
        }
    }

    /// What was set, as one change.
    fn send(&mut self) -> Step {
        let Some(scope) = self.scope.last() else {
            return Step::default();
        };
        let mut object = scope.object();
        for (attribute, value) in self.pending.drain(..) {
            object = object.with(attribute, value);
        }
        Step::change(object)
    }

    fn answered(&mut self, dialog: Dialog, line: &str) -> Step {
        match dialog.answer(line) {
            dialog::Next::Ask(dialog) => {
                self.dialog = Some(dialog);
                Step::default()
            }
            dialog::Next::Tell(text, dialog) => {
                self.dialog = Some(dialog);
                Step::say(text)
            }
            dialog::Next::Set(attribute, value) => {
                self.pending.push((attribute, value));
                Step::default()
            }
            dialog::Next::Commit => self.send(),
            dialog::Next::Change(object) => Step::change(object),
            dialog::Next::Insist(object, again) => {
                self.insists = Some(again);
                Step::change(object)
            }
            dialog::Next::Say(text) => Step::say(text),
        }
    }
}

fn invalid(what: &str) -> Step {
    Step::say(format!("Error: invalid command: {what}\n"))
}
