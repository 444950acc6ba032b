use super::EngineError;
use super::operator::Approval;
use super::step::StepRun;
use crate::event::Event;
use crate::plan::PlannedFence;
use crate::runbook::OnUnknown;

impl StepRun<'_, '_> {
    /// What is to be done where nobody knows whether something arrived: what the runbook says, or
    /// one of these choices of a person. `None`: nobody chooses.
    pub(super) async fn choose(
        &self,
        declared: OnUnknown,
        found: &str,
        choices: &[OnUnknown],
    ) -> Result<Option<OnUnknown>, EngineError> {
        if declared != OnUnknown::Ask {
            return Ok(Some(declared));
        }
        // Whoever wants the run to end is not asked anything more.
        if self.engine.interrupt.is_asked() {
            return Ok(None);
        }
        let operator = self.engine.operator;
        let Some(choice) = operator.decide(&self.place, found, choices).await else {
            return Ok(None);
        };
        self.engine.record(Event::Decision {
            place: self.place.clone(),
            question: found.to_owned(),
            answer: choice.then.word().to_owned(),
            by: choice.by,
        })?;
        Ok(Some(choice.then))
    }

    /// Whether a person says that it is so, or that it is wanted, after what was found. `None`:
    /// nobody is there.
    pub(super) async fn confirmed(
        &self,
        found: &str,
        question: &str,
    ) -> Result<Option<bool>, EngineError> {
        let asked = format!("{}: {found}\n{question}", self.place);
        let Some((yes, by)) = self.engine.operator.confirm(&asked).await else {
            return Ok(None);
        };
        self.engine.record(Event::Decision {
            place: self.place.clone(),
            question: question.to_owned(),
            answer: if yes { "yes" } else { "no" }.to_owned(),
            by,
        })?;
        Ok(Some(yes))
    }

    /// Whether a person says yes to these effects of the step, or of its undo. `None`: nobody is
    /// there.
    pub(super) async fn approval(
        &self,
        question: &str,
        effects: &[(&PlannedFence, String)],
    ) -> Result<Option<bool>, EngineError> {
        let mut asked = String::new();
        for (fence, target) in effects {
            let scope = self.names().scope(self.lane, target);
            let text = fence.template.show(&scope, fence.quote);
            asked += &format!("on {target}, {}:\n", fence.lang.word());
            text.trim_end()
                .lines()
                .for_each(|line| asked += &format!("  {line}\n"));
        }
        asked += &format!("{} ({}): {question}", self.step.title, self.place);
        let targets: Vec<String> = effects.iter().map(|(_, target)| target.clone()).collect();
        let (answer, by, given) = match self.engine.operator.approve(&asked, &targets).await {
            Approval::Given(by) => ("yes", by, true),
            Approval::Refused(by) => ("no", by, false),
            Approval::NobodyThere => return Ok(None),
        };
        self.engine.record(Event::Decision {
            place: self.place.clone(),
            question: question.to_owned(),
            answer: answer.to_owned(),
            by,
        })?;
        Ok(Some(given))
    }
}
