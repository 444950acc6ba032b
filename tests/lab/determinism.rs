//! The same seed gives the same journal, and virtual time costs nothing.

use std::time::{Duration, Instant};

use runsheet::event::{Ending, Event};
use runsheet::text::Source;

use crate::room::{CHAPTERS, Ran, Room, virtually};

/// How often the chapters are run. A debug build takes ten times as long for each.
const REPEATS: usize = if cfg!(debug_assertions) { 8 } else { 200 };

fn chapters(seed: u64) -> String {
    virtually(async {
        let room = Room::new(seed);
        let ran = room.run(&room.chapters(&CHAPTERS)).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        ran.journal
    })
}

#[test]
fn the_same_seed_gives_the_same_journal_byte_for_byte() {
    let first = chapters(7);
    assert!(first.lines().count() > 100, "{}", first.lines().count());
    for repeat in 1..REPEATS {
        let again = chapters(7);
        if let Some((a, b)) = first.lines().zip(again.lines()).find(|(a, b)| a != b) {
            panic!("run {repeat} differs:\n{a}\n{b}");
        }
        assert_eq!(first.len(), again.len());
    }
}

/// The journal's events as text, without the chain that follows from them, and with what comes
/// from a seed masked: MAC addresses, host keys, salted hashes, and the seed in the run's id.
fn masked(seed: u64) -> Vec<String> {
    let own = [
        (r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}", "MAC"),
        (r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", "MAC"),
        (r"SHA256:[A-Za-z0-9+/]{43}", "KEY"),
        (r"\$[0-9]\$[A-Za-z0-9./]+(\$[A-Za-z0-9./]+)?", "HASH"),
    ]
    .map(|(pattern, mask)| (regex::Regex::new(pattern).expect("a pattern"), mask));
    let mut lines = Vec::new();
    for line in chapters(seed).lines() {
        let mut entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let chain = entry.as_object_mut().expect("an object");
        chain.remove("prev");
        let mut text = entry.to_string().replace(&format!("lab-{seed}-"), "lab-");
        for (pattern, mask) in &own {
            text = pattern.replace_all(&text, *mask).into_owned();
        }
        lines.push(text);
    }
    lines
}

#[test]
fn another_seed_gives_other_addresses_and_keys_and_nothing_else() {
    assert_ne!(chapters(7), chapters(8));
    for (seven, eight) in masked(7).iter().zip(&masked(8)) {
        let at = seven
            .bytes()
            .zip(eight.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let around = |line: &str| {
            line.get(at.saturating_sub(60)..)
                .map(|l| l.chars().take(120).collect::<String>())
        };
        assert!(seven == eight, "{:?}\n{:?}", around(seven), around(eight));
    }
}

async fn alone(room: &Room, text: &str) -> Ran {
    let plan = room.plan_of(vec![Source::new("alone.md", text)], &["alone"]);
    room.run(&plan).await
}

#[test]
fn two_minutes_of_waiting_take_milliseconds() {
    let wait = "---\ntitle: Wait\non: sw1-console\n---\n\n## Wait\n\n```ios check within=120s every=1s\n\
                show version\n```\n\n```expect\nnever seen\n```\n";
    virtually(async {
        let room = Room::new(1);
        let (start, virtually) = (Instant::now(), tokio::time::Instant::now());
        let ran = alone(&room, wait).await;
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert!(virtually.elapsed() >= Duration::from_secs(120));
        let most = if cfg!(debug_assertions) { 20 } else { 2 };
        assert!(
            start.elapsed() < Duration::from_secs(most),
            "{:?}",
            start.elapsed()
        );
    });
}

#[test]
fn a_local_process_that_hangs_times_out_on_time() {
    let hang =
        "---\ntitle: Hang\non: local\n---\n\n## Hang\n\n```sh check timeout=1s\nsleep 600\n```\n";
    virtually(async {
        let room = Room::new(1);
        let start = Instant::now();
        let ran = alone(&room, hang).await;
        let took = start.elapsed();
        assert_eq!(ran.ending, Ending::Failed, "{}", ran.told());
        assert!(took >= Duration::from_secs(1), "{took:?}");
        assert!(took < Duration::from_secs(5), "{took:?}");
        assert!(ran.told().contains("it took over 1s"), "{}", ran.told());
    });
}

#[test]
fn a_local_process_is_given_its_time_although_the_clock_is_virtual() {
    let slow = "---\ntitle: Slow\non: local\n---\n\n## Slow\n\n```sh check timeout=10s\nsleep 0.3; echo done\n\
                ```\n\n```expect\ndone\n```\n";
    virtually(async {
        let room = Room::new(1);
        let ran = alone(&room, slow).await;
        assert_eq!(ran.ending, Ending::Done, "{}", ran.told());
        assert!(
            ran.events
                .iter()
                .any(|event| matches!(event, Event::Looked { .. }))
        );
    });
}
