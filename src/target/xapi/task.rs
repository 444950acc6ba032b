use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::answer::{Answer, Refusal};
use super::session::Xapi;
use super::value::from_wire;
use crate::target::{Failure, FailureKind, Progress, Reply, StreamKind};
use crate::wire::xml::Element;
use crate::wire::xmlrpc;

/// How often a task is asked for.
const EVERY: Duration = Duration::from_secs(1);
/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Xapi {
    /// Waits for the end of a task. The connection may come and go meanwhile: what is changed may
    /// be the very network that leads there.
    pub(super) async fn task_ended(
        &mut self,
        method: &str,
        task: &str,
        timeout: Duration,
        progress: &mut dyn Progress,
    ) -> Result<Answer, Failure> {
        let deadline = Instant::now() + timeout;
        let mut told = None;
        loop {
            let asked = self.ask_task(task).await;
            let trouble = match asked {
                Ok(Ok(record)) => {
                    if let Some(ended) = ended(&record) {
                        let ended = ended.map_err(|why| lost(method, FailureKind::Protocol, &why));
                        // It is gone by itself after a day, if this does not arrive.
                        let _ = self
                            .call("task.destroy", vec![reference(task)], PATIENCE)
                            .await;
                        return ended;
                    }
                    tell(method, &record, &mut told, progress);
                    None
                }
                Ok(Err(refusal)) => {
                    let why = format!("its task can't be asked for: {refusal}");
                    return Err(lost(method, FailureKind::Protocol, &why));
                }
                // A server that does not let us in is not asked over and over: accounts get locked.
                Err(failure) if is_final(failure.kind) => {
                    return Err(lost(method, failure.kind, &failure.message));
                }
                Err(failure) => Some(failure),
            };
            if Instant::now() >= deadline {
                let why = match trouble {
                    Some(failure) => failure.message,
                    None => format!("it goes on after {} s", timeout.as_secs()),
                };
                return Err(lost(method, FailureKind::Timeout, &why));
            }
            sleep(EVERY).await;
        }
    }

    async fn ask_task(&mut self, task: &str) -> Result<Answer, Failure> {
        self.call("task.get_record", vec![reference(task)], PATIENCE)
            .await
    }
}

fn is_final(trouble: FailureKind) -> bool {
    matches!(
        trouble,
        FailureKind::Authentication | FailureKind::HostKey | FailureKind::Local
    )
}

fn reference(task: &str) -> xmlrpc::Value {
    xmlrpc::Value::Text(task.to_owned())
}

fn lost(method: &str, kind: FailureKind, why: &str) -> Failure {
    let message = format!("learn what became of {method}: {why}");
    Failure::unknown(kind, message, Reply::default())
}

/// What a task came to; `None`: it has not ended.
fn ended(record: &Value) -> Option<Result<Answer, String>> {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    Some(match text("status") {
        "pending" | "cancelling" => return None,
        "success" => match text("result") {
            "" => Ok(Ok("".into())),
            result => Element::parse(result)
                .and_then(|value| xmlrpc::Value::read(&value))
                .map(|value| Ok(from_wire(value)))
                .map_err(|why| format!("its result can't be read: {why}")),
        },
        "failure" => Ok(Err(Refusal::read(
            record.get("error_info").unwrap_or(&Value::Null),
        ))),
        "cancelled" => Ok(Err(Refusal {
            code: "TASK_CANCELLED".to_owned(),
            about: Vec::new(),
        })),
        other => Err(format!("its task is `{other}`")),
    })
}

/// Each tenth once.
fn tell(method: &str, record: &Value, told: &mut Option<u8>, progress: &mut dyn Progress) {
    let share = record
        .get("progress")
        .and_then(Value::as_f64)
        .unwrap_or_default();
    let mut tenths = (0..=10_u8).rev();
    let tenth = tenths.find(|tenth| share * 10.0 >= f64::from(*tenth));
    let percent = tenth.unwrap_or_default() * 10;
    if told.replace(percent) != Some(percent) {
        let line = format!("{method}: {percent} %\n");
        progress.output(StreamKind::Stdout, line.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_ends_with_a_value_or_an_error() {
        assert_eq!(ended(&json!({"status": "pending"})), None);
        assert_eq!(
            ended(&json!({"status": "success", "result": ""})),
            Some(Ok(Ok("".into())))
        );
        let result = json!({"status": "success", "result": "<value>OpaqueRef:1</value>"});
        assert_eq!(ended(&result), Some(Ok(Ok("OpaqueRef:1".into()))));
        let failed = json!({"status": "failure", "error_info": ["HOST_OFFLINE", "OpaqueRef:1"]});
        let refusal = ended(&failed)
            .expect("it ended")
            .expect("an answer")
            .expect_err("an error");
        assert_eq!(refusal.to_string(), "HOST_OFFLINE: OpaqueRef:1");
        assert!(
            ended(&json!({"status": "success", "result": "<value"}))
                .expect("it ended")
                .is_err()
        );
    }
}
