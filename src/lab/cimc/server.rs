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

use crate::lab::connection::{Fate, FateOf};
use crate::lab::floor::{Input, Outcome};
use crate::lab::place::{HTTPS, Place};
use crate::lab::{Blow, Lab, keys};

/// No request is larger.
const LIMIT: usize = 1024 * 1024;

/// Serves one connection to the controller of `server`, in a task of its own.
pub(crate) fn serve(lab: Lab, place: Place, server: String, stream: DuplexStream, fate: FateOf) {
    let secure = place.port == HTTPS;
    let site = Arc::new(Site {
        lab,
        place,
        server,
        fate,
    });
    tokio::spawn(async move {
        // How a connection ends is the client's to see, not the server's.
        if !secure {
            let _ = elsewhere(stream).await;
            return;
        }
        let Some(config) = keys::tls(site.lab.seed(), &site.server) else {
            return;
        };
        if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
            let answer = service_fn(move |request| answer(site.clone(), request));
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        }
    });
}

struct Site {
    lab: Lab,
    place: Place,
    server: String,
    fate: FateOf,
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
    if request.uri().path() != "/nuova" {
        return Ok(plain(StatusCode::NOT_FOUND));
    }
    if request.method() != Method::POST {
        return Ok(plain(StatusCode::METHOD_NOT_ALLOWED));
    }
    let Ok(body) = Limited::new(request.into_body(), LIMIT).collect().await else {
        return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let input = Input::Cimc {
        server: site.server.clone(),
        on: site.place.name.clone(),
        body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
    };
    let Ok(Outcome::Answered { text, blow }) = site.lab.happen(input) else {
        return Ok(plain(StatusCode::INTERNAL_SERVER_ERROR));
    };
    if let Some(blow) = blow {
        site.fate.send_replace(match blow {
            Blow::Reset => Fate::Reset,
            Blow::Silence => Fate::Silent,
            // What the loss of power does to the connection is for the world to say.
            Blow::PowerCycle(_) => Fate::Alive,
        });
        // Whatever it was going to say does not get out any more.
        std::future::pending::<()>().await;
    }
    let response = Response::builder()
        .header("Content-Type", "application/xml")
        .header("Server", "webserver")
        .body(Full::from(text));
    Ok(response.unwrap_or_default())
}
