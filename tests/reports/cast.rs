use runsheet::event::{Ending, Outcome};
use runsheet::report::{Recording, cast_v2, cast_v3, player};
use serde_json::Value;

use super::journal::{Run, backed_out, place, said};

fn recording(run: &Run) -> Recording {
    let mut recordings = Recording::all(run.entries());
    assert_eq!(recordings.len(), 1, "the tests' runs have one target");
    recordings.remove(0)
}

fn lines(cast: &str) -> Vec<Value> {
    assert!(cast.ends_with('\n') && !cast.contains('\r'));
    cast.lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

#[test]
fn a_v3_cast_has_the_documented_form() {
    let lines = lines(&cast_v3(&recording(&backed_out())));
    let header = &lines[0];
    assert_eq!(header["version"], 3);
    assert_eq!(header["term"]["cols"], 80);
    assert_eq!(header["term"]["rows"], 30);
    assert_eq!(header["timestamp"], 1_770_112_802);
    for event in &lines[1..] {
        let [interval, code, data] = event.as_array().expect("an event is a list").as_slice()
        else {
            panic!("{event} has three parts");
        };
        assert!(
            interval.as_f64().is_some_and(|seconds| seconds >= 0.0),
            "{event}"
        );
        assert!(matches!(code.as_str(), Some("o" | "m" | "x")), "{event}");
        let data = data.as_str().expect("data is a string");
        assert!(
            !data.replace("\r\n", "").contains(|c: char| c.is_control()),
            "{event}"
        );
    }
    assert_eq!(lines.last(), Some(&serde_json::json!([0.0, "x", "1"])));
}

#[test]
fn steps_are_markers() {
    let markers: Vec<_> = lines(&cast_v3(&recording(&backed_out())))
        .iter()
        .filter(|line| line[1] == "m")
        .map(|line| line[2].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        markers,
        [
            "Put up the ladder (journal line 3)",
            "Lay the slates (journal line 6)",
            "Fix the gutter (journal line 11)",
        ]
    );
}

#[test]
fn version_2_tells_the_same_at_the_same_times() {
    let recording = recording(&backed_out());
    let third = lines(&cast_v3(&recording));
    let second = lines(&cast_v2(&recording));
    assert_eq!(second[0]["version"], 2);
    assert_eq!(second[0]["width"], third[0]["term"]["cols"]);
    let mut now = 0.0;
    for (third, second) in third[1..].iter().zip(&second[1..]) {
        now += third[0].as_f64().expect("a number");
        assert_eq!(second[0].as_f64(), Some(now));
        assert_eq!((&second[1], &second[2]), (&third[1], &third[2]));
    }
}

#[test]
fn a_run_without_an_end_has_no_exit_code() {
    let mut run = Run::of("roof", &[("a", "A")]);
    let a = place("roof", "a");
    run.begin(&a).effect(&a, "go\n", Outcome::Unknown, said(""));
    assert!(!cast_v3(&recording(&run)).contains("\"x\""));
}

#[test]
fn what_steers_a_terminal_is_written_out() {
    let mut run = Run::of("roof", &[("a", "A\x1b]0;x\x07")]);
    run.pass(&place("roof", "a"), "\x1b]52;c;Y3VybA==\x07\u{9b}2J\r\nend")
        .end(Ending::Done, "done");
    let cast = cast_v3(&recording(&run));
    assert!(
        cast.contains(r"\\x1b]52;c;Y3VybA==\\x07\\x9b2J\r\nend\r\n"),
        "{cast}"
    );
    assert!(!cast.contains("\\u001b") && !cast.contains('\u{9b}'));
}

#[test]
fn what_is_left_out_of_a_long_answer_is_said() {
    let mut run = Run::of("roof", &[("a", "A")]);
    let long = "slate\n".repeat(100_000);
    run.pass(&place("roof", "a"), &long)
        .end(Ending::Done, "done");
    let cast = cast_v3(&recording(&run));
    assert!(cast.len() < 100_000);
    assert!(
        cast.contains("bytes left out: journal line 4 has them"),
        "{cast}"
    );
}

#[test]
fn the_player_has_its_recordings_in_it_and_nothing_can_end_them() {
    let mut run = Run::of("roof", &[("a", "A")]);
    let answer = "</script><script>alert(1)</script> &amp; <!-- \u{2028}\n";
    run.pass(&place("roof", "a"), answer)
        .end(Ending::Done, "done");
    let page = player(&[recording(&run)]).expect("the template is sound");
    let (_, data) = page.split_once("type=\"application/json\">").expect("data");
    let (data, _) = data.split_once("</script>").expect("its end");
    let data: Value = serde_json::from_str(data).expect("it is JSON");
    let frames = data[0]["frames"].as_array().expect("frames");
    let shown = answer.replace('\u{2028}', "\\u{2028}");
    assert!(
        frames.iter().any(|frame| frame[2] == shown.as_str()),
        "{data}"
    );
    assert_eq!(page.matches("<script").count(), 2);
}
