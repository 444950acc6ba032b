use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use russh::keys::ssh_encoding::Decode;
use russh::keys::ssh_key::private::{EcdsaKeypair, KeypairData};
use russh::keys::ssh_key::public::{EcdsaPublicKey, KeyData};
use russh::keys::{Error, PrivateKey, decode_secret_key};
use secrecy::zeroize::Zeroizing;

/// The bytes of a P-256 key's private number.
const SIZE: usize = 32;

/// Reads the text of a private key file: OpenSSH's own format (PROTOCOL.key in its sources), and
/// PEM as OpenSSL writes it.
///
/// # Errors
/// It is none, or it asks for a passphrase.
pub fn private_key(text: &str) -> Result<PrivateKey, Error> {
    decode_secret_key(text, None).or_else(|error| short(text).ok_or(error))
}

/// A number is written without the zero bytes at its front, and one in 256 has some: the library
/// (ssh-key 0.7.0-rc.11) refuses a P-256 key that has.
fn short(text: &str) -> Option<PrivateKey> {
    let mut lines = text.lines().map(str::trim_end);
    lines.find(|line| *line == "-----BEGIN OPENSSH PRIVATE KEY-----")?;
    let body = lines.take_while(|line| !line.starts_with('-'));
    let body = Zeroizing::new(body.collect::<String>());
    let file = Zeroizing::new(STANDARD.decode(body.as_bytes()).ok()?);
    let file = &mut file.strip_prefix(b"openssh-key-v1\0")?;
    // Neither a cipher nor a way to derive its key, with nothing to say of it; one key.
    for expected in [&b"none"[..], b"none", b""] {
        string(file).filter(|found| *found == expected)?;
    }
    number(file).filter(|keys| *keys == 1)?;
    let public = KeyData::decode(&mut string(file)?).ok()?;
    let private = &mut string(file)?;
    // Twice the same number shows that nothing had to be deciphered.
    number(private).filter(|check| number(private) == Some(*check))?;
    let KeyData::Ecdsa(EcdsaPublicKey::NistP256(point)) = &public else {
        return None;
    };
    for expected in [b"ecdsa-sha2-nistp256", &b"nistp256"[..], point.as_bytes()] {
        string(private).filter(|found| *found == expected)?;
    }
    let short = string(private)?;
    let mut padded = Zeroizing::new([0; SIZE]);
    padded
        .get_mut(SIZE.checked_sub(short.len())?..)?
        .copy_from_slice(short);
    let pair = EcdsaKeypair::NistP256 {
        public: *point,
        private: (*padded).into(),
    };
    let comment = String::from_utf8_lossy(string(private)?);
    PrivateKey::new(KeypairData::Ecdsa(pair), comment.as_ref()).ok()
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*number))
}

fn string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = number(bytes)?;
    let (string, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(string)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `ssh-keygen` for this test alone: its private number has 31 bytes.
    const SHORT: &str = include_str!("../../../tests/keys/short_number");

    #[test]
    fn a_number_with_a_zero_byte_in_front_is_read() {
        assert!(decode_secret_key(SHORT, None).is_err(), "the library can");
        let key = private_key(SHORT).expect("a key");
        let public = key.public_key().to_openssh().expect("its public half");
        let written = include_str!("../../../tests/keys/short_number.pub");
        assert_eq!(public, written.trim_end());
    }

    #[test]
    fn what_is_no_key_is_refused_wherever_it_ends() {
        let lines: Vec<&str> = SHORT.lines().collect();
        let body = lines[1..lines.len() - 1].concat();
        let file = STANDARD.decode(body).expect("base64");
        for end in 0..file.len() {
            let text = [
                lines[0],
                &STANDARD.encode(&file[..end]),
                lines[lines.len() - 1],
            ];
            assert!(private_key(&text.join("\n")).is_err(), "{end}");
        }
    }
}
