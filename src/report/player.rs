//! Terminal recordings in one page with a player of its own: it works from a disk, without a
//! network, and its policy lets nothing but that player run.

use minijinja::{Value, context};
use serde_json::json;

use super::page::{Policy, environment};
use super::recording::{FrameKind, Recording};
use crate::text::escape;

const TEMPLATE: &str = include_str!("page/player.html");

const POLICY: Policy = Policy {
    style: include_str!("page/player.css"),
    script: Some(include_str!("page/player.js")),
};

/// A page that plays these recordings.
///
/// # Errors
/// The page's own template is wrong.
pub fn player(recordings: &[Recording]) -> Result<String, minijinja::Error> {
    let environment = environment()?;
    let page = environment.template_from_named_str("player.html", TEMPLATE)?;
    let title = recordings
        .first()
        .map_or("No recordings", |first| &first.title);
    page.render(context! {
        title,
        policy => POLICY.text(),
        style => Value::from_safe_string(POLICY.style.to_owned()),
        script => POLICY.script.map(|script| Value::from_safe_string(script.to_owned())),
        recordings => Value::from_safe_string(data(recordings)),
    })
}

/// The recordings as JSON that can stand in an HTML element: without a character that could
/// end it or begin another.
fn data(recordings: &[Recording]) -> String {
    let recordings = recordings.iter().map(|recording| {
        let frames = recording.frames.iter().map(|frame| {
            let kind = match frame.kind {
                FrameKind::Output => "o",
                FrameKind::Marker => "m",
            };
            json!([frame.at_ms, kind, frame.text])
        });
        json!({
            "target": escape(&recording.target),
            "frames": frames.collect::<Vec<_>>(),
        })
    });
    let json = serde_json::Value::Array(recordings.collect()).to_string();
    // In JSON these characters stand in strings only, and there an escape means the same.
    json.replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
}
