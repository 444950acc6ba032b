use camino::{Utf8Path, Utf8PathBuf};
use thiserror::Error;

use super::scan::leaks;
use super::sums::sums;
use super::{Bundle, BundleError, RECORD, SIGNATURE, SUMS, SignError, Signer};
use crate::redact::Redactor;
use crate::text::wording::{list, quoted};

/// A record that could not be made.
#[derive(Debug, Error)]
pub enum SealError {
    /// A file of the run is missing or is not what it should be.
    #[error("failed to seal the run: {0}")]
    Run(String),
    /// A secret would have been in it.
    #[error("failed to seal the run: a secret is in {}", list(&quoted(.0.iter().map(String::as_str)), "and"))]
    Secret(Vec<String>),
    /// The folder can't be read or written.
    #[error("failed to seal the run: {0}")]
    Bundle(#[from] BundleError),
    /// It can't be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl SealError {
    /// What to do.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Secret(_) => Some(
                "nothing was sealed; mark what holds it with `secret`, and change the secret: \
                 the run's own folder has it too",
            ),
            Self::Sign(error) => error.help(),
            Self::Run(_) | Self::Bundle(_) => None,
        }
    }
}

/// Seals a bundle: looks for secrets, adds `SHA256SUMS` and its signature, and writes it all
/// under a name that does not exist yet, completely or not at all.
///
/// # Errors
/// A secret is in it, it can't be signed, or the disk says no. Nothing is left behind then.
pub async fn seal(
    mut bundle: Bundle,
    redactor: &Redactor,
    signer: Option<&Signer>,
    folder: &Utf8Path,
) -> Result<Utf8PathBuf, SealError> {
    let leaking = leaks(&bundle, redactor);
    if !leaking.is_empty() {
        return Err(SealError::Secret(leaking));
    }
    let sums = sums(&bundle);
    if let Some(signer) = signer {
        let signature = signer.sign(RECORD, sums.as_bytes()).await?;
        bundle.add(SIGNATURE, signature)?;
    }
    bundle.add(SUMS, sums)?;
    bundle.write(folder)?;
    Ok(folder.to_owned())
}
