//! XenServer's toolstack, from the desk: calls, their results, and what a run says when they don't
//! do as they should.

use std::sync::LazyLock;

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// A lab whose hosts are installed and can be reached, as the repository's chapters leave it.
static FLOOR: LazyLock<Desk> = LazyLock::new(|| {
    let desk = Desk::with_runbooks();
    desk.call("run runbooks").success();
    desk
});

const CARD: &str = "Pool-wide network associated with eth0";

const NAMES: &str = r#"---
on: xen1-xapi
---

# Names

## Name the network

```xapi read
net = network.get_by_name_label("Pool-wide network associated with eth0")
```

```xapi run
network.set_name_label(one(net), "management")
network.set_name_description(
  ref("network", "management"), "VLAN {{ vlan }}, untagged")
```

```xapi check
found = network.get_by_name_label("management")
text = network.get_name_description(one(found))
```

```assert
found | length == 1
text == "VLAN 5, untagged"
```

```xapi undo
network.set_name_description(ref("network", "management"), "")
network.set_name_label(ref("network", "management"), "Pool-wide network associated with eth0")
```

```xapi check after=undo
back = network.get_by_name_label("Pool-wide network associated with eth0")
text = network.get_name_description(one(back))
```

```assert
text == ""
```
"#;

/// A desk with the repository's runbooks, at which all of them were run.
pub(super) fn chapters() -> Desk {
    FLOOR.copy()
}

fn floor() -> Desk {
    let desk = chapters();
    desk.file("names.md", NAMES.replace("on: ", "vars: {vlan: 5}\non: "));
    desk
}

/// What the newest run sent, a line for each intent.
pub(super) fn sent(desk: &Desk) -> String {
    let newest = desk.said("show").lines().last().map(str::to_owned);
    let newest = newest.expect("a run");
    let id = newest.split(' ').next().expect("its id");
    let events = desk.said(&format!("show --json {id}"));
    let intents = events.lines().filter_map(|line| {
        let event: serde_json::Value = serde_json::from_str(line).expect("an event");
        let is_intent = event["event"] == "intent";
        is_intent.then(|| {
            event["sent"]
                .as_str()
                .unwrap_or_default()
                .trim_end()
                .to_owned()
                + "\n"
        })
    });
    intents.collect()
}

#[test]
fn each_call_is_an_effect_and_names_what_people_know_by_name() {
    let desk = floor();
    let key = std::process::Command::new("ssh-keygen")
        .args([
            "-q", "-t", "ed25519", "-N", "", "-C", "alice", "-f", "alice",
        ])
        .current_dir(desk.path("."))
        .status();
    assert!(key.is_ok_and(|status| status.success()), "ssh-keygen");
    // Both verifiers look at what is sealed here.
    let signer = format!(
        "alice namespaces=\"runsheet-record@v1\" {}",
        desk.read("alice.pub")
    );
    desk.file("allowed_signers", signer);
    let said = desk.said("run names.md --key alice");
    assert!(said.contains("1 step: 1 passed"), "{said}");
    assert_data_eq!(
        sent(&desk),
        str![[r#"
network.set_name_label(one(net), "management")
network.set_name_description(
  ref("network", "management"), "VLAN 5, untagged")

"#]]
    );
    assert!(desk.said("run names.md").contains("1 step: 1 already"));
    desk.call("undo").success();
    assert_data_eq!(
        sent(&desk),
        str![[r#"
network.set_name_description(ref("network", "management"), "")
network.set_name_label(ref("network", "management"), "Pool-wide network associated with eth0")

"#]]
    );
    assert!(desk.said("run names.md").contains("1 step: 1 passed"));
}

#[test]
fn a_plan_shows_the_calls_one_by_one() {
    let shown = floor().said("plan names.md");
    let (plan, _) = shown
        .split_once("\nTargets")
        .expect("it ends with the targets");
    assert_data_eq!(
        plan,
        str![[r#"
Names (names.md, 1 step)

  Name the network  #name-the-network
    read on xen1-xapi, xapi:
      | net = network.get_by_name_label("Pool-wide network associated with eth0")
    run on xen1-xapi, xapi:
      | network.set_name_label(one(net), "management")
    run on xen1-xapi, xapi:
      | network.set_name_description(
      |   ref("network", "management"), "VLAN 5, untagged")
    check on xen1-xapi, xapi:
      | found = network.get_by_name_label("management")
      | text = network.get_name_description(one(found))
      ? found | length == 1
      ? text == "VLAN 5, untagged"
    undo on xen1-xapi, xapi:
      | network.set_name_description(ref("network", "management"), "")
    undo on xen1-xapi, xapi:
      | network.set_name_label(ref("network", "management"), "Pool-wide network associated with eth0")
    check after undo on xen1-xapi, xapi:
      | back = network.get_by_name_label("Pool-wide network associated with eth0")
      | text = network.get_name_description(one(back))
      ? text == ""

"#]]
    );
}

#[test]
fn only_the_call_that_did_not_arrive_is_sent_again() {
    let desk = floor();
    // So long that what is counted ends in the middle of it: all other calls are short.
    let long = format!("{}VLAN", "-".repeat(6000));
    let text = desk.read("names.md");
    let text = text.replace("\"VLAN {{", &format!("\"{long} {{{{"));
    desk.file(
        "names.md",
        text.replace("text == \"VLAN", &format!("text == \"{long}")),
    );
    desk.call("lab break reset xen1 after 9000").success();
    let said = desk.said("run names.md");
    assert!(said.contains("1 step: 1 passed"), "{said}");
    let calls = sent(&desk);
    assert_eq!(calls.matches("set_name_label").count(), 1, "{calls}");
    assert_eq!(calls.matches("set_name_description").count(), 2, "{calls}");
}

#[test]
fn what_is_refused_is_quoted_with_its_code() {
    let desk = floor();
    let text = desk.read("names.md");
    desk.file(
        "names.md",
        text.replace("set_name_label(one(net), ", "set_name_label(net, "),
    );
    let called = desk.call("run names.md").code(1);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Names
      failed  Name the network
              on xen1-xapi:
              refused  | network.set_name_label(net, "management")
              HANDLE_INVALID: network

Backing out 1 step (`names#name-the-network` failed)
Names
      undone  Name the network  (nothing was left to undo)

failed: `names#name-the-network` failed; 1 step taken back

"#]]
    );
}

#[test]
fn what_is_not_there_is_not_sent() {
    let desk = floor();
    let text = desk.read("names.md");
    desk.file(
        "names.md",
        text.replace(
            "ref(\"network\", \"management\"), \"VLAN",
            "ref(\"network\", \"managment\"), \"VLAN",
        ),
    );
    let called = desk.call("run names.md").code(1);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Names
      failed  Name the network
              on xen1-xapi:
              not sent | network.set_name_description(
              not sent |   ref("network", "managment"), "VLAN 5, untagged")
              there is no network with the name `managment`

Backing out 1 step (`names#name-the-network` failed)
Names
      undone  Name the network

failed: `names#name-the-network` failed; 1 step taken back

"#]]
    );
}

#[test]
fn a_host_that_restarts_is_logged_in_to_again() {
    let desk = floor();
    desk.file(
        "restart.md",
        "---\non: xen1-xapi\n---\n\n# Restart\n\n## Restart xen1\n\n\
         ```xapi run always undo=none reason=test timeout=2m\n\
         host.disable(ref(\"host\", \"xen1\"))\nhost.reboot(ref(\"host\", \"xen1\"))\n```\n\n\
         ```xapi check within=15m every=10s\non = host.get_enabled(ref(\"host\", \"xen1\"))\n```\n\n\
         ```assert\non\n```\n",
    );
    let said = desk.said("run restart.md");
    assert!(said.contains("1 step: 1 passed"), "{said}");
}

/// A network on the storage server, which joins the pool before a step fails.
const JOINED: &str = r#"---
on: storage-xapi
---

# Joined

## Make a network

```xapi run once
network.create({"name_label": "backup", "MTU": 1500, "other_config": {}, "tags": []})
```

```xapi check
found = network.get_by_name_label("backup")
```

```assert
found | length == 1
```

```xapi undo
network.destroy(ref("network", "backup"))
```

## Join the pool

```xapi run timeout=2m
pool.join("172.16.40.13", "root", "{{ secret.xen_root }}")
```

```xapi check on=xen1-xapi within=5m every=5s
found = host.get_by_name_label("storage")
metrics = host.get_metrics(one(found))
live = host_metrics.get_live(metrics)
```

```assert
live
```

```sh undo on=local
true
```

```sh check on=local after=undo
true
```

## Fail

```sh run on=local
false
```

```sh check on=local
false
```

```sh undo on=local
true
```
"#;

#[test]
fn what_a_member_of_a_pool_does_not_tell_is_not_taken_back() {
    let desk = floor();
    desk.file("joined.md", JOINED);
    let called = desk.call("run joined.md").code(3);
    let said = Desk::shown(&called);
    assert!(said.contains("stuck  Make a network"), "{said}");
    assert!(said.contains("only the master answers"), "{said}");
}

#[test]
fn an_undo_ends_at_the_call_of_a_fence_that_is_refused() {
    let desk = floor();
    desk.file(
        "undo.md",
        "---\non: xen1-xapi\n---\n\n# Undo\n\n## Make a network\n\n\
         ```xapi run once\nnetwork.create({\"name_label\": \"one\", \"MTU\": 1500, \"tags\": []})\n```\n\n\
         ```xapi check\nfound = network.get_by_name_label(\"one\")\n```\n\n\
         ```assert\nfound | length == 1\n```\n\n\
         ```xapi undo\n\
         host.disable(ref(\"host\", \"nobody\"))\n\
         network.remove_tags(\"OpaqueRef:gone\", \"x\")\n\
         network.destroy(ref(\"network\", \"Pool-wide network associated with eth0\"))\n\
         network.destroy(ref(\"network\", \"one\"))\n```\n",
    );
    assert!(desk.said("run undo.md").contains("1 step: 1 passed"));
    let said = Desk::shown(&desk.call("undo").code(3));
    // What is not there is passed over; a refusal is not.
    assert_data_eq!(
        sent(&desk),
        str![[r#"
host.disable(ref("host", "nobody"))
network.remove_tags("OpaqueRef:gone", "x")
network.destroy(ref("network", "Pool-wide network associated with eth0"))

"#]]
    );
    assert!(said.contains("stuck  Make a network"), "{said}");
}

#[test]
fn a_secret_that_is_too_short_to_hide_is_refused() {
    let desk = floor();
    desk.file(
        "short.md",
        "---\non: xen1-xapi\n---\n\n# Short\n\n## Use it\n\n\
         ```xapi read secret\nall = host.get_by_name_label(\"xen1\")\n\
         pin = host.get_hostname(one(all))\n```\n\n\
         ```sh run on=local undo=none reason=test\necho {{ pin }}\n```\n\n\
         ```sh check on=local\nfalse\n```\n",
    );
    let said = Desk::shown(&desk.call("run short.md").code(1));
    assert!(said.contains("fewer than 8 characters"), "{said}");
    assert_data_eq!(sent(&desk), str![""]);
}

#[test]
fn a_slip_of_the_pen_is_told_and_a_newer_server_may_know_better() {
    let desk = Desk::new();
    desk.file(
        "slips.md",
        "---\non: xen1-xapi\n---\n\n# Slips\n\n## Start it\n\n\
         ```xapi read\nvm = VM.get_by_name_label(\"x\")\nall = Pol.get_al()\n```\n\n\
         ```xapi run undo=none reason=test\nVM.strat(one(vm), false, false)\n\
         Async.VM.start(\"session\", one(vm), false, false)\nhost.evacuate()\n```\n\n\
         ```xapi check\nup = VM.get_all_records_where(\"true\")\n```\n\n```assert\nup\n```\n",
    );
    let called = desk.call("lint slips.md").success();
    let output = called.get_output();
    let said = [&output.stderr[..], &output.stdout].concat();
    assert_data_eq!(
        String::from_utf8_lossy(&said).into_owned(),
        str![[r#"
warning[unknown-call]: XenAPI has no class `Pol`
  --> slips.md:11:7
   |
11 | all = Pol.get_al()
   |       ^^^^^^^^^^
   |
   = help: did you mean `pool`?

warning[unknown-call]: the class `VM` has no message `strat`
  --> slips.md:15:1
   |
15 | VM.strat(one(vm), false, false)
   | ^^^^^^^^
   |
   = help: did you mean `start`?

warning[unknown-call]: `Async.VM.start` takes 3 arguments, and these are 4
  --> slips.md:16:1
   |
16 | Async.VM.start("session", one(vm), false, false)
   | ^^^^^^^^^^^^^^
   |
   = help: the session is implied

warning[unknown-call]: `host.evacuate` takes 1 to 3 arguments, and there is none
  --> slips.md:17:1
   |
17 | host.evacuate()
   | ^^^^^^^^^^^^^

1 runbook: 4 warnings, no error

"#]]
    );
}

#[test]
fn mistakes_are_found_before_anything_is_sent() {
    let desk = floor();
    desk.file(
        "wrong.md",
        "---\non: xen1-xapi\n---\n\n# Wrong\n\n## Step\n\n\
         ```xapi read\nVM.start(vm, false, false)\nsession.logout()\n```\n\n\
         ```xapi run\nx = network.create({\"name_label\": name})\n```\n\n\
         ```xapi check\nnetwork.get_all(\n```\n\n\
         ```xapi undo\nnetwork.destroy(x |)\nreboot\n```\n",
    );
    let called = desk.call("lint wrong.md").code(2);
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    assert_data_eq!(
        said,
        str![[r#"
error[look-that-changes]: a `read` must not change anything, and `VM.start` may
 --> wrong.md:9:4
  |
9 | ```xapi read
  |    ^^^^^^^^^

error[undefined-name]: nothing gives `vm` a value
  --> wrong.md:10:10
   |
10 | VM.start(vm, false, false)
   |          ^^
   |
   = help: declare it under `vars:` in the front matter or in an inventory (`-i FILE`: none is named), or bind it with `capture=vm`

error[bad-call]: `session.logout` is not for runbooks: the driver logs in and out
  --> wrong.md:11:1
   |
11 | session.logout()
   | ^^^^^^^^^^^^^^

error[repeatable-creation]: sent twice, this call makes two objects
  --> wrong.md:15:5
   |
15 | x = network.create({"name_label": name})
   |     ^^^^^^^^^^^^^^
   |
   = help: mark the fence `once`, or look the object up by name in a `read` or `check`

error[undefined-name]: nothing gives `name` a value
  --> wrong.md:15:35
   |
15 | x = network.create({"name_label": name})
   |                                   ^^^^
   |
   = help: declare it under `vars:` in the front matter or in an inventory (`-i FILE`: none is named), or bind it with `capture=name`

error[bad-call]: this bracket is never closed
  --> wrong.md:19:16
   |
19 | network.get_all(
   |                ^
   |
   = help: close it with `)`

error[bad-call]: `reboot` is no call
  --> wrong.md:24:1
   |
24 | reboot
   | ^^^^^^
   |
   = help: write `Class.message(arguments)`, or `name = Class.message(arguments)`

7 errors found; nothing was sent

"#]]
    );
}

#[test]
fn an_argument_s_value_may_hold_braces() {
    let desk = floor();
    desk.file(
        "braces.md",
        "# A\n\n## B\n\n```xapi check on=xen1-xapi\n\
         a = network.get_by_name_label(\"{{ \"}}\" }}\")\n\
         b = network.get_by_name_label({{ {\"a\": {\"b\": \"c\"}} }})\n```\n",
    );
    desk.call("lint braces.md").success();
    let plan = desk.said("plan braces.md");
    assert!(plan.contains("network.get_by_name_label(\"}}\")"), "{plan}");
    assert!(plan.contains("{\"a\":{\"b\":\"c\"}}"), "{plan}");
}

#[test]
fn a_call_does_not_stand_in_another() {
    let desk = floor();
    desk.file(
        "nested.md",
        "# A\n\n## B\n\n```xapi check on=xen1-xapi\nhost.get_record(one(host.get_all()))\n```\n",
    );
    desk.call("lint nested.md").code(2).stderr_eq(str![[r#"
error[bad-call]: a call can't stand in another one
 --> nested.md:6:21
  |
6 | host.get_record(one(host.get_all()))
  |                     ^^^^^^^^^^^^
  |
  = help: make it a line of its own before, `name = …`, and write the name here

1 error found; nothing was sent

"#]]);
}

#[test]
fn a_login_that_is_refused_is_known_as_such() {
    let desk = floor();
    desk.file(
        "refused.md",
        "---\non: xen1-xapi\n---\n\n# Refused\n\n## Nobody is let in\n\n```xapi check refused\npool.get_all()\n```\n",
    );
    let called = desk.call("run refused.md").code(1);
    assert!(
        Desk::shown(&called).contains("`xen1-xapi` accepted our login, it should have refused it")
    );
    desk.call("lab break password xen1").success();
    desk.call("run refused.md").success();
}

#[test]
fn a_task_that_may_still_go_on_is_not_started_twice() {
    let desk = floor();
    desk.file(
        "slow.md",
        "---\non: xen1-xapi\n---\n\n# Slow\n\n## Make a network\n\n\
         ```xapi run undo=none reason=test timeout=1s\n\
         Async.network.create({\"name_label\": \"slowly\", \"name_description\": \"\", \"MTU\": 1500, \
         \"other_config\": {}, \"tags\": []})\n```\n\n\
         ```xapi check\nmade = network.get_by_name_label(\"slowly\")\n```\n\n```assert\nmade | length == 2\n```\n",
    );
    // What it says of two never holds, so that nothing but caution keeps it from another try.
    desk.call("run slow.md").code(3);
    assert_eq!(sent(&desk).matches("Async.network.create").count(), 1);
}

#[test]
fn what_a_device_keeps_secret_is_not_bound_in_the_journal() {
    let desk = floor();
    desk.file(
        "chap.md",
        "---\non: xen1-xapi\n---\n\n# CHAP\n\n## Set it\n\n```xapi read\npools = pool.get_all()\n```\n\n\
         ```xapi run undo=none reason=test\n\
         pool.add_to_other_config(one(pools), \"chappassword\", \"hunter2hunter2\")\n```\n\n\
         ```xapi check\nset = pool.get_other_config(one(pools))\n```\n\n```assert\nset.chappassword is defined\n```\n",
    );
    desk.call("run chap.md").success();
    let shown = desk.said("show --json lab-1-0002");
    // What the runbook itself says is not a device's secret; what came back is.
    let came = shown
        .lines()
        .filter(|line| line.contains("\"event\":\"looked\""));
    let came: Vec<&str> = came.collect();
    assert!(
        came.iter()
            .any(|line| line.contains("\"withheld\":[\"set\"]")),
        "{came:?}"
    );
    assert!(
        !came.iter().any(|line| line.contains("hunter2")),
        "{came:?}"
    );
}

#[test]
fn a_host_is_known_by_the_serial_number_of_its_machine() {
    let desk = floor();
    let label = desk.said("lab technician read xen1");
    let mut lines = label.lines();
    let serial = lines.find_map(|line| line.strip_prefix("serial: "));
    desk.call("run names.md").success();
    let shown = desk.said("show --json lab-1-0002");
    let seen = format!(
        "\"serials\":[\"{}\"]",
        serial.expect("it stands on its label")
    );
    assert!(shown.contains(&seen), "{shown}");
}

#[test]
fn a_member_of_a_pool_says_whom_to_ask() {
    let desk = floor();
    desk.file(
        "names.md",
        desk.read("names.md").replace("on: xen1", "on: xen2"),
    );
    let called = desk.call("run names.md").code(1);
    assert_data_eq!(
        Desk::shown(&called),
        str![[r#"
Names
     stopped  Name the network
              on xen2-xapi: net = network.get_by_name_label("Pool-wide network associated with eth0")
              the device answered with an error: HOST_IS_SLAVE: 172.16.40.13: it is a member of a pool, and only the master answers

failed: stopped at `names#name-the-network`

"#]]
    );
}

#[test]
fn a_name_that_two_have_names_neither() {
    let desk = floor();
    desk.file(
        "two.md",
        format!(
            "---\non: xen1-xapi\n---\n\n# Two\n\n## Two of one name\n\n\
             ```xapi run undo=none reason=test\n\
             network.set_name_label(ref(\"network\", \"{CARD}\"), \"same\")\n\
             network.set_name_label(ref(\"network\", \"Pool-wide network associated with eth1\"), \"same\")\n```\n\n\
             ```xapi check\nall = network.get_by_name_label(\"same\")\n```\n\n```assert\nall | length == 2\n```\n\n\
             ## Which\n\n```xapi check\nnetwork.get_record(ref(\"network\", \"same\"))\n```\n"
        ),
    );
    // And what it changed has no undo.
    let called = desk.call("run two.md").code(3);
    let shown = Desk::shown(&called);
    assert!(
        shown.contains("there are 2 objects of the class network with the name `same`"),
        "{shown}"
    );
}
