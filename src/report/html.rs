//! A run as one HTML page: to read on any screen, to print, to keep. It has no script, asks
//! for nothing and links nowhere, and its policy says so to the browser.

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::account::Account;
use super::page::{Policy, environment};

const TEMPLATE: &str = include_str!("page/report.html");

const POLICY: Policy = Policy {
    style: include_str!("page/report.css"),
    script: None,
};

/// A deviation, with the place on the page that tells about it.
#[derive(Serialize)]
struct Pointer<'a> {
    what: &'a str,
    seq: Option<u64>,
    step: Option<String>,
    anchor: String,
}

/// The report as HTML. `beside`: what leads from the page to the folder with the run's files, as
/// the beginning of an address; empty where the page is in that folder. `None`: nobody knows where
/// the page will be, so it names the files and leads to none.
///
/// # Errors
/// The page's own template is wrong.
pub fn html(account: &Account, beside: Option<&str>) -> Result<String, minijinja::Error> {
    let environment = environment()?;
    let page = environment.template_from_named_str("report.html", TEMPLATE)?;
    page.render(context! {
        account => Value::from(Serde(account)),
        title => account.title(),
        elapsed_ms => account.elapsed_ms(),
        beside,
        steps => steps(account),
        deviations => Value::from(Serde(deviations(account))),
        policy => POLICY.text(),
        style => Value::from_safe_string(POLICY.style.to_owned()),
        version => env!("CARGO_PKG_VERSION"),
    })
}

/// What a template can't ask a step itself, by chapter and step.
fn steps(account: &Account) -> Vec<Vec<Value>> {
    let steps = account.chapters.iter().map(|chapter| {
        let steps = chapter.steps.iter().map(|step| {
            context! {
                name => step.name(),
                word => step.word(),
                class => step.word().split([',', ' ']).next(),
                elapsed_ms => step.elapsed_ms(),
            }
        });
        steps.collect()
    });
    steps.collect()
}

fn deviations(account: &Account) -> Vec<Pointer<'_>> {
    let pointer = |deviation: &'_ super::account::Deviation| {
        let at = deviation
            .place
            .as_ref()
            .and_then(|place| account.position(place));
        (
            at.map(|(chapter, step)| account.chapters[chapter].steps[step].name()),
            at.map(|(chapter, step)| format!("c{}s{}", chapter + 1, step + 1)),
        )
    };
    let deviations = account.deviations.iter().map(|deviation| {
        let (step, anchor) = pointer(deviation);
        Pointer {
            what: &deviation.what,
            seq: deviation.moment.map(|moment| moment.seq),
            step,
            anchor: anchor.unwrap_or_default(),
        }
    });
    deviations.collect()
}
