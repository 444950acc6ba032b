//! One HTTP request and its answer over a stream of its own.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

pub use hyper::{Request, Response};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The connection ended, or what came is no HTTP.
    #[error("{0}")]
    Broken(String),
    /// The answer is larger than anybody asked for.
    #[error("its answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// Sends a request as the only one of its connection, and reads the whole answer, at most
/// `limit` bytes of it. `host` is what the header of that name says.
///
/// `sent` becomes `true` as soon as a byte of the request may have left.
///
/// # Errors
///
/// See [`HttpError`]. There is no deadline in here.
pub async fn exchange<S>(
    stream: S,
    host: &str,
    mut request: Request<Full<Bytes>>,
    limit: usize,
    sent: &mut bool,
) -> Result<Response<Bytes>, HttpError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| HttpError::Broken(told(&error)))?;
    let headers = request.headers_mut();
    if let Ok(host) = host.parse() {
        headers.entry(HOST).or_insert(host);
    }
    headers.insert(CONNECTION, hyper::header::HeaderValue::from_static("close"));
    let connection = tokio::spawn(connection);
    *sent = true;
    let answer = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| HttpError::Broken(told(&error)))?;
        let (head, body) = response.into_parts();
        let body = match Limited::new(body, limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(HttpError::TooLarge(limit));
            }
            Err(error) => return Err(HttpError::Broken(error.to_string())),
        };
        Ok(Response::from_parts(head, body))
    }
    .await;
    connection.abort();
    answer
}

/// hyper's own words, with what is behind them.
fn told(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error} ({source})"),
        None => error.to_string(),
    }
}
