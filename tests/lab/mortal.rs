//! A process that dies at a moment of its life: nothing it would have done after that is done.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use async_trait::async_trait;
use runsheet::journal::Storage;
use runsheet::target::{Failure, FailureKind, Identity, Progress, Reply, Request, Session};

/// A process's life, shared by everything in it that can touch the outside.
#[derive(Clone)]
pub(crate) struct Mortal(Rc<RefCell<Life>>);

struct Life {
    /// Moments lived through: before and after every write, sync and request.
    moments: usize,
    /// The moment at which it dies.
    dies_at: Option<usize>,
}

impl Mortal {
    pub(crate) fn immortal() -> Self {
        Self::until(None)
    }

    /// Dies at this moment, counted from 1.
    pub(crate) fn dying_at(moment: usize) -> Self {
        Self::until(Some(moment))
    }

    fn until(dies_at: Option<usize>) -> Self {
        Self(Rc::new(RefCell::new(Life {
            moments: 0,
            dies_at,
        })))
    }

    /// How many moments there were.
    pub(crate) fn moments(&self) -> usize {
        self.0.borrow().moments
    }

    /// Lives through one more moment. `false`: it is dead.
    fn lives(&self) -> bool {
        let mut life = self.0.borrow_mut();
        if life.dies_at.is_some_and(|at| life.moments + 1 >= at) {
            return false;
        }
        life.moments += 1;
        true
    }

    fn must_live(&self) -> io::Result<()> {
        match self.lives() {
            true => Ok(()),
            false => Err(io::Error::other("the process is dead")),
        }
    }
}

/// A journal in memory that outlives the process.
pub(crate) struct Memory {
    pub(crate) bytes: Rc<RefCell<Vec<u8>>>,
    pub(crate) mortal: Mortal,
}

impl Storage for Memory {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.mortal.must_live()?;
        self.bytes.borrow_mut().extend_from_slice(bytes);
        self.mortal.must_live()
    }

    fn sync(&mut self) -> io::Result<()> {
        self.mortal.must_live()
    }
}

/// A session that ends with its process.
pub(crate) struct Mortally {
    pub(crate) inner: Box<dyn Session>,
    pub(crate) mortal: Mortal,
}

fn dead() -> Failure {
    Failure::unknown(FailureKind::Local, "live on", Reply::default())
}

#[async_trait(?Send)]
impl Session for Mortally {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        self.inner.look(request, progress).await
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        self.mortal.must_live().map_err(|_| dead())?;
        let reply = self.inner.apply(request, progress).await;
        self.mortal.must_live().map_err(|_| dead())?;
        reply
    }

    async fn knock(&mut self, request: &Request) -> Result<(), Failure> {
        self.inner.knock(request).await
    }

    async fn confirm(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.mortal.must_live().map_err(|_| dead())?;
        let reply = self.inner.confirm(progress).await;
        self.mortal.must_live().map_err(|_| dead())?;
        reply
    }

    async fn revert(&mut self, progress: &mut dyn Progress) -> Result<Reply, Failure> {
        self.mortal.must_live().map_err(|_| dead())?;
        let reply = self.inner.revert(progress).await;
        self.mortal.must_live().map_err(|_| dead())?;
        reply
    }

    /// The dead don't take their leave.
    async fn close(&mut self) {
        if self.mortal.lives() {
            self.inner.close().await;
        }
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }
}
