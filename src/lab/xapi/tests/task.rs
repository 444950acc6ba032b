use serde_json::{Value as Json, json};

use super::Desk;

#[test]
fn a_task_is_done_when_its_time_has_come() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    let task = desk.get("Async.host.disable", json!([host]));
    let begun = desk.get("task.get_record", json!([task]));
    let said = |record: &Json| {
        let words = ["name_label", "status", "progress", "result", "resident_on"];
        words.map(|word| record[word].clone())
    };
    assert_eq!(
        said(&begun),
        [
            json!("Async.host.disable"),
            json!("pending"),
            json!(0.0),
            json!(""),
            host.clone()
        ]
    );
    assert_eq!(desk.get("host.get_enabled", json!([host])), true);
    let due = desk.world.next_event().expect("something is to happen");
    desk.world.advance_to(due - 1);
    let status = desk.get("task.get_status", json!([task]));
    assert_eq!(status, "pending");
    desk.world.advance_to(due);
    let done = desk.get("task.get_record", json!([task]));
    assert_eq!(said(&done)[1..4], [json!("success"), json!(1.0), json!("")]);
    assert!(done["finished"].as_str() > done["created"].as_str());
    assert_eq!(desk.get("host.get_enabled", json!([host])), false);
    desk.get("task.destroy", json!([task]));
    assert_eq!(
        desk.refused("task.get_status", json!([task])),
        json!(["HANDLE_INVALID", "task", task])
    );
}

#[test]
fn what_is_refused_is_the_errors_of_its_task_and_an_answer_is_xml() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    let refused = desk.get("Async.host.reboot", json!([host]));
    let asked = desk.get("Async.host.get_management_interface", json!([host]));
    let card = desk.get("host.get_management_interface", json!([host]));
    desk.wait(10);
    let record = desk.get("task.get_record", json!([refused]));
    assert_eq!(
        (&record["status"], &record["error_info"]),
        (&json!("failure"), &json!(["HOST_NOT_DISABLED"]))
    );
    let card = card.as_str().expect("a reference");
    assert_eq!(
        desk.get("task.get_result", json!([asked])),
        format!("<value>{card}</value>")
    );
    // Whoever says too little learns it at once, and so does who asks for what is not there.
    assert_eq!(
        desk.refused("Async.host.disable", json!([]))[0],
        "MESSAGE_PARAMETER_COUNT_MISMATCH"
    );
    assert_eq!(
        desk.refused("Async.host.evacuate", json!([host])),
        json!(["NOT_IMPLEMENTED", "Async.host.evacuate"])
    );
    for never in ["Async.host.get_servertime", "Async.host.get_enabled"] {
        assert_eq!(
            desk.refused(never, json!([host])),
            json!(["MESSAGE_METHOD_UNKNOWN", never])
        );
    }
}

#[test]
fn a_task_is_not_cancelled_and_goes_when_it_is_over() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    let task = desk.get("Async.host.disable", json!([host]));
    let refused = desk.refused("task.cancel", json!([task]));
    assert_eq!(refused[0], "OPERATION_NOT_ALLOWED");
    desk.get("task.destroy", json!([task]));
    let operations = desk.get("task.get_current_operations", json!([task]));
    assert_eq!(operations, json!({"task": "destroy"}));
    desk.wait(10);
    assert_eq!(desk.get("host.get_enabled", json!([host])), false);
    assert_eq!(desk.get("task.get_all", json!([])), json!([]));

    // One that nobody destroys is forgotten after 65 minutes.
    let task = desk.get("Async.host.enable", json!([host]));
    desk.wait(64 * 60);
    assert_eq!(desk.get("task.get_all", json!([])), json!([task]));
    desk.wait(2 * 60);
    assert_eq!(desk.get("task.get_all", json!([])), json!([]));
}

#[test]
fn a_restart_takes_the_tasks_along() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    desk.get("Async.host.disable", json!([host]));
    desk.world.reset_host("xen1");
    desk.wait(10 * 60);
    desk.log_in();
    assert_eq!(desk.get("host.get_enabled", json!([host])), true);
    assert_eq!(desk.get("task.get_all", json!([])), json!([]));
}

#[test]
fn events_tell_of_tasks() {
    let mut desk = Desk::new();
    let host = desk.named("host", "xen1");
    let mut token = desk.get("event.from", json!([["task"], "", 0.0]))["token"].clone();
    let mut told = |desk: &mut Desk| {
        let batch = desk.get("event.from", json!([["task"], token, 0.0]));
        token = batch["token"].clone();
        let events = batch["events"].as_array().expect("events").iter();
        let said = |event: &Json| {
            let status = event["snapshot"]["status"].as_str().unwrap_or("");
            let operation = event["operation"].as_str().expect("an operation");
            format!("{operation} {status}").trim_end().to_owned()
        };
        events.map(said).collect::<Vec<_>>()
    };
    let task = desk.get("Async.host.disable", json!([host]));
    assert_eq!(told(&mut desk), ["add pending"]);
    desk.wait(10);
    assert_eq!(told(&mut desk), ["mod success"]);
    desk.get("task.destroy", json!([task]));
    assert_eq!(told(&mut desk), ["del"]);
}
