use super::call::Call;

/// An error of the API: a code, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault(pub(super) Vec<String>);

/// What a wrong name or password is answered with.
const WRONG_PASSWORD: &str = "SESSION_AUTHENTICATION_FAILED";

/// So long a wrong password is thought about, in milliseconds.
const PENANCE: u64 = 5_000;

impl Fault {
    pub(super) fn new<const N: usize>(code: &str, about: [&str; N]) -> Self {
        let words = [code].into_iter().chain(about);
        Self(words.map(str::to_owned).collect())
    }

    pub(super) fn wrong_password(user: &str) -> Self {
        Self::new(WRONG_PASSWORD, [user, "Authentication failure"])
    }

    /// How long it takes until it is said, in milliseconds.
    pub(super) fn after(&self) -> u64 {
        match self.0.first().is_some_and(|code| code == WRONG_PASSWORD) {
            true => PENANCE,
            false => 0,
        }
    }

    pub(super) fn handle(class: &str, reference: &str) -> Self {
        Self::new("HANDLE_INVALID", [class, reference])
    }

    pub(super) fn uuid(class: &str, uuid: &str) -> Self {
        Self::new("UUID_INVALID", [class, uuid])
    }

    pub(super) fn field_type(field: &str) -> Self {
        Self::new("FIELD_TYPE_ERROR", [field])
    }

    pub(super) fn not_implemented(method: &str) -> Self {
        Self::new("NOT_IMPLEMENTED", [method])
    }

    pub(super) fn unknown_method(call: &Call) -> Self {
        Self::new("MESSAGE_METHOD_UNKNOWN", [&call.method])
    }

    /// `expected` and what was received are counted with the session.
    pub(super) fn count(call: &Call, expected: usize) -> Self {
        let (expected, received) = (expected + 1, call.params.len() + 1);
        Self::new(
            "MESSAGE_PARAMETER_COUNT_MISMATCH",
            [&call.method, &expected.to_string(), &received.to_string()],
        )
    }
}
