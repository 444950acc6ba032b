use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::DuplexStream;
use tokio_rustls::TlsAcceptor;

use super::redfish::Asked;
use crate::lab::floor::{Input, Outcome};
use crate::lab::keys;
use crate::lab::place::HTTPS;
use crate::lab::plaintext::Plaintext;
use crate::lab::visit::Visit;

/// No request is larger.
const LIMIT: usize = 1024 * 1024;

/// Serves one connection to the controller of `server`, in a task of its own.
pub(crate) fn serve(visit: Visit, port: u16, server: String, stream: DuplexStream) {
    let secure = port == HTTPS;
    let site = Arc::new(Site { visit, server });
    tokio::spawn(async move {
        // How a connection ends is the client's to see, not the server's.
        if !secure {
            let _ = elsewhere(stream).await;
            return;
        }
        let Some(config) = keys::tls(site.visit.lab.seed(), &site.server) else {
            return;
        };
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

type Answer = Result<Response<Full<Bytes>>, Infallible>;

/// HTTP without TLS only says where HTTPS is.
async fn elsewhere(stream: DuplexStream) -> hyper::Result<()> {
    let answer = service_fn(|request: Request<Incoming>| async move {
        let host = request
            .headers()
            .get("host")
            .and_then(|host| host.to_str().ok());
        let host = host
            .unwrap_or_default()
            .split(':')
            .next()
            .unwrap_or_default();
        let to = format!("https://{host}{}", request.uri().path());
        let response = Response::builder()
            .status(StatusCode::FOUND)
            .header("Location", to)
            .body(Full::<Bytes>::default());
        Ok::<_, Infallible>(response.unwrap_or_default())
    });
    http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answer)
        .await
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(format!("{status}\n")));
    *response.status_mut() = status;
    response
}

async fn answer(site: Arc<Site>, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LIMIT).collect().await else {
        return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    let path = head.uri.path().to_owned();
    if path == "/nuova" {
        if head.method != Method::POST {
            return Ok(plain(StatusCode::METHOD_NOT_ALLOWED));
        }
        return site.xml(body);
    }
    if path.starts_with("/redfish") {
        let header = |name: &str| {
            let value = head.headers.get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        return site.redfish(Asked {
            method: head.method.to_string(),
            path,
            authorization: header("authorization"),
            token: header("x-auth-token"),
            body,
        });
    }
    Ok(plain(StatusCode::NOT_FOUND))
}

impl Site {
    fn xml(&self, body: String) -> Answer {
        let input = Input::Cimc {
            server: self.server.clone(),
            on: self.visit.name.clone(),
            body,
        };
        let Ok(Outcome::Answered(text)) = self.visit.lab.happen(input) else {
            return Ok(plain(StatusCode::INTERNAL_SERVER_ERROR));
        };
        let response = Response::builder()
            .header("Content-Type", "application/xml")
            .header("Server", "webserver")
            .body(Full::from(text));
        Ok(response.unwrap_or_default())
    }

    fn redfish(&self, asked: Asked) -> Answer {
        let input = Input::Redfish {
            server: self.server.clone(),
            on: self.visit.name.clone(),
            asked,
        };
        let Ok(Outcome::Told(told)) = self.visit.lab.happen(input) else {
            return Ok(plain(StatusCode::INTERNAL_SERVER_ERROR));
        };
        let body = told.json.map(|json| json.to_string()).unwrap_or_default();
        let mut response = Response::builder()
            .status(told.status)
            .header("Content-Type", "application/json")
            .header("OData-Version", "4.0");
        for (name, value) in told.headers {
            response = response.header(name, value);
        }
        Ok(response.body(Full::from(body)).unwrap_or_default())
    }
}
