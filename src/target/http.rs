//! HTTP: a request as it is written in RFC 9112, its answer as it comes.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, LOCATION};
use hyper::{Method, StatusCode, Uri};
use secrecy::{ExposeSecret, SecretString};

use super::https::Https;
use super::{
    DeviceError, Failure, FailureKind, Identity, Progress, Reply, Request, Session, StreamKind,
};
use crate::wire::http;

/// How often an answer may send us elsewhere.
const REDIRECTS: usize = 5;

/// A session is the way there; requests don't depend on one another.
pub(super) fn open(web: Https) -> Result<Box<dyn Session>, Failure> {
    let login = web.login()?;
    Ok(Box::new(Web { web, login }))
}

struct Web {
    web: Https,
    login: Option<(String, SecretString)>,
}

/// A request as a fence has it. Secrets are in it, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
struct Written {
    method: Method,
    path: Uri,
    headers: Vec<(String, String)>,
    body: String,
}

impl Written {
    /// Request line, headers, a blank line, the body. The version may be left out.
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\n');
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let (method, path) = match words[..] {
            [method, path] | [method, path, "HTTP/1.1" | "HTTP/1.0"] => (method, path),
            _ => return Err(format!("`{line}` is no request line: write `GET /path`")),
        };
        if !path.starts_with('/') {
            return Err(format!(
                "`{path}` is no path: it begins with `/`, and the inventory has the address"
            ));
        }
        let header = |line: &str| {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| format!("`{line}` is no header: write `Name: value`"))?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        };
        Ok(Self {
            method: method
                .parse()
                .map_err(|_| format!("`{method}` is no method"))?,
            path: path.parse().map_err(|_| format!("`{path}` is no path"))?,
            headers: lines.map(header).collect::<Result<_, String>>()?,
            body: body.trim_end_matches('\n').to_owned(),
        })
    }

    /// Whether it asks only (RFC 9110, section 9.2.1).
    fn is_safe(&self) -> bool {
        self.method.is_safe()
    }
}

impl Web {
    fn written(&self, request: &Request) -> Result<Written, Failure> {
        let name = &self.web.spec().name;
        let local = |message: String| Failure::not_sent(FailureKind::Local, message);
        if request.lang != "http" {
            let lang = request.lang;
            return Err(local(format!(
                "run a `{lang}` fence on `{name}`: it is a web server"
            )));
        }
        Written::read(request.text.expose_secret())
            .map_err(|reason| local(format!("read the fence for `{name}`: {reason}")))
    }

    async fn send(&mut self, written: &Written, request: &Request) -> Result<Reply, Failure> {
        let mut path = written.path.clone();
        for _ in 0..=REDIRECTS {
            let response = self.once(written, &path, request).await?;
            // Only what changes nothing is sent again elsewhere.
            let status = response.status();
            let elsewhere = response.headers().get(LOCATION);
            match elsewhere.filter(|_| status.is_redirection() && written.is_safe()) {
                Some(location) => path = self.elsewhere(location.to_str().unwrap_or_default())?,
                None if !written.is_safe() && is_unclear(status) => {
                    return Err(self.unclear(written, reply(&response, written)));
                }
                None => return Ok(reply(&response, written)),
            }
        }
        let message = format!(
            "get {} from `{}`: it was sent elsewhere {REDIRECTS} times",
            written.path,
            self.web.spec().name
        );
        let nothing = Reply::default();
        Err(Failure::unknown(FailureKind::Protocol, message, nothing))
    }

    /// Nobody knows what became of a change that the server, or a gateway before it, failed at.
    fn unclear(&self, written: &Written, reply: Reply) -> Failure {
        let said = reply.error.as_ref().map(|error| error.message.as_str());
        let message = format!(
            "learn what became of {} {} at `{}`: {}",
            written.method,
            written.path,
            self.web.spec().name,
            said.unwrap_or_default()
        );
        Failure::unknown(FailureKind::Protocol, message, reply)
    }

    /// Our login and our trust are for this server, so another one is none of our business.
    fn elsewhere(&self, location: &str) -> Result<Uri, Failure> {
        let path = match self.is_own(location) {
            true => location.parse::<Uri>().ok().and_then(|uri| {
                let path = uri.path_and_query().map_or("/", |path| path.as_str());
                path.parse().ok()
            }),
            false => None,
        };
        path.ok_or_else(|| {
            let name = &self.web.spec().name;
            let message = format!("follow `{name}` to `{location}`: that is another server");
            Failure::unknown(FailureKind::Protocol, message, Reply::default())
        })
    }

    /// Whether a location is on the server that gave it: the same scheme, name and port.
    fn is_own(&self, location: &str) -> bool {
        if location.starts_with('/') {
            return !location.starts_with("//");
        }
        let spec = self.web.spec();
        let (scheme, usual) = match spec.plain_http {
            true => ("http", 80),
            false => ("https", 443),
        };
        let uri: Option<Uri> = location.parse().ok();
        uri.zip(spec.address.as_ref()).is_some_and(|(uri, own)| {
            uri.scheme_str() == Some(scheme)
                && uri.host().map(|host| host.trim_matches(['[', ']'])) == Some(&own.host)
                && uri.port_u16().unwrap_or(usual) == own.port
        })
    }

    async fn once(
        &mut self,
        written: &Written,
        path: &Uri,
        request: &Request,
    ) -> Result<hyper::Response<Bytes>, Failure> {
        let mut wire = http::Request::builder()
            .method(written.method.clone())
            .uri(path.clone());
        for (name, value) in &written.headers {
            wire = wire.header(name, value);
        }
        let given = |name: &str| {
            let mut names = written.headers.iter();
            names.any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        if let Some((user, password)) = self.login.as_ref().filter(|_| !given("authorization")) {
            let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
            wire = wire.header(AUTHORIZATION, format!("Basic {pair}"));
        }
        if written.body.starts_with(['{', '[']) && !given("content-type") {
            wire = wire.header("Content-Type", "application/json");
        }
        let wire = wire
            .body(Full::new(Bytes::from(written.body.clone())))
            .map_err(|error| Failure::not_sent(FailureKind::Local, error.to_string()))?;
        self.web.exchange(wire, request.options.timeout).await
    }

    async fn answered(
        &mut self,
        written: &Written,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        progress.sending(request.text.expose_secret());
        let answered = self.send(written, request).await;
        let reply = match &answered {
            Ok(reply) => reply,
            Err(failure) => &failure.partial,
        };
        progress.output(StreamKind::Stdout, &reply.stdout);
        answered
    }
}

/// Whether a status says that something went wrong while it was done, or on the way to who does it
/// (RFC 9110, section 15.6): it may be half done, or be done yet. Not those that say that it is not
/// done at all (sections 15.6.2 and 15.6.6; RFC 6585, section 6).
fn is_unclear(status: StatusCode) -> bool {
    status.is_server_error() && !matches!(status.as_u16(), 501 | 505 | 511)
}

/// The body is the output; the status line and what the server says about an error come with it.
fn reply(response: &hyper::Response<Bytes>, written: &Written) -> Reply {
    let status = response.status();
    // "Not here, ask there" (RFC 9110, sections 15.4.2, 15.4.8 and 15.4.9); after 302 and 303 it
    // may have been done, which is for a check to see.
    let sent_away = !written.is_safe() && matches!(status.as_u16(), 301 | 307 | 308);
    let refused = sent_away || status.is_client_error() || status.is_server_error();
    let line = match status.canonical_reason() {
        Some(reason) => format!("HTTP {} {reason}", status.as_u16()),
        None => format!("HTTP {}", status.as_u16()),
    };
    let error = refused.then(|| DeviceError {
        message: match words_of(response.body()) {
            Some(words) => format!("{line}: {words}"),
            None => line.clone(),
        },
        line: None,
        column: None,
        help: sent_away.then(|| {
            let header = response.headers().get(LOCATION);
            let location = header.and_then(|to| to.to_str().ok()).unwrap_or("nowhere");
            format!("it sends us to `{location}`; what may change something is not sent twice")
        }),
    });
    Reply {
        stdout: response.body().to_vec(),
        stderr: format!("{line}\n").into_bytes(),
        exit: Some(i32::from(refused)),
        error,
        ..Reply::default()
    }
}

/// What a Redfish service says about an error (DSP0266, section 8.6).
fn words_of(body: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    let error = json.get("error")?;
    let extended = error.pointer("/@Message.ExtendedInfo/0/Message");
    let words = extended.or_else(|| error.get("message"))?;
    words.as_str().map(str::to_owned)
}

#[async_trait(?Send)]
impl Session for Web {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let written = self.written(request)?;
        if !written.is_safe() {
            return Err(self.web.not_a_look(&written.method));
        }
        self.answered(&written, request, progress).await
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let written = self.written(request)?;
        self.answered(&written, request, progress).await
    }

    /// Every request brings its login along, so it takes one to see whether it counts.
    async fn knock(&mut self, request: &Request) -> Result<(), Failure> {
        let name = self.web.spec().name.clone();
        let Some((user, _)) = self.login.clone() else {
            let message = format!("log in to `{name}`: the inventory gives no user or no password");
            return Err(Failure::not_sent(FailureKind::Local, message));
        };
        let written = self.written(request)?;
        if !written.is_safe() {
            return Err(self.web.not_a_look(&written.method));
        }
        let response = self.once(&written, &written.path, request).await?;
        let status = response.status();
        let kind = match status {
            status if status.is_success() => return Ok(()),
            StatusCode::UNAUTHORIZED => FailureKind::Authentication,
            _ => FailureKind::Protocol,
        };
        let answer = reply(&response, &written);
        let told = answer.error.as_ref().map(|error| error.message.clone());
        let told = told.unwrap_or_else(|| format!("HTTP {}", status.as_u16()));
        let message = format!("log in to `{name}` as `{user}`: {told}");
        let failure = Failure::not_sent(kind, message);
        Err(match kind {
            FailureKind::Protocol => failure
                .help("only HTTP 401 says that a login is refused: ask for a page that needs one"),
            _ => failure,
        })
    }

    fn identity(&self) -> Identity {
        Identity {
            host_key: self.web.key(),
            trusted_by: self
                .web
                .key()
                .map(|_| "tls-pin in the inventory".to_owned()),
            ..Identity::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reads_as_in_the_books() {
        let text = "PATCH /redfish/v1/Systems/1 HTTP/1.1\nIf-Match: *\n\n{\"a\": 1}\n";
        let written = Written::read(text).expect("a request");
        assert_eq!(written.method, Method::PATCH);
        assert_eq!(written.path, "/redfish/v1/Systems/1");
        assert_eq!(written.headers, [("If-Match".to_owned(), "*".to_owned())]);
        assert_eq!(written.body, "{\"a\": 1}");
        assert!(!written.is_safe());
        assert!(Written::read("GET /").is_ok_and(|written| written.is_safe()));
    }

    #[test]
    fn what_is_no_request_says_why() {
        for (text, why) in [
            ("", "`` is no request line: write `GET /path`"),
            ("GET", "`GET` is no request line: write `GET /path`"),
            (
                "GET https://x/",
                "`https://x/` is no path: it begins with `/`, and the inventory has the address",
            ),
            ("GET /\nwords", "`words` is no header: write `Name: value`"),
        ] {
            assert_eq!(Written::read(text).map(drop), Err(why.to_owned()));
        }
    }
}
