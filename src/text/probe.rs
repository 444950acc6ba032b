use std::fmt;

/// What a `probe` fence asks of its target, over and over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// That a TCP port takes connections: this one, or that of the target's address.
    Tcp(Option<u16>),
    /// That it answers an ICMP echo request.
    Ping,
}

impl Probe {
    /// Reads a fence's text.
    ///
    /// # Errors
    /// What it is instead; the text fits "failed to read the probe: …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["ping"] => Ok(Self::Ping),
            ["tcp"] => Ok(Self::Tcp(None)),
            ["tcp", port] => match port.parse() {
                Ok(port @ 1..) => Ok(Self::Tcp(Some(port))),
                _ => Err(format!("`{port}` is no TCP port")),
            },
            [] => Err("it is empty".to_owned()),
            [first, ..] => Err(format!("`{first}` is no probe")),
        }
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(None) => f.write_str("tcp"),
            Self::Tcp(Some(port)) => write!(f, "tcp {port}"),
            Self::Ping => f.write_str("ping"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Probe;

    #[test]
    fn a_probe_is_a_word_or_two() {
        for text in ["tcp", "tcp 443", "ping"] {
            let probe = Probe::parse(&format!(" {text}\n"));
            assert_eq!(probe.map(|probe| probe.to_string()).as_deref(), Ok(text));
        }
        for (text, why) in [
            ("", "it is empty"),
            ("tcp 0", "`0` is no TCP port"),
            ("tcp 70000", "`70000` is no TCP port"),
            ("pong", "`pong` is no probe"),
        ] {
            assert_eq!(Probe::parse(text), Err(why.to_owned()));
        }
    }
}
