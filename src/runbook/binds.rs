use super::field::is_name;
use super::{ExpectationKind, Fence, Lang};
use crate::check::Type;

impl Fence {
    /// The names that it gives a value to: by `capture=`, by the placeholders of its expectations,
    /// by XenAPI assignments and by the fields a person fills in.
    pub fn binds(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .attributes
            .capture
            .iter()
            .map(|capture| capture.value.as_str())
            .collect();
        for expectation in &self.expectations {
            if expectation.kind == ExpectationKind::Expect {
                names.extend(placeholders(&expectation.body.text));
            }
        }
        let lines = self.body.text.lines();
        match self.lang {
            // `name = Class.method(…)`
            Lang::Xapi => names.extend(lines.filter_map(|line| {
                let (name, call) = line.split_once('=')?;
                (!call.starts_with('='))
                    .then_some(name.trim())
                    .filter(|name| is_name(name))
            })),
            Lang::Manual => names.extend(self.fields.iter().map(|field| field.name.as_str())),
            _ => {}
        }
        names
    }
}

/// The names of `<name:type>` placeholders.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('<').skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(':')?;
        let (kind, _) = rest.split_once('>')?;
        (is_type(kind) && is_name(name)).then_some(name)
    })
}

fn is_type(word: &str) -> bool {
    Type::ALL.iter().any(|kind| kind.word() == word)
}
