use camino::Utf8PathBuf;

/// What a line of an `sftp` fence asks for. `local` is a path on this machine, `remote` one on
/// the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Makes the remote file what the local one is.
    Put(Pair),
    /// Makes the local file what the remote one is.
    Get(Pair),
    /// Asks whether both are the same.
    Same(Pair),
    /// Removes the remote file; nothing there is fine.
    Remove(Utf8PathBuf),
    /// Asks whether there is no remote file.
    Absent(Utf8PathBuf),
}

/// A file here and one there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Here.
    pub local: Utf8PathBuf,
    /// There.
    pub remote: Utf8PathBuf,
    /// What follows `sha256=`, if anything does: the digest that the content must have.
    pub sum: Option<String>,
}

/// A line that can't be performed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TransferError {
    /// The line, from 0.
    pub line: usize,
    /// What was found.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// How each line is written.
const FORMS: [(&str, &str); 5] = [
    ("put", "put LOCAL REMOTE"),
    ("get", "get REMOTE LOCAL"),
    ("same", "same LOCAL REMOTE"),
    ("remove", "remove REMOTE"),
    ("absent", "absent REMOTE"),
];

impl Transfer {
    /// Reads a fence: a transfer a line, its words quoted as for a POSIX shell, `#` for remarks.
    ///
    /// # Errors
    ///
    /// The first line that is none, or that there is none at all.
    pub fn parse(text: &str) -> Result<Vec<(usize, Self)>, TransferError> {
        let mut transfers = Vec::new();
        for (line, text) in text.lines().enumerate() {
            let wrong = |message: String, help: String| TransferError {
                line,
                message,
                help,
            };
            let Some(words) = shlex::split(text) else {
                let help = "words are quoted as for a shell: `'a name'`".to_owned();
                return Err(wrong("a quote is never closed".to_owned(), help));
            };
            if !words.is_empty() {
                let transfer = Self::of(words).map_err(|(what, help)| wrong(what, help))?;
                transfers.push((line, transfer));
            }
        }
        match transfers.is_empty() {
            true => Err(TransferError {
                line: 0,
                message: "there is no transfer in this fence".to_owned(),
                help: "write `put LOCAL REMOTE`".to_owned(),
            }),
            false => Ok(transfers),
        }
    }

    fn of(words: Vec<String>) -> Result<Self, (String, String)> {
        let mut words = words.into_iter();
        let verb = words.next().unwrap_or_default();
        let Some((_, form)) = FORMS.iter().find(|(known, _)| *known == verb) else {
            let help = match super::wording::did_you_mean(&verb, FORMS.map(|(known, _)| known)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a line begins with `put`, `get`, `same`, `remove` or `absent`".to_owned(),
            };
            return Err((format!("`{verb}` is no transfer"), help));
        };
        let mut paths: Vec<String> = words.collect();
        let wrong = |message: String| (message, format!("write `{form}`"));
        let sum = paths.last().and_then(|word| word.strip_prefix("sha256="));
        let sum = sum.map(str::to_owned);
        if sum.is_some() {
            paths.pop();
        }
        let takes = form.split(' ').count() - 1;
        if paths.len() != takes {
            let found = paths.len();
            let paths = if takes == 1 { "path" } else { "paths" };
            return Err(wrong(format!(
                "`{verb}` takes {takes} {paths}, not {found}"
            )));
        }
        if paths
            .iter()
            .any(|path| path.is_empty() || path.ends_with('/'))
        {
            return Err(wrong(format!("`{verb}` takes files, and this is none")));
        }
        let mut paths = paths.into_iter().map(Utf8PathBuf::from);
        let mut path = || paths.next().unwrap_or_default();
        Ok(match verb.as_str() {
            "put" | "same" => {
                let pair = Pair {
                    local: path(),
                    remote: path(),
                    sum,
                };
                match verb.as_str() {
                    "put" => Self::Put(pair),
                    _ => Self::Same(pair),
                }
            }
            "get" => {
                let remote = path();
                let local = path();
                Self::Get(Pair { local, remote, sum })
            }
            _ if sum.is_some() => {
                return Err(wrong(format!("`{verb}` has nothing to take a sum of")));
            }
            "remove" => Self::Remove(path()),
            _ => Self::Absent(path()),
        })
    }

    /// The absolute paths that a fence fetches to, as they stand in its text: those that no value
    /// leads to. `is_raw`: braces in it are no templates.
    pub fn written_paths(text: &str, is_raw: bool) -> Vec<Utf8PathBuf> {
        const VALUE: char = '\u{1}';
        let text = match is_raw {
            true => text.to_owned(),
            false => super::filled(text, |_| VALUE),
        };
        let transfers = Self::parse(&text).unwrap_or_default().into_iter();
        let local = transfers.filter_map(|(_, transfer)| match transfer {
            Self::Get(pair) => Some(pair.local),
            _ => None,
        });
        local
            .filter(|path| path.is_absolute() && !path.as_str().contains(VALUE))
            .collect()
    }

    /// The word that its line begins with.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Put(_) => "put",
            Self::Get(_) => "get",
            Self::Same(_) => "same",
            Self::Remove(_) => "remove",
            Self::Absent(_) => "absent",
        }
    }

    /// The digest that its content must have, as written.
    pub fn sum(&self) -> Option<&str> {
        match self {
            Self::Put(pair) | Self::Get(pair) | Self::Same(pair) => pair.sum.as_deref(),
            Self::Remove(_) | Self::Absent(_) => None,
        }
    }

    /// Whether it leaves the target as it is.
    pub fn only_reads(&self) -> bool {
        !matches!(self, Self::Put(_) | Self::Remove(_))
    }

    /// Whether it changes nothing at all, here or there.
    pub fn only_asks(&self) -> bool {
        matches!(self, Self::Same(_) | Self::Absent(_))
    }
}

/// Whether a text is a SHA-256 digest as `sha256sum` prints it.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(usize, Transfer)>, String> {
        Transfer::parse(text).map_err(|error| {
            let TransferError {
                line,
                message,
                help,
            } = error;
            format!("{line}: {message}; {help}")
        })
    }

    fn pair(local: &str, remote: &str, sum: Option<&str>) -> Pair {
        Pair {
            local: local.into(),
            remote: remote.into(),
            sum: sum.map(str::to_owned),
        }
    }

    #[test]
    fn words_are_quoted_as_for_a_shell() {
        let text = "# the answers\nput 'an swers.xml' \"/srv/it's here\"\n\nget /etc/motd motd sha256=ab\nremove /tmp/\\ x # and this\n";
        assert_eq!(
            read(text),
            Ok(vec![
                (
                    1,
                    Transfer::Put(pair("an swers.xml", "/srv/it's here", None))
                ),
                (3, Transfer::Get(pair("motd", "/etc/motd", Some("ab")))),
                (4, Transfer::Remove("/tmp/ x".into())),
            ])
        );
    }

    #[test]
    fn what_is_no_transfer_says_what_to_write() {
        for (text, why) in [
            (
                "\n# nothing\n",
                "0: there is no transfer in this fence; write `put LOCAL REMOTE`",
            ),
            (
                "put a",
                "0: `put` takes 2 paths, not 1; write `put LOCAL REMOTE`",
            ),
            (
                "\nremove",
                "1: `remove` takes 1 path, not 0; write `remove REMOTE`",
            ),
            ("putt a b", "0: `putt` is no transfer; did you mean `put`?"),
            (
                "rm a",
                "0: `rm` is no transfer; a line begins with `put`, `get`, `same`, `remove` or `absent`",
            ),
            (
                "put 'a b",
                "0: a quote is never closed; words are quoted as for a shell: `'a name'`",
            ),
            (
                "put a /srv/",
                "0: `put` takes files, and this is none; write `put LOCAL REMOTE`",
            ),
            (
                "absent /srv/a sha256=ab",
                "0: `absent` has nothing to take a sum of; write `absent REMOTE`",
            ),
        ] {
            assert_eq!(read(text), Err(why.to_owned()));
        }
    }

    #[test]
    fn only_what_is_written_out_is_an_absolute_path_that_was_read() {
        let text = "get /etc/a /srv/a\nget /etc/b '/srv/{{ target.name }}'\nget /etc/c c\n\
            get /etc/{{ x }} /srv/d\nput /srv/e /etc/e\n";
        assert_eq!(Transfer::written_paths(text, false), ["/srv/a", "/srv/d"]);
        assert_eq!(
            Transfer::written_paths("get /a '/{{ b }}'", true),
            ["/{{ b }}"]
        );
    }

    #[test]
    fn a_value_with_a_newline_in_it_is_no_second_line() {
        assert!(read("put a 'x\nremove /etc/passwd\n'").is_err());
    }
}
