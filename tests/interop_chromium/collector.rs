use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The host that the pages are on. No other is ever asked, and none exists.
pub(crate) const HOST: &str = "runsheet.invalid";

/// Where the browser calls home by itself, on every start. No payload names these.
const HOME: &[&str] = &[".google.com", ".googleapis.com", ".gvt1.com"];

/// A proxy on loopback that knows a few pages and writes down whatever is asked of it.
pub(crate) struct Collector {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    pages: BTreeMap<String, Page>,
    asked: Vec<String>,
    violations: Vec<String>,
}

#[derive(Clone)]
struct Page {
    html: String,
    policy: Option<String>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || answer(stream, &shared));
            }
        });
        Self { address, state }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Puts a page up, with a policy in its header whose violations are reported here.
    pub(crate) fn put(&self, name: &str, html: String, policy: Option<&str>) -> String {
        let policy = policy.map(|policy| format!("{policy}; report-uri http://{HOST}/violation"));
        let address = format!("http://{HOST}/{name}");
        let page = Page { html, policy };
        self.state().pages.insert(address.clone(), page);
        address
    }

    /// What was asked for besides the pages themselves, and the violations that were reported;
    /// both are forgotten.
    pub(crate) fn take(&self) -> (Vec<String>, Vec<String>) {
        let mut state = self.state();
        let asked = std::mem::take(&mut state.asked);
        (asked, std::mem::take(&mut state.violations))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding it")
    }
}

/// Answers one request.
fn answer(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() || line.is_empty() {
        return;
    }
    let address = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).is_err() || header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);

    let mut state = state.lock().expect("nobody panics while holding it");
    let page = state.pages.get(&address).cloned();
    if address.ends_with("/violation") {
        let report = String::from_utf8_lossy(&body).into_owned();
        state.violations.push(report);
    } else if page.is_none() && !is_home(&address) {
        state.asked.push(line.trim().to_owned());
    }
    drop(state);

    let mut reply = match &page {
        Some(_) => "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n".to_owned(),
        None => "HTTP/1.1 404 Not Found\r\n".to_owned(),
    };
    let (html, policy) = page.map_or((String::new(), None), |page| (page.html, page.policy));
    if let Some(policy) = policy {
        reply += &format!("Content-Security-Policy: {policy}\r\n");
    }
    reply += &format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n{html}",
        html.len()
    );
    // A browser that has gone away needs no answer.
    let _ = reader.get_mut().write_all(reply.as_bytes());
}

/// Whether an address (`http://host/path` or `host:port`) is the browser's own business.
fn is_home(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    HOME.iter().any(|home| host.ends_with(home))
}
