//! How the events of a step become part of its account.

use super::values::shown;
use super::{
    Account, Act, Effect, Excerpt, Light, Look, Moment, Ruling, SentRow, Shown, Timeline, Tries,
    Wanted,
};
use crate::event::{Event, Finding, Phase, Place, Verdict};

impl Account {
    pub(super) fn looked(&mut self, moment: Moment, event: &Event) {
        let Event::Looked {
            place,
            fence,
            target,
            phase,
            attempt,
            sent,
            answer,
            finding,
            bound,
            withheld,
        } = event
        else {
            return;
        };
        let asked = self.texts.asked(place, *fence, sent);
        let wanted = match (phase, &asked) {
            (Phase::Before | Phase::Applies, _) => Wanted::Either,
            (Phase::After, _) => Wanted::Holds,
            // Taken back means: its check holds no longer, or the one for that does.
            (Phase::Undone, Some(asked)) if asked.after_undo => Wanted::Holds,
            (Phase::Undone, Some(_)) => Wanted::DoesNotHold,
            (Phase::Undone, None) => Wanted::Either,
        };
        let (role, expected) = match asked {
            Some(asked) => (asked.role, asked.expected),
            None => (role_of(*phase), Vec::new()),
        };
        let mut look = Look {
            moment,
            fence: *fence,
            role,
            phase: *phase,
            target: target.clone(),
            attempts: *attempt,
            earlier: Vec::new(),
            sent: Excerpt::of(sent),
            answer: answer.as_ref().map(|a| Shown::of(moment.seq, a)),
            expected,
            finding: shortened(finding),
            found: "",
            light: Light::Open,
            timeline: answer.as_ref().and_then(|a| Timeline::of(sent, &a.stdout)),
            bound: shown(bound, withheld, answer.as_ref()),
        }
        .judge(wanted);
        let acts = &mut self.step(place).acts;
        if let Some(Act::Look(before)) = acts.last_mut()
            && before.attempts.checked_add(1) == Some(*attempt)
            && (before.fence, before.phase, &before.target) == (*fence, *phase, target)
        {
            look.earlier = std::mem::take(&mut before.earlier);
            add_try(&mut look.earlier, before);
            **before = look;
        } else {
            acts.push(Act::Look(Box::new(look)));
        }
    }

    pub(super) fn intent(&mut self, moment: Moment, event: &Event) {
        let Event::Intent {
            place,
            fence,
            target,
            undo,
            attempt,
            sent,
            around,
            once,
            reverts_after_s,
        } = event
        else {
            return;
        };
        self.step(place).acts.push(Act::Effect(Box::new(Effect {
            moment,
            ended: None,
            fence: *fence,
            target: target.clone(),
            undo: *undo,
            attempt: *attempt,
            once: *once,
            reverts_after_s: *reverts_after_s,
            around: around.clone(),
            sent: Excerpt::of(sent),
            rows: Vec::new(),
            outcome: None,
            was_sent: true,
            reason: None,
            help: None,
            answer: None,
            bound: Vec::new(),
        })));
    }

    pub(super) fn outcome(&mut self, moment: Moment, event: &Event) {
        let Event::Outcome {
            place,
            fence,
            target: _,
            undo: _,
            outcome,
            sent,
            reason,
            help,
            answer,
            bound,
            withheld,
        } = event
        else {
            return;
        };
        // An outcome belongs to the intent before it: there is one writer.
        let intent = self.step(place).acts.iter_mut().rev().find_map(|act| {
            let Act::Effect(effect) = act else {
                return None;
            };
            (effect.outcome.is_none() && effect.fence == *fence).then_some(effect)
        });
        if let Some(effect) = intent {
            effect.ended = Some(moment);
            effect.outcome = Some(*outcome);
            effect.was_sent = *sent;
            effect.reason.clone_from(reason);
            effect.help.clone_from(help);
            effect.answer = Some(Shown::of(moment.seq, answer));
            effect.bound = shown(bound, withheld, Some(answer));
            if effect.sent.gap.is_none() {
                effect.rows = SentRow::of(&effect.sent.head, answer);
            }
        }
    }

    pub(super) fn ruled(
        &mut self,
        moment: Moment,
        place: &Place,
        verdict: Verdict,
        reason: Option<&str>,
    ) {
        let step = self.step(place);
        step.rulings.push(Ruling {
            moment,
            verdict,
            reason: reason.map(str::to_owned),
            after: step.acts.len(),
        });
    }
}

/// What a look is called where the runbook's own word isn't known.
fn role_of(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "look",
        Phase::Applies => "skip-if",
        Phase::After | Phase::Undone => "check",
    }
}

/// A try that wasn't the last joins those before it that found the same.
fn add_try(earlier: &mut Vec<Tries>, look: &Look) {
    let found = match &look.finding {
        Finding::Holds => "holds".to_owned(),
        Finding::DoesNotHold { misses } => misses.join("\n"),
        Finding::CantTell { reason } => reason.clone(),
    };
    match earlier.last_mut() {
        Some(last) if last.found == found => {
            last.to = look.moment;
            last.count += 1;
        }
        _ => earlier.push(Tries {
            from: look.moment,
            to: look.moment,
            count: 1,
            found,
        }),
    }
}

/// Misses quote the output, and are as long as it is.
fn shortened(finding: &Finding) -> Finding {
    let short = |text: &str| {
        let excerpt = Excerpt::of(text);
        match excerpt.gap {
            None => excerpt.head,
            Some(gap) => format!("{}… {} bytes …\n{}", excerpt.head, gap.bytes, excerpt.tail),
        }
    };
    match finding {
        Finding::Holds => Finding::Holds,
        Finding::DoesNotHold { misses } => Finding::DoesNotHold {
            misses: misses.iter().map(|miss| short(miss)).collect(),
        },
        Finding::CantTell { reason } => Finding::CantTell {
            reason: short(reason),
        },
    }
}
