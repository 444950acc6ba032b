use sha2::{Digest, Sha256};

/// What the configuration keeps of a password, in the place of the device's MD5 crypt: it can
/// be compared and not be turned back.
pub(super) fn hash(password: &str) -> String {
    const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let letters = |bytes: &[u8]| -> String {
        bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte & 0x3f)]))
            .collect()
    };
    let digest = Sha256::digest(password.as_bytes());
    format!("$1${}${}", letters(&digest[..4]), letters(&digest[4..26]))
}

/// What stands behind `secret`: a hash behind `5`, a password otherwise.
pub(super) fn read(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix("5 ") {
        Some(hash) => hash.trim().to_owned(),
        None => hash(text.strip_prefix("0 ").unwrap_or(text)),
    }
}
