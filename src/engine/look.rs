use serde_json::Map;

use super::EngineError;
use super::hands::question;
use super::live::Live;
use super::recorder::answer;
use super::step::StepRun;
use crate::event::{Event, Finding, Phase};
use crate::plan::PlannedFence;
use crate::runbook::FINGERPRINT;
use crate::target::{Failure, FailureKind, Refused, Reply};
use crate::value::Rendered;

/// What a look led to.
#[derive(Debug)]
pub(crate) enum Holding {
    Holds,
    DoesNotHold(Vec<String>),
    CantTell(String),
}

impl Holding {
    /// Both: what does not hold decides, whatever else can't be told.
    pub(crate) fn and(self, next: Self) -> Self {
        match (self, next) {
            (Self::Holds, next) => next,
            (Self::CantTell(_), next @ Self::DoesNotHold(_)) => next,
            (found, _) => found,
        }
    }

    /// Whether nothing more needs to be looked at. An effect is not begun where something can't be
    /// told; after one, what else is found may tell that it did not arrive.
    pub(crate) fn decides(&self, phase: Phase) -> bool {
        match self {
            Self::Holds => false,
            Self::DoesNotHold(_) => true,
            Self::CantTell(_) => phase != Phase::After,
        }
    }
}

impl StepRun<'_, '_> {
    /// Sends one `read`, `skip-if` or `check` to one target and judges the answer.
    pub(crate) async fn look(
        &self,
        fence: &PlannedFence,
        target: &str,
        phase: Phase,
        attempt: u32,
    ) -> Result<Holding, EngineError> {
        let scope = self.names().scope(self.lane, target);
        let rendered = match fence.template.render(&scope, fence.quote) {
            Ok(rendered) => rendered,
            // What held once and can't be asked any more may hold still.
            Err(error) if phase == Phase::Undone && self.has_held() => {
                return Ok(Holding::CantTell(error.message));
            }
            // A name that only this step's effect binds: it can't hold yet.
            Err(error) if self.can_do_without(&error) => {
                return Ok(Holding::DoesNotHold(vec![error.message]));
            }
            Err(error) => return Ok(Holding::CantTell(error.message)),
        };
        let shown = rendered.shown();

        let mut bound = Map::new();
        let mut attachments = Vec::new();
        let mut asked = self.ask(fence, target, &rendered, phase).await?;
        if let Err(failure) = &asked
            && failure.kind == FailureKind::HostKey
            && self.reads_key(target, phase, attempt).await?
        {
            asked = self.ask(fence, target, &rendered, phase).await?;
        }
        let (holding, reply) = match asked {
            Ok(reply) if fence.attributes.refused => {
                let found = format!("`{target}` accepted our login, it should have refused it");
                (Holding::DoesNotHold(vec![found]), Some(reply))
            }
            Ok(reply) => {
                // Whoever is not to be asked can't say that something is gone.
                let is_untold = reply.refused == Refused::Elsewhere
                    && phase == Phase::Undone
                    && !fence.attributes.after_undo;
                let (judgement, reply) = self.judge(fence, reply, &scope)?;
                bound = judgement.bound;
                attachments = judgement.attachments;
                let holding = match judgement.is_untold || is_untold {
                    _ if judgement.misses.is_empty() => Holding::Holds,
                    true => Holding::CantTell(judgement.misses.join("\n")),
                    false => Holding::DoesNotHold(judgement.misses),
                };
                (holding, Some(reply))
            }
            Err(failure) if fence.attributes.refused => (refused(&failure), None),
            Err(failure) => {
                // What an undo takes off the network is not there any more.
                let may_be_absent = !self.has_intent() || phase == Phase::Undone;
                let absent = fence.attributes.absent_ok && may_be_absent && is_away(&failure);
                let reason = told(&failure);
                let holding = if absent {
                    Holding::DoesNotHold(vec![format!("`{target}` is not there: {reason}")])
                } else {
                    Holding::CantTell(reason)
                };
                (holding, Some(self.readable(failure.partial, fence)))
            }
        };

        let (bound, withheld) = self.bind(bound, fence.attributes.secret);
        self.engine.record(Event::Looked {
            place: self.place.clone(),
            fence: fence.index,
            target: target.to_owned(),
            phase,
            attempt,
            sent: shown,
            answer: reply.map(|reply| answer(reply, attachments)),
            finding: match &holding {
                Holding::Holds => Finding::Holds,
                Holding::DoesNotHold(misses) => Finding::DoesNotHold {
                    misses: misses.clone(),
                },
                Holding::CantTell(reason) => Finding::CantTell {
                    reason: reason.clone(),
                },
            },
            bound,
            withheld,
        })?;
        Ok(holding)
    }

    /// What came before a failure.
    pub(crate) fn readable(&self, partial: Reply, fence: &PlannedFence) -> Reply {
        let recorder = self.engine.recorder.borrow();
        recorder.readable(partial, fence.attributes.secret)
    }

    async fn ask(
        &self,
        fence: &PlannedFence,
        target: &str,
        rendered: &Rendered,
        phase: Phase,
    ) -> Result<Result<Reply, Failure>, EngineError> {
        let engine = self.engine;
        if let Some(key) = self.known_key(fence) {
            return Ok(Ok(Reply {
                stdout: format!("{FINGERPRINT}: {key}\n").into_bytes(),
                notices: vec!["it is trusted by this key already; nobody was asked".to_owned()],
                ..Reply::default()
            }));
        }
        if self.is_for_a_person(fence) {
            return Ok(self.by_hand(fence, rendered, question(fence, phase)).await);
        }
        let mut request = match engine.request(fence, rendered, self.mentioned(fence, target)) {
            Ok(request) => request,
            Err(failure) => return Ok(Err(failure)),
        };
        request.options.goes_on = self.goes_on_in_shell(fence, target);
        request.options.hidden = engine.holds_a_secret(&request);
        if fence.attributes.refused {
            let knock = engine.sessions.knock(target, &request);
            let let_in = engine.interrupt.while_unasked(knock).await;
            return Ok(let_in.map(|()| Reply::default()));
        }
        let device = engine.sessions.device(target);
        let mut device = device.lock().await;
        let mut is_last = false;
        loop {
            let opened = engine.interrupt.while_unasked(device.session(target)).await;
            let session = match opened {
                Ok((session, news)) => {
                    news.map_or(Ok(()), |event| engine.record(event))?;
                    session
                }
                Err(failure) if failure.kind == FailureKind::Disconnected && !is_last => {
                    is_last = true;
                    continue;
                }
                Err(failure) => return Ok(Err(failure)),
            };
            let mut live = Live::new(
                &engine.recorder,
                &self.place,
                target,
                fence.attributes.secret,
            );
            let look = session.look(&request, &mut live);
            let result = engine.interrupt.while_unasked(look).await;
            let Err(failure) = &result else {
                return Ok(result);
            };
            // Whatever went wrong, the next look deserves a connection that is known to work.
            device.hang_up(target).await;
            // A connection may end at any time. A look changes nothing, so it may be sent again,
            // once, over a new one.
            if is_last || failure.kind != FailureKind::Disconnected {
                return Ok(result);
            }
            is_last = true;
        }
    }
}

fn refused(failure: &Failure) -> Holding {
    match failure.kind {
        FailureKind::Authentication => Holding::Holds,
        _ => Holding::CantTell(told(failure)),
    }
}

/// Whether nobody was there. Whoever does not let us in, or shows another key, is there.
fn is_away(failure: &Failure) -> bool {
    use FailureKind::{Disconnected, Refused, Timeout, Unreachable};
    let is_no_connection = matches!(failure.kind, Refused | Unreachable | Timeout | Disconnected);
    is_no_connection && !failure.maybe_sent()
}

/// A failed look ends a step, so what to do about it belongs to the reason.
fn told(failure: &Failure) -> String {
    match &failure.help {
        Some(help) => format!("{failure}\nhelp: {help}"),
        None => failure.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Holding::{self, CantTell, DoesNotHold, Holds};
    use crate::event::Phase;

    fn cant() -> Holding {
        CantTell("no answer".to_owned())
    }

    fn not() -> Holding {
        DoesNotHold(vec!["the old password is let in".to_owned()])
    }

    #[test]
    fn one_that_does_not_hold_decides_over_one_that_cant_tell() {
        assert!(matches!(cant().and(not()), DoesNotHold(_)));
        assert!(matches!(not().and(cant()), DoesNotHold(_)));
        assert!(matches!(Holds.and(cant()), CantTell(_)));
        assert!(matches!(cant().and(Holds), CantTell(_)));
        assert!(matches!(Holds.and(Holds), Holds));
    }

    #[test]
    fn before_an_effect_what_cant_be_told_ends_the_looking() {
        assert!(cant().decides(Phase::Before));
        assert!(!cant().decides(Phase::After));
        assert!(not().decides(Phase::Before) && not().decides(Phase::After));
    }
}
