use super::EngineError;
use super::live::Live;
use super::step::StepRun;
use crate::event::Event;
use crate::plan::PlannedFence;

impl StepRun<'_, '_> {
    /// Confirms, or takes back now, changes under a revert timer. The inner error says why it
    /// could not be done: then the timer decides.
    pub(crate) async fn settle_fences(
        &self,
        fences: &[&PlannedFence],
        keep: bool,
    ) -> Result<Result<(), String>, EngineError> {
        let mut result = Ok(());
        for fence in fences {
            for target in fence.targets(self.lane) {
                let settled = self.settle_target(&target, keep).await?;
                self.engine.record(Event::Settled {
                    place: self.place.clone(),
                    target,
                    confirmed: keep && settled.is_ok(),
                    error: settled.as_ref().err().cloned(),
                })?;
                result = result.and(settled);
            }
        }
        Ok(result)
    }

    async fn settle_target(
        &self,
        target: &str,
        keep: bool,
    ) -> Result<Result<(), String>, EngineError> {
        let engine = self.engine;
        let device = engine.sessions.device(target);
        let mut device = device.lock().await;
        let session = match device.session(target).await {
            Ok((session, news)) => {
                news.map_or(Ok(()), |event| engine.record(event))?;
                session
            }
            Err(failure) => return Ok(Err(failure.to_string())),
        };
        let mut live = Live::new(&engine.recorder, &self.place, target, false);
        let result = if keep {
            session.confirm(&mut live).await
        } else {
            session.revert(&mut live).await
        };
        Ok(match result {
            Ok(reply) => match reply.error {
                Some(error) => Err(error.message),
                None => Ok(()),
            },
            Err(failure) => {
                device.hang_up(target).await;
                Err(failure.to_string())
            }
        })
    }
}
