//! One HTTP request and its answer over a stream of its own.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Body;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::Sent;
use super::written::Written;

pub use hyper::{Request, Response};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The connection ended.
    #[error("{0}")]
    Ended(String),
    /// What came is no HTTP.
    #[error("{0}")]
    Malformed(String),
    /// The answer is larger than anybody asked for.
    #[error("its answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// Sends a request as the only one of its connection, and reads the whole answer, at most
/// `limit` bytes of it. `host` is what the header of that name says.
///
/// `sent` tells how much of the request has left, also where this is dropped before its end.
///
/// # Errors
///
/// See [`HttpError`]. There is no deadline in here.
pub async fn exchange<S>(
    stream: S,
    host: &str,
    mut request: Request<Full<Bytes>>,
    limit: usize,
    sent: &mut Sent,
) -> Result<Response<Bytes>, HttpError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let all = Arc::new(AtomicBool::new(false));
    let body = request.body().size_hint().exact().unwrap_or_default();
    let stream = Written::new(stream, body as usize, all.clone());
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| broken(&error))?;
    let headers = request.headers_mut();
    if let Ok(host) = host.parse() {
        headers.entry(HOST).or_insert(host);
    }
    headers.insert(CONNECTION, hyper::header::HeaderValue::from_static("close"));
    let connection = tokio::spawn(connection);
    *sent = Sent::Some;
    let answer = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| broken(&error))?;
        let (head, body) = response.into_parts();
        let body = match Limited::new(body, limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(HttpError::TooLarge(limit));
            }
            Err(error) => return Err(broken(&*error)),
        };
        Ok(Response::from_parts(head, body))
    }
    .await;
    connection.abort();
    if all.load(Ordering::Relaxed) {
        *sent = Sent::All;
    }
    answer
}

/// hyper's own words, with what is behind them.
fn broken(error: &(dyn Error + 'static)) -> HttpError {
    let source = error.source();
    let told = match source {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    };
    let is_parse = error
        .downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse);
    let source = source.and_then(|source| source.downcast_ref::<io::Error>());
    let is_invalid = source.is_some_and(|source| {
        matches!(
            source.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        )
    });
    match is_parse || is_invalid {
        true => HttpError::Malformed(told),
        false => HttpError::Ended(told),
    }
}
