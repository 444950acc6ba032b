//! Somebody between the engine and the devices who spoils one effect of a run.

use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use runsheet::engine::Listener;
use runsheet::event::{Event, Verdict};
use runsheet::target::{
    DeviceError, Failure, FailureKind, Identity, Progress, Reply, Request, Session,
};

/// How an effect is spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The device refuses it, and nothing was changed.
    Refused,
    /// It is done, and from then on every look at the device fails, until the step has failed.
    Useless,
    /// The connection ends before the device hears of it, and nobody can know that.
    LostBefore,
    /// The device does it and the connection ends before the answer.
    LostAfter,
    /// As before, and every look fails until the step has failed.
    LostAndUseless,
}

/// Which effect is spoiled, and how.
#[derive(Clone)]
pub(crate) struct Sabotage(Rc<RefCell<Plot>>);

struct Plot {
    /// The effect, from 1, and the way; `None`: nothing is spoiled.
    spoil: Option<(usize, Way)>,
    effects: usize,
    /// Looks are answered with an error.
    blind: bool,
}

impl Sabotage {
    pub(crate) fn none() -> Self {
        Self::plot(None)
    }

    /// Spoils the effect of this number, counted from 1.
    pub(crate) fn of(effect: usize, way: Way) -> Self {
        Self::plot(Some((effect, way)))
    }

    fn plot(spoil: Option<(usize, Way)>) -> Self {
        Self(Rc::new(RefCell::new(Plot {
            spoil,
            effects: 0,
            blind: false,
        })))
    }

    /// The process may have died right behind the verdict, so that nobody heard it.
    pub(crate) fn read(&self, journal: &[u8]) {
        let failed = String::from_utf8_lossy(journal).contains(r#""verdict":"failed""#);
        let blind = &mut self.0.borrow_mut().blind;
        *blind = *blind && !failed;
    }

    /// Ends the blindness with the step.
    pub(crate) fn listener(&self) -> impl Listener + use<> {
        Sighted(self.clone())
    }
}

struct Sighted(Sabotage);

impl Listener for Sighted {
    fn hear(&mut self, event: &Event) {
        if let Event::Verdict {
            verdict: Verdict::Failed,
            ..
        } = event
        {
            self.0.0.borrow_mut().blind = false;
        }
    }
}

/// A session with somebody in between.
pub(crate) struct Sabotaged {
    inner: Box<dyn Session>,
    sabotage: Sabotage,
}

impl Sabotaged {
    pub(crate) fn new(inner: Box<dyn Session>, sabotage: &Sabotage) -> Self {
        Self {
            inner,
            sabotage: sabotage.clone(),
        }
    }
}

fn refused() -> Reply {
    let message = "% Sabotaged".to_owned();
    let error = DeviceError {
        message,
        line: None,
        column: None,
        help: None,
    };
    Reply {
        error: Some(error),
        ..Reply::default()
    }
}

fn lost() -> Failure {
    Failure::unknown(
        FailureKind::Disconnected,
        "hear the answer",
        Reply::default(),
    )
}

#[async_trait(?Send)]
impl Session for Sabotaged {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        if self.sabotage.0.borrow().blind {
            return Ok(refused());
        }
        self.inner.look(request, progress).await
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let way = {
            let mut plot = self.sabotage.0.borrow_mut();
            plot.effects += 1;
            plot.spoil
                .filter(|(effect, _)| *effect == plot.effects)
                .map(|(_, way)| way)
        };
        match way {
            Some(Way::Refused) => return Ok(refused()),
            Some(Way::LostBefore) => return Err(lost()),
            _ => {}
        }
        let reply = self.inner.apply(request, progress).await;
        if matches!(way, Some(Way::Useless | Way::LostAndUseless)) {
            self.sabotage.0.borrow_mut().blind = true;
        }
        match way {
            Some(Way::LostAfter | Way::LostAndUseless) => Err(lost()),
            _ => reply,
        }
    }

    async fn knock(&mut self, request: &Request) -> Result<(), Failure> {
        self.inner.knock(request).await
    }

    async fn confirm(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.inner.confirm(progress).await
    }

    async fn revert(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.inner.revert(progress).await
    }

    async fn close(&mut self) {
        self.inner.close().await;
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }
}
