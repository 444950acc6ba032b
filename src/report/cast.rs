//! Terminal recordings as asciicast, versions 3 and 2.

use serde_json::{Value, json};

use super::recording::{FrameKind, Recording};

/// How many seconds of silence a player shows at most.
const IDLE_LIMIT: u64 = 2;
const ROWS: usize = 30;

/// A recording as asciicast v3: a header, then a line an event, each with the time since the
/// one before. Steps are markers; the last event is the run's exit code.
pub fn cast_v3(recording: &Recording) -> String {
    let header = json!({
        "version": 3,
        "term": { "cols": recording.columns(), "rows": ROWS },
        "timestamp": recording.started.as_second(),
        "idle_time_limit": IDLE_LIMIT,
        "title": title(recording),
    });
    let mut lines = vec![header];
    let mut before = 0;
    for frame in &recording.frames {
        let passed = frame.at_ms.saturating_sub(before);
        before = before.max(frame.at_ms);
        lines.push(event(passed, frame.kind, &frame.text));
    }
    if let Some(exit) = recording.exit {
        lines.push(json!([0.0, "x", exit.to_string()]));
    }
    joined(&lines)
}

/// A recording as asciicast v2, which more players know: times are those since the start, and
/// there is no exit code.
pub fn cast_v2(recording: &Recording) -> String {
    let header = json!({
        "version": 2,
        "width": recording.columns(),
        "height": ROWS,
        "timestamp": recording.started.as_second(),
        "idle_time_limit": IDLE_LIMIT,
        "title": title(recording),
    });
    let frames = recording.frames.iter();
    let events = frames.map(|frame| event(frame.at_ms, frame.kind, &frame.text));
    joined(&std::iter::once(header).chain(events).collect::<Vec<_>>())
}

fn title(recording: &Recording) -> String {
    let title = format!("{} – {}", recording.title, recording.target);
    crate::text::escape(&title).into_owned()
}

fn event(ms: u64, kind: FrameKind, text: &str) -> Value {
    // Exact in JSON's numbers for some thousands of years of milliseconds.
    let seconds = ms as f64 / 1000.0;
    match kind {
        FrameKind::Output => json!([seconds, "o", text.replace('\n', "\r\n")]),
        FrameKind::Marker => json!([seconds, "m", text]),
    }
}

fn joined(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
