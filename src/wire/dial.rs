use std::io;
use std::process::Stdio;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};

/// A byte stream to somewhere.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Where to connect to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A name or an address.
    pub host: String,
    /// A TCP port.
    pub port: u16,
}

impl Endpoint {
    /// Reads `host`, `host:port`, `[v6]` or `[v6]:port`; `None` if it is neither.
    pub fn parse(text: &str, default_port: u16) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (host, rest) = rest.split_once(']')?;
                match rest.strip_prefix(':') {
                    Some(port) => (host, Some(port)),
                    None if rest.is_empty() => (host, None),
                    None => return None,
                }
            }
            // More than one colon: a bare IPv6 address.
            None => match text.split_once(':') {
                Some((host, port)) if !port.contains(':') => (host, Some(port)),
                _ => (text, None),
            },
        };
        let port = port.map_or(Some(default_port), |port| port.parse().ok())?;
        let blank = |c: char| c.is_whitespace() || c.is_control();
        (!host.is_empty() && !host.contains(blank) && port != 0).then(|| Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Opens connections: TCP, or the lab's network.
///
/// `ConnectionRefused` means that something answered "no"; a path that drops packets never
/// answers, so callers need a deadline of their own.
#[async_trait]
pub trait Dial: Send + Sync {
    /// Opens a connection.
    async fn dial(&self, to: &Endpoint) -> io::Result<Box<dyn Stream>>;

    /// Sends an ICMP echo request; returns once it was answered.
    ///
    /// # Errors
    /// It was not, or none can be sent from here.
    async fn ping(&self, host: &str) -> io::Result<()> {
        let _ = host;
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Connects over TCP.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpDial;

#[async_trait]
impl Dial for TcpDial {
    async fn dial(&self, to: &Endpoint) -> io::Result<Box<dyn Stream>> {
        let stream = tokio::net::TcpStream::connect((to.host.as_str(), to.port)).await?;
        stream.set_nodelay(true)?;
        Ok(Box::new(stream))
    }

    /// By the system's own `ping`: sending such a request takes a privilege that it has.
    async fn ping(&self, host: &str) -> io::Result<()> {
        let mut ping = tokio::process::Command::new("ping");
        ping.args(["-n", "-q", "-c", "1", "-W", "1", "--", host])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        match ping.status().await?.success() {
            true => Ok(()),
            false => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_as_people_write_them() {
        let shown = |text| Endpoint::parse(text, 22).map(|endpoint| endpoint.to_string());
        assert_eq!(shown("xen1").as_deref(), Some("xen1:22"));
        assert_eq!(shown("10.0.0.1:2001").as_deref(), Some("10.0.0.1:2001"));
        assert_eq!(shown("[fe80::1]:23").as_deref(), Some("[fe80::1]:23"));
        assert_eq!(shown("fe80::1").as_deref(), Some("[fe80::1]:22"));
        for wrong in ["", ":22", "xen1:ssh", "xen1:0", "[fe80::1", "two words"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }
}
