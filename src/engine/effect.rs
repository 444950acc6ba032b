use serde_json::Map;

use super::EngineError;
use super::hands::DONE;
use super::live::Live;
use super::recorder::answer;
use super::step::StepRun;
use crate::event::{Answer, Event, Outcome};
use crate::plan::PlannedFence;
use crate::runbook::Lang;
use crate::target::{Failure, FailureKind, LineFate, Refused, Reply, Sent, wrapping};
use crate::value::Rendered;

/// How an effect ended, and why if not well.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    /// The target itself said no to it: it was sent, and it is not about what is not there.
    pub(crate) is_refused: bool,
}

impl StepRun<'_, '_> {
    /// Intent, effect, outcome: the only way anything that may change a target is sent.
    pub(crate) async fn effect(
        &self,
        fence: &PlannedFence,
        target: &str,
        undo: bool,
        attempt: u32,
    ) -> Result<Ended, EngineError> {
        let scope = self.names().scope(self.lane, target);
        let rendered = match fence.template.render(&scope, fence.quote) {
            Ok(rendered) => rendered,
            // A step that can't begin needs no undo, which could harm what was there before.
            Err(error) if !undo && !self.has_intent() => {
                return Ok(Ended {
                    outcome: Outcome::Error,
                    reason: Some(error.message),
                    is_refused: false,
                });
            }
            Err(error) => {
                return self
                    .not_sent(fence, target, undo, attempt, error.message)
                    .await;
            }
        };
        self.engine.record(Event::Intent {
            place: self.place.clone(),
            fence: fence.index,
            target: target.to_owned(),
            undo,
            attempt,
            sent: rendered.shown(),
            around: around(fence),
            once: fence.attributes.once,
            reverts_after_s: fence.options.revert.map(|after| after.as_secs()),
        })?;
        let result = self.send(fence, target, &rendered).await?;

        let mut bound = Map::new();
        let mut attachments = Vec::new();
        let sent = match &result {
            Ok(reply) => {
                let mut lines = reply.lines.iter();
                reply.lines.is_empty() || lines.any(|line| line.fate != LineFate::NotSent)
            }
            Err(failure) => failure.maybe_sent(),
        };
        let is_refused = sent
            && result
                .as_ref()
                .is_ok_and(|reply| reply.error.is_some() && reply.refused != Refused::Absent);
        let (outcome, reason, help, reply) = match result {
            Ok(reply) => {
                let (judgement, reply) = self.judge(fence, reply, &scope)?;
                bound = judgement.bound;
                attachments = judgement.attachments;
                let help = reply.error.as_ref().and_then(|error| error.help.clone());
                match judgement.misses.is_empty() {
                    true => (Outcome::Ok, None, None, reply),
                    false => (
                        Outcome::Error,
                        Some(judgement.misses.join("\n")),
                        help,
                        reply,
                    ),
                }
            }
            // Its answer is not waited for.
            Err(failure)
                if fence.attributes.disconnects
                    && failure.sent == Sent::All
                    && failure.kind == FailureKind::Disconnected =>
            {
                let mut reply = failure.partial;
                let notice = format!("the connection ended, as expected: {}", failure.message);
                reply.notices.push(notice);
                (Outcome::Ok, None, None, self.readable(reply, fence))
            }
            Err(failure) => {
                let outcome = if failure.maybe_sent() {
                    Outcome::Unknown
                } else {
                    Outcome::Error
                };
                (
                    outcome,
                    Some(failure.message),
                    failure.help,
                    self.readable(failure.partial, fence),
                )
            }
        };
        let (bound, withheld) = self.bind(bound, fence.attributes.secret);
        self.engine.record(Event::Outcome {
            place: self.place.clone(),
            fence: fence.index,
            target: target.to_owned(),
            undo,
            outcome,
            sent,
            reason: reason.clone(),
            help,
            answer: answer(reply, attachments),
            bound,
            withheld,
        })?;
        Ok(Ended {
            outcome,
            reason,
            is_refused,
        })
    }

    /// An effect that could not even be rendered: on record, with nothing sent.
    async fn not_sent(
        &self,
        fence: &PlannedFence,
        target: &str,
        undo: bool,
        attempt: u32,
        message: String,
    ) -> Result<Ended, EngineError> {
        self.engine.record(Event::Intent {
            place: self.place.clone(),
            fence: fence.index,
            target: target.to_owned(),
            undo,
            attempt,
            sent: String::new(),
            around: Vec::new(),
            once: fence.attributes.once,
            reverts_after_s: None,
        })?;
        self.engine.record(Event::Outcome {
            place: self.place.clone(),
            fence: fence.index,
            target: target.to_owned(),
            undo,
            outcome: Outcome::Error,
            sent: false,
            reason: Some(message.clone()),
            help: None,
            answer: Answer::default(),
            bound: Map::new(),
            withheld: Vec::new(),
        })?;
        Ok(Ended {
            outcome: Outcome::Error,
            reason: Some(message),
            is_refused: false,
        })
    }

    async fn send(
        &self,
        fence: &PlannedFence,
        target: &str,
        rendered: &Rendered,
    ) -> Result<Result<Reply, Failure>, EngineError> {
        let engine = self.engine;
        if self.is_for_a_person(fence) {
            engine.sessions.hang_up_all().await;
            return Ok(self.by_hand(fence, rendered, Some(DONE)).await);
        }
        let mut request = match engine.request(fence, rendered, self.mentioned(fence, target)) {
            Ok(request) => request,
            Err(failure) => return Ok(Err(failure)),
        };
        request.options.goes_on = self.goes_on_in_shell(fence, target);
        request.options.hidden = engine.holds_a_secret(&request);
        let device = engine.sessions.device(target);
        let mut device = device.lock().await;
        let mut is_last = false;
        let result = loop {
            let opened = engine.interrupt.unless_now(device.session(target)).await;
            let result = match opened {
                Ok((session, news)) => {
                    news.map_or(Ok(()), |event| engine.record(event))?;
                    let mut live = Live::new(
                        &engine.recorder,
                        &self.place,
                        target,
                        fence.attributes.secret,
                    )
                    .of_effect(fence);
                    tokio::select! {
                        biased;
                        result = session.apply(&request, &mut live) => result,
                        () = engine.interrupt.now() => Err(Failure::unknown(
                            FailureKind::Disconnected,
                            "wait for the end of the effect: a person stopped the run",
                            Reply::default(),
                        )),
                    }
                }
                Err(failure) => Err(failure),
            };
            // A connection may end at any time. While nothing was sent, once more is safe.
            let nothing_sent = |failure: &Failure| {
                failure.kind == FailureKind::Disconnected && !failure.maybe_sent()
            };
            if is_last || !result.as_ref().is_err_and(nothing_sent) {
                break result;
            }
            device.hang_up(target).await;
            is_last = true;
        };
        // A change under a timer is checked over a new connection: the old one may outlive a
        // lock-out. A broken one is of no more use.
        let expected_loss = fence.attributes.disconnects;
        if result.is_err() || fence.options.revert.is_some() || expected_loss {
            device.hang_up(target).await;
        }
        drop(device);
        // Hands at the rack pull plugs: what is still open may lead to a device that restarted.
        if fence.lang == Lang::Manual {
            engine.sessions.hang_up_all().await;
        }
        Ok(result)
    }
}

/// What the driver sends around an effect, in order.
fn around(fence: &PlannedFence) -> Vec<String> {
    let (before, after) = wrapping(fence.lang.word(), &fence.options);
    before.into_iter().chain(after).collect()
}
