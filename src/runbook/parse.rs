//! From blocks to a [`Runbook`].

use std::collections::HashMap;

use super::document::{self, Block, CodeFence, Heading};
use super::front_matter_place::FrontMatterPlace;
use super::info_string::{self, Word};
use super::read_attributes::{Carrier, read_attributes};
use super::roles::{lang_and_role, no_role};
use super::slug::{Anchors, slug};
use super::{
    Attributes, Expectation, ExpectationKind, Fence, Field, FrontMatter, Lang, Role, Runbook, Step,
    html, read_front_matter,
};
use crate::text::{Diagnostic, Source, Span, wording};

/// So many pieces of HTML are shown: one line may have any number of them.
const HTML_TOLD: usize = 20;

/// What could be understood of a file, and all that is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The runbook, without what could not be understood.
    pub runbook: Runbook,
    /// The findings, sorted by position.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a file. Never fails: mistakes are in [`Parsed::diagnostics`].
pub fn parse(source: Source) -> Parsed {
    let mut assembly = Assembly {
        source: &source,
        meta: FrontMatter::default(),
        sections: Vec::new(),
        anchors: Anchors::default(),
        bind: Binding::Nothing,
        diagnostics: Vec::new(),
    };
    let mut hiding = Vec::new();
    for block in document::blocks(&source) {
        match block {
            Block::FrontMatter(place) => assembly.front_matter(&place),
            Block::Heading(heading) => assembly.heading(heading),
            Block::Fence(fence) => assembly.fence(fence),
            Block::Lookalike(info) => assembly.lookalike(info),
            Block::Hiding(html) => hiding.push(html),
            Block::Table(table) => {
                if let Some(section) = assembly.sections.last_mut() {
                    section.step.table.get_or_insert(table);
                }
            }
        }
    }
    assembly.end_section(source.text().len());
    let Assembly {
        mut meta,
        sections,
        mut diagnostics,
        ..
    } = assembly;
    if meta.title.is_none() {
        meta.title = sections.first().map(|section| section.step.title.clone());
    }
    // A page on which nothing runs may look as it likes.
    if sections
        .iter()
        .any(|section| !section.step.fences.is_empty())
    {
        diagnostics.extend(hidden(&source, &hiding));
    }
    duplicate_ids(&source, &sections, &mut diagnostics);
    let steps = sections.into_iter().map(|section| section.step);
    let steps = steps.filter(|step| !step.fences.is_empty()).collect();
    super::sort(&mut diagnostics);
    let name = runbook_name(&source);
    Parsed {
        runbook: Runbook {
            source,
            name,
            meta,
            steps,
        },
        diagnostics,
    }
}

/// `runbooks/04-switch-stack.md` is `switch-stack`.
fn runbook_name(source: &Source) -> String {
    let stem = source.path().file_stem().unwrap_or_default();
    let unnumbered = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    match unnumbered.strip_prefix(['-', '_']) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => stem.to_owned(),
    }
}

/// What an `expect` or `assert` that comes now belongs to.
enum Binding {
    Nothing,
    /// The last executable fence of the last section.
    LastFence,
    /// A fence that was not understood: one finding about it is enough.
    Broken,
}

/// A heading and what is below it, which may turn out to be no step.
struct Section {
    step: Step,
    /// Its id, without the number that GitHub adds to a repeated heading.
    unnumbered: String,
}

struct Assembly<'a> {
    source: &'a Source,
    meta: FrontMatter,
    sections: Vec<Section>,
    anchors: Anchors,
    bind: Binding,
    diagnostics: Vec<Diagnostic>,
}

impl Assembly<'_> {
    fn front_matter(&mut self, place: &FrontMatterPlace) {
        if !place.closed {
            self.diagnostics.push(
                Diagnostic::error(
                    "unclosed-front-matter",
                    self.source,
                    place.opening,
                    "the front matter is never closed",
                )
                .help("close it with `---` on a line of its own, behind its last key"),
            );
        }
        self.meta = read_front_matter(self.source, place.yaml, &mut self.diagnostics);
    }

    fn heading(&mut self, heading: Heading) {
        self.end_section(heading.span.start);
        self.bind = Binding::Nothing;
        let (id, unnumbered) = match heading.explicit_id {
            Some(id) => (id.clone(), id),
            None => {
                let slug = slug(&heading.title);
                (self.anchors.next(&slug), slug)
            }
        };
        let step = Step {
            id,
            title: heading.title,
            level: heading.level,
            span: heading.span,
            section: heading.span,
            fences: Vec::new(),
            table: None,
            is_incomplete: false,
        };
        self.sections.push(Section { step, unnumbered });
    }

    fn end_section(&mut self, at: usize) {
        if let Some(section) = self.sections.last_mut() {
            section.step.section.end = at.max(section.step.section.start);
        }
    }

    fn fence(&mut self, fence: CodeFence) {
        let source = self.source;
        let info = source.slice(fence.info);
        let words = info_string::words(info);
        let Some((lang, rest)) = words.split_first() else {
            return self.require_closed(&fence);
        };
        let base = fence.info.start;
        match lang.key {
            "expect" => self.expectation(ExpectationKind::Expect, fence, rest),
            "assert" => self.expectation(ExpectationKind::Assert, fence, rest),
            _ if rest.is_empty() => {
                if lang.value.is_some() {
                    self.diagnostics
                        .push(no_role(self.source, base, lang, &words));
                }
                self.require_closed(&fence);
            }
            _ => self.executable(fence, lang, rest),
        }
    }

    /// A dialect can be shown in a block that is indented, so this is no error.
    fn lookalike(&mut self, info: Span) {
        let words = info_string::words(self.source.slice(info));
        let [lang, role, ..] = words.as_slice() else {
            return;
        };
        let is_lang = Lang::ALL.iter().any(|known| known.word() == lang.key);
        let is_role = Role::ALL.iter().any(|known| known.word() == role.key);
        if is_lang && is_role {
            self.diagnostics.push(
                Diagnostic::warning(
                    "fence-in-code",
                    self.source,
                    Span::new(lang.span.start, role.span.end).shifted(info.start),
                    "this is no fence, so it never runs",
                )
                .label("four blanks before a fence make it a text")
                .help(
                    "take the blanks away; in a list, put it below the first letter of its item, \
                     with an empty line before it",
                ),
            );
        }
    }

    fn executable(&mut self, fence: CodeFence, lang_word: &Word<'_>, rest: &[Word<'_>]) {
        let source = self.source;
        self.require_closed(&fence);
        let base = fence.info.start;
        let (lang, role) = match lang_and_role(source, base, lang_word, rest) {
            Ok(both) => both,
            Err(found) => {
                self.diagnostics.push(found);
                self.bind = Binding::Broken;
                if let Some(section) = self.sections.last_mut() {
                    section.step.is_incomplete = true;
                }
                return;
            }
        };
        let attributes = self.attributes(base, &rest[1..], Carrier::Executable(lang, role));
        let Some(section) = self.sections.last_mut() else {
            self.diagnostics.push(
                Diagnostic::error(
                    "fence-before-heading",
                    self.source,
                    fence.info,
                    "an executable fence needs a heading above it",
                )
                .help("a step is a heading's section; put a heading such as `## Look around` here"),
            );
            self.bind = Binding::Broken;
            return;
        };
        let mut fields = Vec::new();
        if lang == Lang::Manual {
            fields.extend(Field::all(&fence.body.text));
            fields.extend(attributes.pins.iter().map(|_| Field::fingerprint()));
        }
        section.step.fences.push(Fence {
            lang,
            role,
            attributes,
            fields,
            body: fence.body,
            span: fence.span,
            info_span: fence.info,
            expectations: Vec::new(),
        });
        self.bind = Binding::LastFence;
    }

    fn expectation(&mut self, kind: ExpectationKind, fence: CodeFence, rest: &[Word<'_>]) {
        self.require_closed(&fence);
        let word = match kind {
            ExpectationKind::Expect => "expect",
            ExpectationKind::Assert => "assert",
        };
        let attributes = self.attributes(fence.info.start, rest, Carrier::Expectation(word));
        let bound = match self.bind {
            Binding::Broken => return,
            Binding::Nothing => None,
            Binding::LastFence => self
                .sections
                .last_mut()
                .and_then(|section| section.step.fences.last_mut()),
        };
        let Some(bound) = bound else {
            let span = Span::new(fence.info.start, fence.info.start + word.len());
            self.diagnostics.push(
                Diagnostic::error(
                    "unbound-expectation",
                    self.source,
                    span,
                    format!("nothing before this `{word}` gives it output to look at"),
                )
                .help("it belongs right after an executable fence of the same step"),
            );
            return;
        };
        bound.expectations.push(Expectation {
            kind,
            body: fence.body,
            span: fence.span,
            whole: attributes.whole,
            raw: attributes.raw,
        });
    }

    fn attributes(&mut self, base: usize, words: &[Word<'_>], carrier: Carrier) -> Attributes {
        read_attributes(self.source, base, words, carrier, &mut self.diagnostics)
    }

    fn require_closed(&mut self, fence: &CodeFence) {
        if fence.closed {
            return;
        }
        let line = self.source.position(fence.span.start).line;
        let opening = self.source.line_span(line).map_or(fence.span, |line| {
            let end = line.end.min(fence.span.end);
            Span::new(fence.span.start, end)
        });
        self.diagnostics.push(
            Diagnostic::error(
                "unclosed-fence",
                self.source,
                opening,
                "this fence is never closed",
            )
            .label("what follows is taken as its text")
            .help("close it with a line of as many backticks or tildes"),
        );
    }
}

/// Nothing runs that readers can't see, and nothing that they can't see says what is right.
fn hidden(source: &Source, hiding: &[Span]) -> Vec<Diagnostic> {
    let message = "this HTML may hide what runs, or show it as something else";
    let elements: Vec<&str> = html::elements().collect();
    let help = format!(
        "write it in Markdown; where anything runs, HTML is comments that end where they seem to, \
         and the elements {}, without what changes how they look",
        wording::list(&elements, "and")
    );
    let told = hiding.iter().take(HTML_TOLD);
    let mut told: Vec<Diagnostic> = told
        .map(|span| {
            let found = Diagnostic::error("hiding-html", source, *span, message);
            found.help(help.as_str())
        })
        .collect();
    let more = hiding.len() - told.len();
    if let Some(last) = told.pop() {
        told.push(match more {
            0 => last,
            _ => last.label(format!("and {more} more behind it")),
        });
    }
    told
}

/// Steps are called by their ids, so two with one id are a mistake, also where GitHub would
/// number the second: a number changes when a section moves.
fn duplicate_ids(source: &Source, sections: &[Section], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen = HashMap::new();
    for Section { step, unnumbered } in sections {
        if step.fences.is_empty() {
            continue;
        }
        let Some(first) = seen.insert(unnumbered, step.span) else {
            continue;
        };
        diagnostics.push(
            Diagnostic::error(
                "duplicate-id",
                source,
                step.span,
                format!("two steps have the id `{unnumbered}`"),
            )
            .also(first, "the first one")
            .help("word the heading differently, or give it an id of its own: `{#other-id}`"),
        );
    }
}
