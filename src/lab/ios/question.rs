use serde::{Deserialize, Serialize};

use super::archive::Replacement;
use super::call::{Call, Flow};
use super::exec::Reload;
use super::mode::Mode;
use super::session::{Doing, Session, chassis};
use super::{SessionId, archive, command, configure, exec, files, secret, terminal};
use crate::lab::world::World;

/// What a session is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Question {
    /// On the console: who.
    Username,
    /// On the console: this user's password.
    Password(String),
    /// The enable secret; how many tries were wrong.
    Enable(u8),
    /// The file a copy goes to.
    CopyTo { from: String, to: String },
    /// A file of that name is there.
    CopyOver { from: String, to: String },
    /// Erase what is saved.
    Erase,
    /// The file to delete.
    DeleteName(String),
    /// Whether to delete it.
    Delete(String),
    /// Save before a reload.
    SaveFirst(Reload),
    /// Reload.
    Reload(Reload),
    /// `switch N renumber M`.
    Renumber(u8, u8),
    /// `switch N priority P`.
    Priority(u8, u8),
    /// `crypto key zeroize rsa`.
    ZeroizeKeys,
    /// `configure replace`.
    Replace(Replacement),
    /// `no username`.
    RemoveUser(String),
}

impl Question {
    /// `[confirm]` takes one key and no return.
    pub(super) fn takes_one_key(&self) -> bool {
        matches!(
            self,
            Self::CopyOver { .. }
                | Self::Erase
                | Self::Delete(_)
                | Self::Reload(_)
                | Self::RemoveUser(_)
        )
    }

    /// What is typed is not shown.
    pub(super) fn is_hidden(&self) -> bool {
        matches!(self, Self::Password(_) | Self::Enable(_))
    }

    fn text(&self) -> String {
        match self {
            Self::Username => "Username: ".to_owned(),
            Self::Password(_) | Self::Enable(_) => "Password: ".to_owned(),
            Self::CopyTo { to, .. } => format!("Destination filename [{to}]? "),
            Self::CopyOver { to, .. } => format!("%Warning:There is a file already existing with this name \nDo you want to over write? [confirm]{}", if to.is_empty() { " " } else { "" }),
            Self::Erase => "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]".to_owned(),
            Self::DeleteName(name) => format!("Delete filename [{name}]? "),
            Self::Delete(name) => format!("Delete flash:/{name}? [confirm]"),
            Self::SaveFirst(_) => "System configuration has been modified. Save? [yes/no]: ".to_owned(),
            Self::Reload(_) => "Proceed with reload? [confirm]".to_owned(),
            Self::Renumber(..) => "WARNING: Changing the switch number may result in a configuration change for that switch.  The interface configuration associated with the old switch number will remain as a provisioned configuration. New Switch Number will be effective after next reboot. Do you want to continue?[y/n]? [yes]: ".to_owned(),
            Self::Priority(..) => "WARNING: Changing the switch priority may result in a configuration change for that switch. Do you want to continue?[y/n]? [yes]: ".to_owned(),
            Self::ZeroizeKeys => "% All keys will be removed.\n% All router certs issued using these keys will also be removed.\nDo you really want to remove these keys? [yes/no]: ".to_owned(),
            Self::Replace(_) => "This will apply all necessary additions and deletions\nto replace the current running configuration with the\ncontents of the specified configuration file, which is\nassumed to be a complete configuration, not a partial\nconfiguration. Enter Y if you are sure you want to proceed. ? [no]: ".to_owned(),
            Self::RemoveUser(_) => "This operation will remove all username related configurations with same name.Do you want to continue? [confirm]".to_owned(),
        }
    }
}

/// Shows a question and waits for its answer.
pub(super) fn ask(session: &mut Session, question: Question) {
    session.show(&question.text());
    session.doing = Doing::Asking(question);
}

/// A key at `[confirm]`: return and `y` mean yes, everything else no.
pub(super) fn key(world: &mut World, id: SessionId, byte: u8) {
    let yes = matches!(byte, b'\r' | b'\n' | b'y' | b'Y');
    if let Some(session) = world.traces.sessions.get_mut(&id) {
        session.show("\n");
    }
    answer(world, id, if yes { "" } else { "no" });
}

/// A line was answered.
pub(super) fn answer(world: &mut World, id: SessionId, line: &str) {
    let Some(owner) = chassis(world, id) else {
        return;
    };
    let Some(session) = world.traces.sessions.get_mut(&id) else {
        return;
    };
    let Doing::Asking(question) = std::mem::take(&mut session.doing) else {
        return;
    };
    session.runs = true;
    let mut call = Call::new(world, id, owner);
    let flow = settle(&mut call, question, line.trim());
    let out = std::mem::take(&mut call.out);
    command::finish(world, id, &out, flow);
    let idle = world
        .traces
        .sessions
        .get(&id)
        .is_some_and(|s| s.doing == Doing::Nothing && !s.closed);
    if idle {
        terminal::prompt(world, id);
    }
}

/// Answers a question with yes.
pub(super) fn agree(call: &mut Call<'_>, question: Question) -> Flow {
    let answer = if question.takes_one_key() { "" } else { "yes" };
    settle(call, question, answer)
}

fn settle(call: &mut Call<'_>, question: Question, answer: &str) -> Flow {
    let confirmed = answer.is_empty();
    let yes = confirmed || "yes".starts_with(&answer.to_ascii_lowercase());
    match question {
        Question::Username if answer.is_empty() => Flow::Ask(Question::Username),
        Question::Username => Flow::Ask(Question::Password(answer.to_owned())),
        Question::Password(user) => login(call, user, answer),
        Question::Enable(wrong) => enable(call, wrong, answer),
        Question::CopyTo { from, to } => {
            let to = if answer.is_empty() {
                to
            } else {
                answer.to_owned()
            };
            files::copy_named(call, from, to)
        }
        Question::CopyOver { from, to } if confirmed => files::copy_now(call, &from, &to),
        Question::Erase if confirmed => files::erase(call),
        Question::DeleteName(name) => Flow::Ask(Question::Delete(if answer.is_empty() {
            name
        } else {
            answer.to_owned()
        })),
        Question::Delete(name) if confirmed => files::delete(call, &name),
        Question::SaveFirst(reload) => match answer.to_ascii_lowercase().as_str() {
            "y" | "yes" => {
                files::save(call);
                exec::proceed(call, reload)
            }
            "n" | "no" => exec::proceed(call, reload),
            _ => {
                call.say("% Please answer 'yes' or 'no'.");
                Flow::Ask(Question::SaveFirst(reload))
            }
        },
        Question::Reload(reload) if confirmed => exec::perform(call, reload),
        Question::Renumber(old, new) if yes => exec::renumber(call, old, new),
        Question::Priority(number, priority) if yes => exec::set_priority(call, number, priority),
        Question::ZeroizeKeys if matches!(answer, "y" | "yes") => configure::zeroize_now(call),
        Question::Replace(how) if answer.eq_ignore_ascii_case("y") || answer == "yes" => {
            archive::replace(call, &how)
        }
        Question::RemoveUser(name) if confirmed => {
            call.configure(|config| drop(config.users.remove(&name)));
            Flow::Done
        }
        _ => Flow::Done,
    }
}

fn login(call: &mut Call<'_>, user: String, password: &str) -> Flow {
    if !super::check_login(call.world, &call.owner, &user, password) {
        call.say("% Login invalid\n");
        return Flow::Ask(Question::Username);
    }
    let privilege = call
        .running()
        .users
        .get(&user)
        .map_or(1, |known| known.privilege);
    if let Some(session) = call.session() {
        session.user = Some(user);
    }
    call.enter(if privilege == 15 {
        Mode::Privileged
    } else {
        Mode::User
    })
}

fn enable(call: &mut Call<'_>, wrong: u8, password: &str) -> Flow {
    if call.running().enable_secret == Some(secret::hash(password)) {
        return call.enter(Mode::Privileged);
    }
    if wrong >= 2 {
        call.say("% Bad secrets\n");
        return Flow::Done;
    }
    Flow::Ask(Question::Enable(wrong + 1))
}
