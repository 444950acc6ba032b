use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::DuplexStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsAcceptor;

use super::{Asked, Reply, has_news};
use crate::lab::floor::{Input, Outcome};
use crate::lab::keys;
use crate::lab::plaintext::Plaintext;
use crate::lab::visit::Visit;

/// No call is larger.
const LIMIT: usize = 1024 * 1024;

/// Serves one connection to port 443 of a host, in a task of its own: its toolstack, and the page
/// that tells people where they are.
pub(crate) fn serve(visit: Visit, server: String, stream: DuplexStream) {
    let Some(config) = keys::host_tls(visit.lab.seed(), &server) else {
        return;
    };
    let site = Arc::new(Site { visit, server });
    tokio::spawn(async move {
        // How a connection ends is the client's to see, not the server's.
        if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
            let stream = Plaintext::new(stream, site.visit.clone());
            let answer = service_fn(move |request| answer(site.clone(), request));
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        }
    });
}

struct Site {
    visit: Visit,
    server: String,
}

type Answer = Result<Response<Full<Bytes>>, NobodyAnswers>;

/// The toolstack behind the web server is not there: the connection ends without a word.
#[derive(Debug, thiserror::Error)]
#[error("no toolstack runs")]
struct NobodyAnswers;

async fn answer(site: Arc<Site>, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    if head.method == Method::POST && Asked::is_call(&path) {
        let Ok(body) = Limited::new(body, LIMIT).collect().await else {
            return Ok(page(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too large\n".to_owned(),
            ));
        };
        let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        return site.call(Asked { path, body }).await;
    }
    Ok(match (&head.method, path.as_str()) {
        (&Method::GET | &Method::HEAD, "/") => {
            let name = site.hostname();
            let text = format!("<html><title>Welcome to XenServer</title><h1>{name}</h1></html>\n");
            page(StatusCode::OK, text)
        }
        _ => page(StatusCode::NOT_FOUND, "not found\n".to_owned()),
    })
}

fn page(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let response = Response::builder()
        .status(status)
        .header("Content-Type", "text/html")
        .body(Full::from(text));
    response.unwrap_or_default()
}

impl Site {
    fn hostname(&self) -> String {
        let world = self.visit.lab.world();
        let system = world
            .state
            .servers
            .get(&self.server)
            .and_then(|s| s.system());
        system.map_or_else(String::new, |system| system.hostname.clone())
    }

    async fn call(&self, asked: Asked) -> Answer {
        let Some(mut reply) = self.ask(&asked) else {
            return Err(NobodyAnswers);
        };
        if let Some(patience) = reply.patience {
            let until = Instant::now() + Duration::from_millis(patience);
            if timeout_at(until, self.news(&asked)).await.is_ok() {
                reply = self.ask(&asked).ok_or(NobodyAnswers)?;
            }
        }
        tokio::time::sleep(Duration::from_millis(reply.after)).await;
        let response = Response::builder()
            .status(reply.status)
            .header("Content-Type", reply.content_type)
            .header("Access-Control-Allow-Origin", "*")
            .header("Access-Control-Allow-Headers", "X-Requested-With")
            .body(Full::from(reply.body));
        Ok(response.unwrap_or_default())
    }

    fn ask(&self, asked: &Asked) -> Option<Reply> {
        let input = Input::Xapi {
            server: self.server.clone(),
            on: self.visit.name.clone(),
            asked: asked.clone(),
        };
        match self.visit.lab.happen(input) {
            Ok(Outcome::Replied(reply)) => reply,
            _ => None,
        }
    }

    /// Waits until something happened that this call would be told.
    async fn news(&self, asked: &Asked) {
        let mut changes = self.visit.lab.changes();
        loop {
            changes.borrow_and_update();
            if has_news(&self.visit.lab.core().floor.world, &self.server, asked) {
                return;
            }
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}
