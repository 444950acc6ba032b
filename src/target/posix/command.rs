use camino::Utf8Path;
use secrecy::ExposeSecret;

use crate::target::{Failure, FailureKind, Options, Request};

/// Longer scripts go through standard input: an SSH request is one packet of at most 32 KiB. So do
/// those with secrets in them.
const LONGEST_ARGUMENT: usize = 16 << 10;

/// A command and what it reads. Secrets are in it, so there is no `Debug`.
pub(super) struct Command {
    /// The program and its arguments.
    pub(super) words: Vec<String>,
    /// Its standard input.
    pub(super) input: Vec<u8>,
}

/// What to start for a fence.
///
/// # Errors
///
/// The fence asks for something that a POSIX machine can't do.
pub(super) fn command(request: &Request) -> Result<Command, Failure> {
    let options = &request.options;
    refuse(request)?;
    let text = request.text.expose_secret();
    let command = match (request.lang, &options.path) {
        ("file", Some(path)) => {
            let line = write_file(path, options.mode, text.len());
            Command {
                words: script(&line),
                input: text.as_bytes().to_vec(),
            }
        }
        ("file", None) => return Err(local("write a file: the fence has no `path=`".to_owned())),
        // On a terminal what is typed would be shown.
        _ if text.len() > LONGEST_ARGUMENT || (options.hidden && !options.tty) => Command {
            words: script("cat | sh /dev/fd/3 3<&0 </dev/null"),
            input: text.as_bytes().to_vec(),
        },
        _ => Command {
            words: script(text),
            input: Vec::new(),
        },
    };
    let words = become_user(options, command.words)?;
    Ok(Command { words, ..command })
}

fn script(text: &str) -> Vec<String> {
    ["sh", "-c", text].map(str::to_owned).to_vec()
}

/// A shell that reads its script piece by piece.
pub(super) fn interactive(options: &Options) -> Result<Vec<String>, Failure> {
    become_user(options, vec!["sh".to_owned()])
}

/// The words as one line for a login shell, which `exec` spares from waiting for them.
pub(in crate::target) fn as_line(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("exec {}", words.join(" "))
}

/// What is not enforced here is refused.
fn refuse(request: &Request) -> Result<(), Failure> {
    let Options {
        exec, revert, lab, ..
    } = &request.options;
    let found = match request.lang {
        "sh" | "file" if *exec => "`exec`",
        "sh" | "file" if revert.is_some() => "`revert`",
        "sh" | "file" if lab.is_some() => "`lab`",
        "file" if request.options.session.is_some() => "`session`",
        "sh" | "file" => return Ok(()),
        lang => {
            return Err(local(format!(
                "run a `{lang}` fence: the target is a POSIX machine"
            )));
        }
    };
    Err(local(format!(
        "run a `{}` fence with {found}: that is for other drivers",
        request.lang
    )))
}

fn local(message: String) -> Failure {
    Failure::not_sent(FailureKind::Local, message)
}

fn become_user(options: &Options, words: Vec<String>) -> Result<Vec<String>, Failure> {
    let Some(user) = &options.become_user else {
        return Ok(words);
    };
    if user.is_empty() || user.starts_with('-') {
        return Err(local(format!("become `{user}`: that is no user name")));
    }
    let sudo = ["sudo", "-n", "-u", user, "--"].map(str::to_owned);
    Ok(sudo.into_iter().chain(words).collect())
}

/// Writes beside the file and renames, so that nobody sees half of it; the length is checked,
/// so that a lost connection leaves the old file. An existing file keeps its owner and mode.
fn write_file(path: &Utf8Path, mode: Option<u32>, length: usize) -> String {
    let chmod = mode
        .map(|mode| format!(" && chmod {mode:o} \"$t\""))
        .unwrap_or_default();
    format!(
        "p={path}
if [ -d \"$p\" ]; then echo \"$p is a directory\" >&2; exit 1; fi
t=$(mktemp \"$p.XXXXXX\") || exit
trap 'rm -f \"$t\"' EXIT
if [ -e \"$p\" ]; then cp -p \"$p\" \"$t\"; else chmod 644 \"$t\"; fi || exit
cat > \"$t\" && [ $(wc -c < \"$t\") -eq {length} ]{chmod} && mv -f \"$t\" \"$p\"",
        path = quoted(path.as_str()),
    )
}

/// One word for the shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
