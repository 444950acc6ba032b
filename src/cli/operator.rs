use std::io::{self, BufRead, Write};

use async_trait::async_trait;
use indicatif::MultiProgress;

use crate::engine::{Approval, Choice, Operator};
use crate::event::Place;
use crate::runbook::OnUnknown;
use crate::target::Clock;

/// The person at the terminal.
pub(crate) struct Terminal {
    clock: Clock,
    screen: Option<MultiProgress>,
}

impl Terminal {
    pub(crate) fn new(clock: Clock, screen: Option<MultiProgress>) -> Self {
        Self { clock, screen }
    }

    /// Asks until one of the words is answered. `None`: the input ended.
    fn ask(&self, question: &str, words: &[&str]) -> Option<String> {
        // A person thinks in real time, whatever the lab's clock does.
        let _running = self.clock.real_work();
        let prompt = || {
            loop {
                eprint!("{question} [{}] ", words.join("/"));
                io::stderr().flush().ok()?;
                let mut line = String::new();
                if io::stdin().lock().read_line(&mut line).ok()? == 0 {
                    return None;
                }
                let answer = line.trim().to_lowercase();
                if let Some(word) = words.iter().find(|w| **w == answer) {
                    return Some((*word).to_owned());
                }
            }
        };
        match &self.screen {
            Some(screen) => screen.suspend(prompt),
            None => prompt(),
        }
    }
}

/// The person at the keyboard, by their login name.
pub(crate) fn me() -> String {
    std::env::var("USER").unwrap_or_else(|_| "the operator".to_owned())
}

#[async_trait(?Send)]
impl Operator for Terminal {
    async fn approve(&self, place: &Place, title: &str) -> Approval {
        match self
            .ask(&format!("{title} ({place}): may it run?"), &["yes", "no"])
            .as_deref()
        {
            Some("yes") => Approval::Given(me()),
            Some(_) => Approval::Refused(me()),
            None => Approval::NobodyThere,
        }
    }

    async fn decide(&self, place: &Place, found: &str) -> Option<Choice> {
        eprintln!("{place}: {found}");
        let then = match self.ask("what now?", &["undo", "fail", "rerun"])?.as_str() {
            "undo" => OnUnknown::Undo,
            "rerun" => OnUnknown::Rerun,
            _ => OnUnknown::Fail,
        };
        Some(Choice { then, by: me() })
    }

    async fn back_out(&self, place: &Place, reason: &str) -> Option<(bool, String)> {
        let answer = self.ask(&format!("{place} failed: {reason}"), &["yes", "no"])?;
        Some((answer == "yes", me()))
    }

    async fn perform(&self, _place: &Place, text: &str) -> Option<(bool, String)> {
        eprintln!("{}", text.trim_end());
        let answer = self.ask("done?", &["yes", "no"])?;
        Some((answer == "yes", me()))
    }

    async fn take_back(&self, question: &str) -> Option<(bool, String)> {
        let answer = self.ask(question, &["yes", "no"])?;
        Some((answer == "yes", me()))
    }
}

/// The lab's operator lets every step run: there is nothing to lose there, and the record says who
/// it was. What else only a person can know is for whoever watches.
pub(crate) struct LabOperator {
    watching: Box<dyn Operator>,
}

impl LabOperator {
    const NAME: &'static str = "the lab's operator";

    pub(crate) fn beside(watching: Box<dyn Operator>) -> Self {
        Self { watching }
    }
}

#[async_trait(?Send)]
impl Operator for LabOperator {
    async fn approve(&self, _place: &Place, _title: &str) -> Approval {
        Approval::Given(Self::NAME.to_owned())
    }

    async fn decide(&self, place: &Place, found: &str) -> Option<Choice> {
        self.watching.decide(place, found).await
    }

    async fn back_out(&self, place: &Place, reason: &str) -> Option<(bool, String)> {
        self.watching.back_out(place, reason).await
    }

    async fn perform(&self, place: &Place, text: &str) -> Option<(bool, String)> {
        self.watching.perform(place, text).await
    }

    async fn take_back(&self, question: &str) -> Option<(bool, String)> {
        self.watching.take_back(question).await
    }
}
