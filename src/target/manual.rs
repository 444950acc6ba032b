use std::rc::Rc;

use async_trait::async_trait;

use super::{
    DeviceError, Failure, FailureKind, Progress, Reply, Request, Session, StreamKind, Technician,
};

/// Opens the lab's hands. Without a technician, manual steps are for the person at the terminal,
/// whom the engine asks.
pub(super) fn open(technician: Option<Rc<dyn Technician>>) -> Box<dyn Session> {
    Box::new(Manual { technician })
}

struct Manual {
    technician: Option<Rc<dyn Technician>>,
}

impl Manual {
    /// The orders of a request, and who carries them out.
    fn orders<'a>(
        &'a self,
        request: &'a Request,
    ) -> Result<(&'a dyn Technician, &'a str), Failure> {
        let local = |message: &str| Failure::not_sent(FailureKind::Local, message);
        if request.lang != "manual" {
            return Err(local(&format!(
                "run a `{}` fence: the target is a person",
                request.lang
            )));
        }
        let Some(orders) = &request.options.lab else {
            return Err(local(
                "have it done in the lab: the fence has no `lab=` for the technician",
            ));
        };
        match &self.technician {
            Some(technician) => Ok((&**technician, orders)),
            None => Err(local("have it done: nobody is there to do it")
                .help("run it at a terminal, where a person can answer")),
        }
    }
}

/// What the technician says of it.
fn reply(said: Result<String, String>, progress: &mut dyn Progress) -> Reply {
    let mut reply = Reply::default();
    match said {
        Ok(done) => {
            progress.output(StreamKind::Stdout, done.as_bytes());
            reply.stdout = done.into_bytes();
            reply.exit = Some(0);
        }
        Err(reason) => {
            reply.error = Some(DeviceError {
                message: reason,
                line: None,
                column: None,
                help: None,
            });
        }
    }
    reply
}

#[async_trait(?Send)]
impl Session for Manual {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let (technician, orders) = self.orders(request)?;
        progress.sending(orders);
        Ok(reply(technician.look(orders).await, progress))
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let (technician, orders) = self.orders(request)?;
        progress.sending(orders);
        Ok(reply(technician.perform(orders).await, progress))
    }
}
