use camino::Utf8Path;
use secrecy::ExposeSecret;

use crate::target::{Failure, FailureKind, Options, Request};

/// Longer scripts go through standard input: an SSH request is one packet of at most 32 KiB.
const LONGEST_ARGUMENT: usize = 16 << 10;

/// A shell command and what it reads.
#[derive(Debug)]
pub(super) struct Command {
    /// For `sh -c`.
    pub(super) line: String,
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
                line: format!("sh -c {}", quoted(&line)),
                input: text.as_bytes().to_vec(),
            }
        }
        ("file", None) => return Err(local("write a file: the fence has no `path=`".to_owned())),
        _ if text.len() > LONGEST_ARGUMENT => Command {
            line: format!("sh -c {}", quoted("cat | sh /dev/fd/3 3<&0 </dev/null")),
            input: text.as_bytes().to_vec(),
        },
        _ => Command {
            line: format!("sh -c {}", quoted(text)),
            input: Vec::new(),
        },
    };
    let line = become_user(options, &command.line)?;
    Ok(Command { line, ..command })
}

/// A shell that reads its script piece by piece.
pub(super) fn interactive(options: &Options) -> Result<String, Failure> {
    become_user(options, "sh")
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

/// `exec` spares the login shell from waiting for ours.
fn become_user(options: &Options, line: &str) -> Result<String, Failure> {
    let Some(user) = &options.become_user else {
        return Ok(format!("exec {line}"));
    };
    if user.is_empty() || user.starts_with('-') {
        return Err(local(format!("become `{user}`: that is no user name")));
    }
    Ok(format!("exec sudo -n -u {} -- {line}", quoted(user)))
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
