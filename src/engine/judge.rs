use serde_json::{Map, Value};

use crate::check::{self, Observation};
use crate::plan::PlannedFence;
use crate::runbook::ExpectationKind;
use crate::target::Reply;
use crate::value::Scope;

/// Whether an answer satisfies its fence, why not, and the names that it gives.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) misses: Vec<String>,
    pub(crate) bound: Map<String, Value>,
}

/// Judges an answer by the fence's exit status and expectations, whatever its role.
pub(crate) fn judge(fence: &PlannedFence, reply: &Reply, scope: &Scope) -> Judgement {
    let mut expectations = Vec::new();
    for expectation in &fence.expectations {
        let kind = match expectation.kind {
            ExpectationKind::Expect => check::Kind::Expect,
            ExpectationKind::Assert => check::Kind::Assert,
        };
        match expectation.template.render(scope, kind.quote()) {
            Ok(text) => expectations.push(check::Expectation {
                kind,
                text: text.shown(),
                whole: expectation.whole,
            }),
            Err(error) => {
                return Judgement {
                    misses: vec![error.message],
                    bound: Map::new(),
                };
            }
        }
    }
    let observation = Observation {
        stdout: String::from_utf8_lossy(&reply.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&reply.stderr).into_owned(),
        exit: reply.exit,
        error: reply.error.as_ref().map(|error| error.message.clone()),
    };
    let verdict = check::verify(&expectations, &observation, fence.attributes.exit, scope);
    let mut bound: Map<String, Value> = verdict.bound.into_iter().collect();
    if let Some(capture) = &fence.attributes.capture {
        bound.insert(capture.value.clone(), observation.stdout.trim().into());
    }
    Judgement {
        misses: verdict.misses,
        bound,
    }
}
