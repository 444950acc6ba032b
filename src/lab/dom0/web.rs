use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::DuplexStream;
use tokio_rustls::TlsAcceptor;

use crate::lab::{Lab, keys};

/// Serves one connection to port 443 of a host, in a task of its own: the page that tells people
/// where they are. Nothing else is offered there yet.
pub(crate) fn serve(lab: &Lab, server: &str, stream: DuplexStream) {
    let Some(config) = keys::host_tls(lab.seed(), server) else {
        return;
    };
    let world = lab.world();
    let system = world.state.servers.get(server).and_then(|s| s.system());
    let hostname = system.map_or_else(String::new, |system| system.hostname.clone());
    tokio::spawn(async move {
        // How a connection ends is the client's to see, not the server's.
        if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
            let answer = service_fn(move |request| answer(hostname.clone(), request));
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        }
    });
}

async fn answer(
    hostname: String,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/") => (
            StatusCode::OK,
            format!("<html><title>Welcome to XenServer</title><h1>{hostname}</h1></html>\n"),
        ),
        _ => (StatusCode::NOT_FOUND, "not found\n".to_owned()),
    };
    let response = Response::builder()
        .status(status)
        .header("Content-Type", "text/html")
        .body(Full::from(text));
    Ok(response.unwrap_or_default())
}
