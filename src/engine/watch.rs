//! Probes: what is tried over and over while a step does its work, and told at its end.

use std::cell::RefCell;
use std::time::Duration;

use futures_util::future::{join_all, pending};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::EngineError;
use super::look::Holding;
use super::recorder::answer;
use super::step::StepRun;
use crate::event::{Event, Finding, Phase};
use crate::plan::PlannedFence;
use crate::target::Reply;
use crate::text::Probe;

/// The pause between two tries of a probe that does not say `every=`.
const EVERY: Duration = Duration::from_millis(500);

/// A probe of one target, and what it has seen.
pub(crate) struct Watch<'f> {
    fence: &'f PlannedFence,
    target: String,
    probe: Result<Probe, String>,
    every: Duration,
    tries: RefCell<Vec<Try>>,
}

/// One try: when it began, and whether it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Try {
    at: Duration,
    answered: bool,
}

impl<'e> StepRun<'e, '_> {
    /// The step's probes, none of which has begun.
    pub(crate) fn watches(&self) -> Vec<Watch<'e>> {
        let step = self.step;
        let watch = |fence: &'e PlannedFence, target: String| {
            let scope = self.names().scope(self.lane, &target);
            let text = fence.template.render(&scope, fence.quote);
            let text = text.map_err(|error| error.message);
            Watch {
                fence,
                target,
                probe: text.and_then(|text| Probe::parse(&text.shown())),
                every: fence.attributes.every.unwrap_or(EVERY),
                tries: RefCell::default(),
            }
        };
        let fences = step.probes();
        let targets = fences.flat_map(|fence| {
            let targets = fence.targets(self.lane);
            targets.into_iter().map(move |target| (fence, target))
        });
        targets
            .map(|(fence, target)| watch(fence, target))
            .collect()
    }

    /// Does something while the probes go on.
    pub(crate) async fn watched<T>(
        &self,
        watches: &[Watch<'_>],
        work: impl Future<Output = T>,
    ) -> T {
        if watches.is_empty() {
            return work.await;
        }
        let begun = Instant::now();
        let all = join_all(
            watches
                .iter()
                .map(|watch| self.try_over_and_over(watch, begun)),
        );
        tokio::select! {
            biased;
            done = work => done,
            _ = all => pending().await,
        }
    }

    async fn try_over_and_over(&self, watch: &Watch<'_>, begun: Instant) {
        let Ok(probe) = &watch.probe else {
            return pending().await;
        };
        let mut ticks = interval(watch.every);
        // Whatever held us up, a try that was not made is not one that was lost.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let at = begun.elapsed();
            let answer = timeout(
                watch.every,
                self.engine.sessions.probe(&watch.target, probe),
            );
            let answered = matches!(answer.await, Ok(Ok(())));
            watch.tries.borrow_mut().push(Try { at, answered });
        }
    }

    /// Puts on record what the probes saw, and whether that is good enough.
    pub(crate) fn tell(&self, watches: &[Watch<'_>]) -> Result<Holding, EngineError> {
        let mut all = Holding::Holds;
        for watch in watches {
            let tries = watch.tries.borrow();
            let (sent, mut misses) = match &watch.probe {
                Ok(probe) => (probe.to_string(), watch.misses(&tries)),
                Err(why) => (String::new(), vec![why.clone()]),
            };
            let reply = Reply {
                stdout: watch.timeline(&tries).into_bytes(),
                exit: Some(0),
                ..Reply::default()
            };
            let scope = self.names().scope(self.lane, &watch.target);
            let (judgement, reply) = self.judge(watch.fence, reply, &scope)?;
            misses.extend(judgement.misses);
            let hide = watch.fence.attributes.secret;
            let (bound, withheld) = self.bind(judgement.bound, hide);
            let holding = match misses.is_empty() {
                true => Holding::Holds,
                false => Holding::DoesNotHold(misses),
            };
            self.engine.record(Event::Looked {
                place: self.place.clone(),
                fence: watch.fence.index,
                target: watch.target.clone(),
                phase: Phase::After,
                attempt: 1,
                sent,
                answer: Some(answer(reply, Vec::new())),
                finding: match &holding {
                    Holding::DoesNotHold(misses) => Finding::DoesNotHold {
                        misses: misses.clone(),
                    },
                    _ => Finding::Holds,
                },
                bound,
                withheld,
            })?;
            all = all.and(holding);
        }
        Ok(all)
    }
}

impl Watch<'_> {
    /// What of it is worse than the fence lets it be.
    fn misses(&self, tries: &[Try]) -> Vec<String> {
        let attributes = &self.fence.attributes;
        let (lost, gap) = (lost(tries), longest_gap(tries));
        // Where only the length of a gap is given it may hold as many tries as it likes.
        let may_lose = match (attributes.max_lost, attributes.max_gap) {
            (Some(most), _) => Some(most),
            (None, Some(_)) => None,
            (None, None) => Some(0),
        };
        let mut misses = Vec::new();
        if let Some(most) = may_lose.filter(|most| lost > *most) {
            misses.push(format!(
                "`{}` left {lost} of {} tries unanswered, and may leave {most}",
                self.target,
                tries.len()
            ));
        }
        if let Some(longest) = attributes.max_gap.filter(|longest| gap > *longest) {
            misses.push(format!(
                "`{}` did not answer for {}, and may be silent for {}",
                self.target,
                seconds(gap),
                seconds(longest)
            ));
        }
        misses
    }

    /// A summary, and then a line for every time that it answered or did not.
    fn timeline(&self, tries: &[Try]) -> String {
        let mut text = format!(
            "{} tries every {}, {} lost, longest gap {}\n",
            tries.len(),
            seconds(self.every),
            lost(tries),
            seconds(longest_gap(tries))
        );
        for run in tries.chunk_by(|a, b| a.answered == b.answered) {
            let word = if run[0].answered { "answered" } else { "lost" };
            text += &format!("{:>8} {:>5} {word}\n", seconds(run[0].at), run.len());
        }
        text
    }
}

fn lost(tries: &[Try]) -> usize {
    tries.iter().filter(|one| !one.answered).count()
}

/// The longest time from one answer to the next with a lost try between them.
fn longest_gap(tries: &[Try]) -> Duration {
    let mut longest = Duration::ZERO;
    let mut last = tries.first().map(|one| one.at).unwrap_or_default();
    let mut was_lost = false;
    for one in tries {
        if was_lost {
            longest = longest.max(one.at.saturating_sub(last));
        }
        was_lost = !one.answered;
        if one.answered {
            last = one.at;
        }
    }
    longest
}

/// `1.2 s`.
fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(pattern: &str) -> Vec<Try> {
        let tries = pattern.chars().zip(0..).map(|(word, number)| Try {
            at: Duration::from_millis(200 * number),
            answered: word == '!',
        });
        tries.collect()
    }

    #[test]
    fn a_gap_is_from_one_answer_to_the_next() {
        let gap = |pattern| longest_gap(&tries(pattern)).as_millis();
        assert_eq!(gap(""), 0);
        assert_eq!(gap("!!!!"), 0);
        assert_eq!(gap("!.!!"), 400);
        assert_eq!(gap("!.!..!"), 600);
        // Where nothing answers any more it lasts as long as anybody tried.
        assert_eq!(gap("!!..."), 600);
        assert_eq!(gap("...!"), 600);
    }
}
