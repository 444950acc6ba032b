use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// A page's own style and script, and the content security policy that allows these and
/// nothing else: no other script, no request, no form, no frame.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Policy {
    pub(in crate::report) style: &'static str,
    pub(in crate::report) script: Option<&'static str>,
}

impl Policy {
    /// The policy, as in the header `Content-Security-Policy`.
    pub(in crate::report) fn text(&self) -> String {
        let mut text = format!("default-src 'none'; style-src '{}'", hash(self.style));
        if let Some(script) = self.script {
            // Trusted types close the ways from text to markup, in our own script too.
            text += &format!(
                "; script-src '{}'; require-trusted-types-for 'script'; trusted-types 'none'",
                hash(script)
            );
        }
        text + "; base-uri 'none'; form-action 'none'"
    }
}

/// By which a policy names what stands between an element's tags.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}
