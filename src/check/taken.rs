use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// The value that a name has taken. It may be as long as a line and is looked up at every step of
/// the search, so its hash is kept beside it.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    hash: u64,
    text: Rc<str>,
}

impl From<&str> for Taken {
    fn from(text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self {
            hash: hasher.finish(),
            text: Rc::from(text),
        }
    }
}

impl Deref for Taken {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Taken {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.text == other.text
    }
}

impl Eq for Taken {}

impl Hash for Taken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}
