use sha2::{Digest, Sha256};
use thiserror::Error;

/// Asks a time-stamping authority when a file was there (RFC 3161).
///
/// The token holds the authority's signature over the file's hash and its clock. Whether the
/// authority is to be trusted is for `openssl ts -verify` and whoever knows its certificate.
#[derive(Clone, Debug)]
pub struct TimestampRequest {
    digest: [u8; 32],
    nonce: [u8; 8],
}

/// A reply that holds no token for the request.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TimestampError {
    /// The authority said no; RFC 3161's number for why, and its words.
    #[error("the authority refused: status {0}{1}")]
    Refused(u8, String),
    /// It is a token for another file, or for another request.
    #[error("the token is for something else")]
    Other,
    /// It is not what RFC 3161 describes.
    #[error("the reply is no time-stamp reply")]
    Malformed,
}

/// DER's tags (X.690).
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const UTF8_STRING: u8 = 0x0c;
const SEQUENCE: u8 = 0x30;

/// The algorithm identifier of SHA-256, whole.
const SHA_256: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
];

impl TimestampRequest {
    /// The media type of a request.
    pub const MEDIA_TYPE: &'static str = "application/timestamp-query";

    /// A request for a file. `nonce` is what nobody can know before.
    pub fn new(file: &[u8], nonce: u64) -> Self {
        // A positive number that needs all of its bytes.
        let nonce = (nonce >> 1 | 1 << 62).to_be_bytes();
        Self {
            digest: Sha256::digest(file).into(),
            nonce,
        }
    }

    /// The request in DER: version 1, the hash, the nonce, and that the token shall hold the
    /// authority's certificate.
    pub fn to_der(&self) -> Vec<u8> {
        let imprint = [&SHA_256[..], &element(OCTET_STRING, &self.digest)].concat();
        let parts = [
            element(INTEGER, &[1]),
            element(SEQUENCE, &imprint),
            element(INTEGER, &self.nonce),
            vec![0x01, 0x01, 0xff],
        ];
        element(SEQUENCE, &parts.concat())
    }

    /// Checks that a reply grants a token for this request, and gives the reply, which is what
    /// `openssl ts -verify -in` reads.
    ///
    /// # Errors
    /// It was refused, or the reply is not for this request.
    pub fn accept<'r>(&self, reply: &'r [u8]) -> Result<&'r [u8], TimestampError> {
        let token = granted(reply)?;
        match holds(token, &element(INTEGER, &self.nonce)) && holds(token, &imprint(&self.digest)) {
            true => Ok(reply),
            false => Err(TimestampError::Other),
        }
    }
}

/// Whether a stored reply is a token for a file.
///
/// # Errors
/// It is not.
pub fn is_timestamp_of(file: &[u8], reply: &[u8]) -> Result<(), TimestampError> {
    let token = granted(reply)?;
    match holds(token, &imprint(&Sha256::digest(file))) {
        true => Ok(()),
        false => Err(TimestampError::Other),
    }
}

/// The hash as a token repeats it.
fn imprint(digest: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, digest)
}

/// The token of a reply: its status must be 0 (granted) or 1 (granted with changes).
fn granted(reply: &[u8]) -> Result<&[u8], TimestampError> {
    let malformed = TimestampError::Malformed;
    let (reply, rest) = take(reply, SEQUENCE).ok_or(malformed.clone())?;
    let (status, token) = take(reply, SEQUENCE).ok_or(malformed.clone())?;
    let (code, words) = take(status, INTEGER).ok_or(malformed.clone())?;
    match code {
        [0 | 1] if rest.is_empty() && !token.is_empty() => Ok(token),
        [code] if *code > 1 => Err(TimestampError::Refused(*code, said(words))),
        _ => Err(malformed),
    }
}

/// The first of the authority's words, if it has any.
fn said(words: &[u8]) -> String {
    let text = take(words, SEQUENCE).and_then(|(list, _)| take(list, UTF8_STRING));
    text.map_or_else(String::new, |(text, _)| {
        format!(" ({})", String::from_utf8_lossy(text))
    })
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// An element with its length, which is under 128 for all that is asked.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 2);
    out.push(tag);
    out.push(content.len() as u8 & 0x7f);
    out.extend_from_slice(content);
    out
}

/// The content of the first element, if it has that tag, and what stands behind it.
fn take(text: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let [found, length, rest @ ..] = text else {
        return None;
    };
    let (length, rest) = match *length {
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let bytes = usize::from(long & 0x7f);
            if bytes == 0 || bytes > 4 || rest.len() < bytes {
                return None;
            }
            let (length, rest) = rest.split_at(bytes);
            let length = length
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
    };
    (*found == tag && length <= rest.len()).then(|| rest.split_at(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_69_bytes_like_that_of_openssl() {
        let request = TimestampRequest::new(b"signature", 7);
        let der = request.to_der();
        assert_eq!(der.len(), 69);
        assert_eq!(der[..2], [SEQUENCE, 67]);
        let (inside, rest) = take(&der, SEQUENCE).expect("a sequence");
        assert!(rest.is_empty());
        assert_eq!(take(inside, INTEGER).expect("a version").0, [1]);
    }

    #[test]
    fn a_reply_that_is_none_is_not_accepted() {
        let request = TimestampRequest::new(b"signature", 7);
        let refused = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
        assert_eq!(
            request.accept(&refused),
            Err(TimestampError::Refused(2, String::new()))
        );
        let empty = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00];
        assert_eq!(request.accept(&empty), Err(TimestampError::Malformed));
        let other = [0x30, 0x07, 0x30, 0x03, 0x02, 0x01, 0x00, 0x30, 0x00];
        assert_eq!(request.accept(&other), Err(TimestampError::Other));
        for end in 0..other.len() {
            assert!(request.accept(&other[..end]).is_err());
        }
    }
}
