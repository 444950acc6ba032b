use russh::keys::HashAlg;
use russh::keys::signature::Verifier;
use russh::keys::ssh_key::{LineEnding, SshSig, public::KeyData};
use thiserror::Error;

/// The namespace of a record's signature. A signature made for one kind of statement can't be
/// passed off as one for another.
pub const RECORD: &str = "runsheet-record@v1";
/// The namespace of an approval's signature.
pub const APPROVAL: &str = "runsheet-approval@v1";
/// The namespace of a signature under a list of runs.
pub const POPULATION: &str = "runsheet-population@v1";

/// More than any signature has, certificate included; bounds what a hostile one can cost.
const LONGEST: usize = 16 * 1024;

/// Something that is not a signature of this text for this purpose.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BadSignature {
    /// It can't be read.
    #[error("it is not an SSH signature")]
    Unreadable,
    /// It can be read, but is not written as every SSH program writes it.
    #[error("it was changed: it is not written as an SSH signature is")]
    NotCanonical,
    /// It is for something else.
    #[error("it was made for `{found}`, not for `{wanted}`")]
    OtherPurpose {
        /// The namespace in it.
        found: String,
        /// The one that is needed.
        wanted: &'static str,
    },
    /// The key did not make it for this text.
    #[error("it does not match the text")]
    OtherText,
}

/// A signature that its key made over a text for a purpose. Whose key it is, it can't say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The key, or the certificate.
    pub(crate) key: KeyData,
}

/// The form in which a signature is written: the one that `ssh-keygen` uses.
pub(super) fn armor(signature: &SshSig) -> Option<String> {
    signature.to_pem(LineEnding::LF).ok()
}

/// Verifies an armoured signature over a text.
///
/// `ssh-keygen` overlooks bytes around the armour; here every bit counts, so that a record has
/// one form only.
pub(crate) fn verify(
    armored: &[u8],
    text: &[u8],
    namespace: &'static str,
) -> Result<Signature, BadSignature> {
    if armored.len() > LONGEST {
        return Err(BadSignature::Unreadable);
    }
    let signature = SshSig::from_pem(armored).map_err(|_| BadSignature::Unreadable)?;
    let canonical = armor(&signature).is_some_and(|text| text.as_bytes() == armored);
    if !canonical || !signature.reserved().is_empty() || signature.version() != SshSig::VERSION {
        return Err(BadSignature::NotCanonical);
    }
    if signature.namespace() != namespace {
        return Err(BadSignature::OtherPurpose {
            found: signature.namespace().escape_debug().to_string(),
            wanted: namespace,
        });
    }
    let signed = SshSig::signed_data(namespace, signature.hash_alg(), text)
        .map_err(|_| BadSignature::Unreadable)?;
    plain(signature.public_key())
        .verify(&signed, signature.signature())
        .map_err(|_| BadSignature::OtherText)?;
    Ok(Signature {
        key: signature.public_key().clone(),
    })
}

/// The key itself where a certificate holds one.
pub(crate) fn plain(key: &KeyData) -> &KeyData {
    key.certificate().map_or(key, |cert| cert.public_key())
}

/// How people tell keys apart: `SHA256:…`.
pub(crate) fn fingerprint(key: &KeyData) -> String {
    plain(key).fingerprint(HashAlg::Sha256).to_string()
}
