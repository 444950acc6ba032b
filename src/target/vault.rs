use secrecy::{ExposeSecret, SecretString};

use super::Failure;
use super::inventory::SecretRef;
use super::secret::{local, resolve};
use crate::redact::Redactor;

/// The one way to a secret. It is fetched anew whenever it is used, because it may be good for one
/// use, or be replaced during the run; and nobody has a value that the redactor does not know.
#[derive(Clone, Default)]
pub struct Vault {
    redactor: Redactor,
}

impl Vault {
    /// A vault that tells this redactor all that is fetched.
    pub fn new(redactor: Redactor) -> Self {
        Self { redactor }
    }

    /// Knows every secret that was fetched, and will know those that are fetched later.
    pub fn redactor(&self) -> Redactor {
        self.redactor.clone()
    }

    /// The secret behind a reference, as it is now. `name` stands in its place where it is redacted.
    ///
    /// # Errors
    /// It can't be had, or it is too short to be hidden.
    pub fn fetch(&self, name: &str, reference: &SecretRef) -> Result<SecretString, Failure> {
        let value = resolve(reference)?;
        if !matches!(reference, SecretRef::Public(_)) {
            self.redactor
                .add_secret(name, value.expose_secret())
                .map_err(|error| local(format!("hide a secret: {error}")))?;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_was_fetched_is_known() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("password");
        let path = camino::Utf8PathBuf::from_path_buf(path).expect("a path in UTF-8");
        let reference = SecretRef::File(path.clone());
        let vault = Vault::default();
        let redactor = vault.redactor();
        for value in ["before the change", "after the change"] {
            std::fs::write(&path, value).expect("the file is written");
            let fetched = vault.fetch("password", &reference);
            assert!(fetched.is_ok_and(|fetched| fetched.expose_secret() == value));
            assert_eq!(redactor.redact_str(value), "«secret:password»");
        }
    }

    #[test]
    fn what_is_published_is_not_hidden() {
        let vault = Vault::default();
        let public = SecretRef::Public("password".to_owned());
        assert!(vault.fetch("factory", &public).is_ok());
        assert!(vault.redactor().is_empty());
    }
}
