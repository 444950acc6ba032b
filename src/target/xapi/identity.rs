//! Whose toolstack it is.

use secrecy::ExposeSecret;
use serde_json::Value;

use super::session::{LOGIN_DEADLINE, Xapi};
use crate::target::{Failure, FailureKind};
use crate::wire::xmlrpc;

/// What machines say that nobody gave a serial number.
const BLANKS: [&str; 7] = [
    "not specified",
    "to be filled by o.e.m.",
    "system serial number",
    "default string",
    "none",
    "n/a",
    "0",
];

impl Xapi {
    /// The serial numbers and the version of the host. The machine's serial number is what tells one
    /// host from the next; where it has none, the host's own identifier, which an ejected one gets
    /// anew.
    pub(super) async fn learn_host(&mut self) -> Result<(Vec<String>, Option<String>), Failure> {
        let session = self.session.as_ref();
        let session = session.map(|session| session.expose_secret().to_owned());
        let host = self
            .learn("session.get_this_host", session.unwrap_or_default())
            .await?;
        let host = host.as_str().unwrap_or_default().to_owned();
        let text = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let strings = self.learn("host.get_bios_strings", host.clone()).await?;
        let serial = text(strings.get("system-serial-number")).filter(|serial| !is_blank(serial));
        let serial = match serial {
            Some(serial) => Some(serial),
            None => text(Some(&self.learn("host.get_uuid", host.clone()).await?)),
        };
        let version = self.learn("host.get_software_version", host).await?;
        let version = text(version.get("product_version"));
        let version = version.map(|version| format!("XenServer {version}"));
        Ok((serial.into_iter().collect(), version))
    }

    /// What the toolstack says about one of its objects.
    async fn learn(&mut self, method: &str, about: String) -> Result<Value, Failure> {
        let about = vec![xmlrpc::Value::Text(about)];
        let answer = self.in_session(method, about, LOGIN_DEADLINE);
        answer
            .await
            .map_err(Failure::before_request)?
            .map_err(|refusal| {
                let name = &self.web.spec().name;
                let message = format!("learn which host `{name}` is: {method}: {refusal}");
                Failure::not_sent(FailureKind::Protocol, message)
            })
    }
}

/// Whether a serial number is none.
fn is_blank(serial: &str) -> bool {
    BLANKS.contains(&serial.to_lowercase().as_str())
}
