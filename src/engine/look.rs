use serde_json::Map;

use super::EngineError;
use super::recorder::{Live, answer};
use super::step::StepRun;
use crate::event::{Event, Finding, Phase};
use crate::plan::PlannedFence;
use crate::target::{Failure, FailureKind, Reply};
use crate::value::{Rendered, TemplateError};

/// What a look led to.
#[derive(Debug)]
pub(crate) enum Holding {
    Holds,
    DoesNotHold(Vec<String>),
    CantTell(String),
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
            // A name that only this step's effect binds: it can't hold yet.
            Err(error) => return Ok(unrendered(&error)),
        };
        let shown = rendered.shown();

        let mut bound = Map::new();
        let (holding, reply) = match self.ask(fence, target, &rendered).await? {
            Ok(reply) if fence.attributes.refused => {
                let found = format!("`{target}` accepted our login, it should have refused it");
                (Holding::DoesNotHold(vec![found]), Some(reply))
            }
            Ok(reply) => {
                let (judgement, reply) = self.judge(fence, reply, &scope);
                bound = judgement.bound;
                let holding = if judgement.misses.is_empty() {
                    Holding::Holds
                } else {
                    Holding::DoesNotHold(judgement.misses)
                };
                (holding, Some(reply))
            }
            Err(failure) if fence.attributes.refused => (refused(&failure), None),
            Err(failure) => {
                // What an undo takes off the network is not there any more.
                let may_be_absent = !self.has_intent() || phase == Phase::Undone;
                let absent = fence.attributes.absent_ok && !failure.maybe_sent && may_be_absent;
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
            answer: reply.map(answer),
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
    ) -> Result<Result<Reply, Failure>, EngineError> {
        let engine = self.engine;
        if fence.attributes.refused {
            return Ok(engine
                .sessions
                .knock(target)
                .await
                .map(|()| Reply::default()));
        }
        let request = match engine.request(fence, rendered) {
            Ok(request) => request,
            Err(failure) => return Ok(Err(failure)),
        };
        let device = engine.sessions.device(target);
        let mut device = device.lock().await;
        let mut is_last = false;
        loop {
            let session = match device.session(target).await {
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
            let result = session.look(&request, &mut live).await;
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

fn unrendered(error: &TemplateError) -> Holding {
    Holding::DoesNotHold(vec![error.message.clone()])
}

fn refused(failure: &Failure) -> Holding {
    match failure.kind {
        FailureKind::Authentication => Holding::Holds,
        _ => Holding::CantTell(told(failure)),
    }
}

/// A failed look ends a step, so what to do about it belongs to the reason.
fn told(failure: &Failure) -> String {
    match &failure.help {
        Some(help) => format!("{failure}\nhelp: {help}"),
        None => failure.to_string(),
    }
}
