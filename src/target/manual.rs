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
    async fn perform(
        &self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
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
        let Some(technician) = &self.technician else {
            return Err(local("have it done: nobody is there to do it")
                .help("run it at a terminal, where a person can answer"));
        };
        progress.sending(orders);
        let mut reply = Reply::default();
        match technician.perform(orders).await {
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
        Ok(reply)
    }
}

#[async_trait(?Send)]
impl Session for Manual {
    async fn look(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        self.perform(request, progress).await
    }

    async fn apply(
        &mut self,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        self.perform(request, progress).await
    }
}
