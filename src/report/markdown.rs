//! A run as Markdown: for a ticket, a wiki or a mail.
//!
//! Nothing that a device or a runbook says becomes markup: inline it is escaped character by
//! character, and blocks stand in fences that are longer than any run of backticks in them.

use std::fmt::Write;

use super::account::{
    Account, Act, Effect, Excerpt, Expected, Look, SentRow, Shown, StepAccount, elapsed, elapsed_s,
};
use crate::event::{Fate, Finding, Outcome, Phase};
use crate::text::escape;
use crate::text::wording::count;

/// The report as Markdown.
pub fn markdown(account: &Account) -> String {
    let mut out = Page(String::new());
    out.line(&format!("# {}", inline(&account.title())));
    let word = account.standing.word();
    match account.summary.is_empty() {
        true => out.line(&format!("**{word}**")),
        false => out.line(&format!("**{word}** – {}", inline(&account.summary))),
    }
    if account.lab {
        out.line("This run was in the lab, a simulation. No real device was touched.");
    }
    out.facts(account);
    out.deviations(account);
    out.overview(account);
    for chapter in &account.chapters {
        out.line(&format!("## {}", inline(&chapter.info.title)));
        for step in &chapter.steps {
            out.step(step);
        }
    }
    out.0
}

struct Page(String);

impl Page {
    /// A block, with the blank line before it.
    fn line(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0 += text;
        self.0.push('\n');
    }

    fn row(&mut self, cells: &[&str]) {
        let _ = writeln!(self.0, "| {} |", cells.join(" | "));
    }

    fn facts(&mut self, account: &Account) {
        self.line("| | |\n|---|---|");
        self.row(&["run", &inline(&account.id)]);
        if let (Some(started), Some(last)) = (account.started, account.last) {
            self.row(&["began", &started.at.to_string()]);
            let took = elapsed(account.elapsed_ms());
            self.row(&["last entry", &format!("{}, {took} later", last.at)]);
        }
        let change = &account.change;
        self.row(&["change", change.kind.word()]);
        if let Some(ticket) = &change.ticket {
            self.row(&["ticket", &inline(ticket)]);
        }
        if let Some(reason) = &change.reason {
            self.row(&["reason", &inline(reason)]);
        }
        if let Some(requester) = &change.requester {
            self.row(&["requested by", &inline(requester)]);
        }
        for approval in &change.approvals {
            let (by, key) = (inline(&approval.by), inline(&approval.key));
            self.row(&[
                "approved",
                &format!("by {by} at {}, key {key}", approval.at),
            ]);
        }
        for chapter in &account.chapters {
            let info = &chapter.info;
            let hash = format!("{}, SHA-256 {}", inline(&info.path), inline(&info.sha256));
            self.row(&["runbook", &hash]);
            for (name, value) in &chapter.facts {
                self.row(&[name, &inline(value)]);
            }
        }
        self.row(&["plan", &format!("SHA-256 {}", inline(&account.plan_sha256))]);
        for (name, value) in &account.variables {
            self.row(&["variable", &format!("{} = {}", inline(name), inline(value))]);
        }
        for device in &account.devices {
            let mut words = vec![inline(&device.target), inline(&device.serials.join(", "))];
            words.extend(device.address.as_deref().map(inline));
            words.extend(device.version.as_deref().map(inline));
            words.extend(device.host_key.as_deref().map(inline));
            words.extend(device.trusted_by.as_deref().map(inline));
            words.retain(|word| !word.is_empty());
            self.row(&["device", &words.join(", ")]);
        }
        self.row(&[
            "journal",
            &format!("ends with SHA-256 {}", inline(&account.head)),
        ]);
    }

    fn deviations(&mut self, account: &Account) {
        self.line("## Deviations");
        if account.deviations.is_empty() {
            self.line("None.");
            return;
        }
        self.0.push('\n');
        for deviation in &account.deviations {
            let _ = write!(self.0, "- {}", inline(&deviation.what));
            if let Some(place) = &deviation.place {
                let _ = write!(self.0, " – {}", inline(&place.to_string()));
            }
            if let Some(moment) = &deviation.moment {
                let _ = write!(self.0, " (journal line {})", moment.seq);
            }
            self.0.push('\n');
        }
    }

    fn overview(&mut self, account: &Account) {
        self.line("## Steps");
        self.line("| result | step | took |\n|---|---|---|");
        for chapter in &account.chapters {
            self.row(&["", &format!("**{}**", inline(&chapter.info.title)), ""]);
            for step in &chapter.steps {
                let took = step.elapsed_ms().map(elapsed).unwrap_or_default();
                self.row(&[step.word(), &inline(&step.name()), &took]);
            }
        }
    }

    fn step(&mut self, step: &StepAccount) {
        self.line(&format!("### {} – {}", inline(&step.name()), step.word()));
        for (at, act) in step.acts.iter().enumerate() {
            self.rulings(step, at);
            match act {
                Act::Look(look) => self.look(look),
                Act::Effect(effect) => self.effect(effect),
                Act::Decision(decision) => self.line(&format!(
                    "“{}” was answered “{}” by {} (journal line {}).",
                    inline(&decision.question),
                    inline(&decision.answer),
                    inline(&decision.by),
                    decision.moment.seq
                )),
                Act::Settled(settled) => {
                    let what = match (&settled.error, settled.confirmed) {
                        (_, true) => "the timer was stopped, the change is kept".to_owned(),
                        (None, false) => "the device took the change back".to_owned(),
                        (Some(error), false) => format!("could not be told: {}", inline(error)),
                    };
                    let target = inline(&settled.target);
                    let seq = settled.moment.seq;
                    self.line(&format!("On {target}: {what} (journal line {seq})."));
                }
            }
        }
        self.rulings(step, step.acts.len());
    }

    /// The verdicts that stand behind so many acts.
    fn rulings(&mut self, step: &StepAccount, acts: usize) {
        for ruling in step.rulings.iter().filter(|ruling| ruling.after == acts) {
            let why = match &ruling.reason {
                Some(reason) => format!(": {}", inline(reason)),
                None => String::new(),
            };
            let (word, seq) = (ruling.verdict.word(), ruling.moment.seq);
            self.line(&format!("**{word}**{why} (journal line {seq})"));
        }
    }

    fn look(&mut self, look: &Look) {
        let when = match look.phase {
            Phase::Before => ", before",
            Phase::Applies => "",
            Phase::After => ", after",
            Phase::Undone => ", after the undo",
        };
        let mut head = format!(
            "{} on {}{when}: **{}**",
            look.role,
            inline(&look.target),
            look.found
        );
        if look.attempts > 1 {
            let _ = write!(head, " at try {}", look.attempts);
        }
        let _ = write!(head, " (journal line {})", look.moment.seq);
        self.line(&head);
        self.excerpt("", &look.sent, look.moment.seq);
        // Before the effect it matters that it didn't hold; after it, what came back.
        if look.phase == Phase::After || look.finding == Finding::Holds {
            for Expected { kind, text } in &look.expected {
                self.line("Expected:");
                self.fence(kind, text);
            }
            if let Some(answer) = &look.answer {
                self.answer(answer);
            }
        }
        match &look.finding {
            Finding::Holds => {}
            Finding::DoesNotHold { misses } => {
                for miss in misses {
                    self.fence("", miss);
                }
            }
            Finding::CantTell { reason } => self.fence("", reason),
        }
    }

    fn effect(&mut self, effect: &Effect) {
        let verb = if effect.undo { "undo" } else { "run" };
        let outcome = match (effect.outcome, effect.failed_with()) {
            _ if !effect.was_sent => "not sent".to_owned(),
            (Some(Outcome::Ok), _) => "ok".to_owned(),
            (Some(Outcome::Error), Some(exit)) => format!("failed (exit status {exit})"),
            (Some(Outcome::Error), None) => "refused".to_owned(),
            (Some(Outcome::Unknown), _) => "no answer".to_owned(),
            (None, _) => "not in the journal".to_owned(),
        };
        let mut head = format!("{verb} on {}: **{outcome}**", inline(&effect.target));
        if effect.attempt > 1 {
            let _ = write!(head, ", try {}", effect.attempt);
        }
        if let Some(seconds) = effect.reverts_after_s {
            let _ = write!(head, ", under a timer of {}", elapsed_s(seconds));
        }
        let _ = write!(head, " (journal line {})", effect.moment.seq);
        self.line(&head);
        match effect.rows.is_empty() || effect.rows.iter().all(SentRow::is_plain) {
            true => self.excerpt("", &effect.sent, effect.moment.seq),
            false => self.fence("", &fates(&effect.rows)),
        }
        if let Some(reason) = &effect.reason {
            self.fence("", reason);
        }
        if let Some(help) = &effect.help {
            self.line(&format!("Help: {}", inline(help)));
        }
        if let Some(answer) = &effect.answer {
            self.answer(answer);
        }
    }

    fn answer(&mut self, answer: &Shown) {
        if let Some(refusal) = &answer.refusal {
            self.fence("", refusal);
        }
        if !answer.stdout.is_empty() {
            self.line("Answer:");
            self.excerpt("", &answer.stdout, answer.seq);
        }
        if !answer.stderr.is_empty() {
            self.line("Standard error:");
            self.excerpt("", &answer.stderr, answer.seq);
        }
        if let Some(exit) = answer.exit.filter(|exit| *exit != 0) {
            self.line(&format!("Exit status {exit}."));
        }
        for (name, diff) in &answer.diffs {
            self.line(&format!("Changed in {}:", inline(name)));
            self.excerpt("diff", diff, answer.seq);
        }
        if !answer.notices.is_empty() {
            self.line("The device also said:");
            self.excerpt("", &answer.notices, answer.seq);
        }
        for kept in &answer.attachments {
            let size = count(kept.size as usize, "byte");
            let (name, file) = (inline(&kept.name), inline(&kept.file));
            self.line(&format!(
                "Kept as {name}: {file}, {size}, SHA-256 `{}`.",
                inline(&kept.sha256)
            ));
        }
    }

    fn excerpt(&mut self, lang: &str, text: &Excerpt, seq: u64) {
        if text.is_empty() {
            return;
        }
        self.fence(lang, &text.head);
        if let Some(gap) = &text.gap {
            let lines = count(gap.lines, "line");
            let bytes = count(gap.bytes, "byte");
            self.line(&format!(
                "*{lines} ({bytes}) are left out: journal line {seq} has them.*"
            ));
            self.fence(lang, &text.tail);
        }
    }

    /// A block that nothing in `text` can end.
    fn fence(&mut self, lang: &str, text: &str) {
        let text = escape(text.trim_end());
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let ticks = "`".repeat(longest.max(2) + 1);
        self.line(&format!("{ticks}{lang}\n{text}\n{ticks}"));
    }
}

/// The lines that were to be sent, each with its fate.
fn fates(rows: &[SentRow]) -> String {
    let mut text = String::new();
    for row in rows {
        let fate = match row.fate {
            Some(Fate::Accepted) => "ok",
            Some(Fate::Rejected) => "refused",
            Some(Fate::NotSent) => "not sent",
            Some(Fate::Unknown) => "unknown",
            None => "",
        };
        let _ = writeln!(text, "{fate:8} | {}", row.text);
        if let Some(caret) = row.caret {
            let _ = writeln!(text, "         | {:caret$}^", "");
        }
    }
    text
}

/// Text from elsewhere inside a line: one line, and whatever Markdown could take for markup
/// escaped, so that it also makes no link.
fn inline(text: &str) -> String {
    let text = escape(text);
    let mut out = String::with_capacity(text.len() + 8);
    for word in text.split_whitespace() {
        let first = out.is_empty();
        if !first {
            out.push(' ');
        }
        for (at, c) in word.char_indices() {
            let last = at + c.len_utf8() == word.len();
            let harmless = match c {
                ',' | ';' | '(' | '\'' | '/' | '?' | '%' | '"' => true,
                // Behind the first word they begin no list.
                '-' | ')' => !first,
                // The end of a sentence; elsewhere it may be part of an address.
                '.' | ':' => last && !first,
                _ => !c.is_ascii_punctuation(),
            };
            if !harmless {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_is_no_markup() {
        assert_eq!(inline("<b>[x](y)"), r"\<b\>\[x\](y\)");
        assert_eq!(inline("a |\n# b"), r"a \| \# b");
        assert_eq!(inline("http://x.invalid"), r"http\://x\.invalid");
        assert_eq!(inline("xen1's two ports, Vlan5"), "xen1's two ports, Vlan5");
    }

    #[test]
    fn a_fence_is_longer_than_any_in_it() {
        let mut page = Page(String::new());
        page.fence("", "a\n````\nb");
        assert_eq!(page.0, "`````\na\n````\nb\n`````\n");
    }
}
