use russh::server::{Auth, Response};
use russh::{MethodKind, MethodSet};

/// The ways in which a password can be given.
pub(super) fn methods() -> MethodSet {
    MethodSet::from(&[MethodKind::Password, MethodKind::KeyboardInteractive][..])
}

/// A wrong name or password. It may be tried again, by the same way too.
pub(super) fn wrong() -> Auth {
    Auth::Reject {
        proceed_with_methods: Some(methods()),
        partial_success: false,
    }
}

/// The password that was typed at a prompt. `Err`: it has yet to be asked for.
pub(super) fn typed(response: Option<Response<'_>>) -> Result<String, Auth> {
    let Some(mut answers) = response else {
        return Err(Auth::Partial {
            name: "".into(),
            instructions: "".into(),
            prompts: vec![("Password: ".into(), false)].into(),
        });
    };
    let password = answers.next().unwrap_or_default();
    Ok(String::from_utf8_lossy(&password).into_owned())
}
