use super::{Fence, FrontMatter, Role};
use crate::text::{Source, Span};

/// One Markdown file, understood.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// The file.
    pub source: Source,
    /// Its file name without `.md`: how other runbooks name it in `needs`, without a
    /// leading number (`04-switch-stack.md` is `switch-stack`).
    pub name: String,
    /// Its front matter.
    pub meta: FrontMatter,
    /// Its steps, in document order.
    pub steps: Vec<Step>,
}

/// A heading's section that holds at least one executable fence.
#[derive(Clone, Debug)]
pub struct Step {
    /// The heading's GitHub slug, or its `{#id}`.
    pub id: String,
    /// The heading's text without markup.
    pub title: String,
    /// The heading's level, 1 to 6.
    pub level: u8,
    /// The heading.
    pub span: Span,
    /// The whole section, heading included, up to the next heading.
    pub section: Span,
    /// Its executable fences, in document order.
    pub fences: Vec<Fence>,
    /// The first table of the section, for `each=`.
    pub table: Option<Table>,
    /// A fence of it was not understood, so nobody knows what it lacks.
    pub is_incomplete: bool,
}

/// A Markdown table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The cells of its first line.
    pub header: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

impl Runbook {
    /// Whether `name` means this file: `switch-stack`, `04-switch-stack` or
    /// `04-switch-stack.md`.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.strip_suffix(".md").unwrap_or(name);
        name == self.name || self.source.path().file_stem() == Some(name)
    }
}

impl Step {
    /// Its fences of one role, in document order.
    pub fn fences(&self, role: Role) -> impl DoubleEndedIterator<Item = &Fence> {
        self.fences.iter().filter(move |fence| fence.role == role)
    }

    /// Whether it is done for its own sake each time.
    pub fn is_drill(&self) -> bool {
        self.fences.iter().any(|fence| fence.attributes.always)
    }
}
