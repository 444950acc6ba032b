//! Targets that are watched while a step does its work.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// The floor of the chapters before the bonds, so that a host depends on one cable, and a runbook
/// of drills on it.
fn floor() -> Desk {
    let desk = Desk::with_runbooks();
    desk.call("run runbooks --until join-xen2").success();
    desk.file("drills.md", include_str!("probe/drills.md"));
    desk
}

#[test]
fn what_a_probe_saw_is_told_and_decides() {
    let desk = floor();
    let drills = desk.call("run drills.md").code(1);
    assert_data_eq!(
        Desk::shown(&drills),
        str![[r#"
Pull a cable
      passed  The spare one
      passed  The only one that is used
      failed  A switch that nobody pulled
              on stack: ping
              `stack` left 60 of 73 tries unanswered, and may leave 3

Backing out 3 steps (`drills#a-switch-that-nobody-pulled` failed)
Pull a cable
      undone  A switch that nobody pulled  (nothing to take back: it is plugged in again)
      undone  The only one that is used  (nothing to take back: it is plugged in again)
      undone  The spare one  (nothing to take back: the next step plugs it in)

failed: `drills#a-switch-that-nobody-pulled` failed; 3 steps taken back

"#]]
    );
    let told = desk.said("report lab-1-0002 --format md");
    let words = ["tries every", "answered", "lost"];
    let is_timeline =
        |line: &&str| words.iter().any(|word| line.contains(word)) && !line.contains('`');
    let timelines: Vec<&str> = told.lines().filter(is_timeline).collect();
    assert_data_eq!(
        timelines.join("\n"),
        str![[r#"
21 tries every 0.5 s, 0 lost, longest gap 0.0 s
   0.0 s    21 answered
11 tries every 1.0 s, 0 lost, longest gap 0.0 s
   0.0 s    11 answered
73 tries every 0.5 s, 60 lost, longest gap 30.0 s
   0.0 s    60 lost
  30.0 s    13 answered
73 tries every 0.5 s, 0 lost, longest gap 0.0 s
   0.0 s    73 answered
73 tries every 0.5 s, 60 lost, longest gap 30.0 s
   0.0 s    60 lost
  30.0 s    13 answered
"#]]
    );

    desk.call("report lab-1-0002 --format html").success();
    let page = desk.said("report lab-1-0002 --format html");
    assert_eq!(page.matches("<svg class=\"timeline\"").count(), 5);
    assert!(page.contains("<rect class=\"lost\" x=\""));
}

#[test]
fn with_a_bond_either_cable_may_be_pulled_and_nothing_is_lost() {
    let desk = Desk::with_runbooks();
    desk.call("run runbooks").success();
    let pull = |nic: &str, port: &str| {
        format!(
            "## Pull {nic}\n\n```manual run on=floor always undo=none reason=\"it is plugged in again\" \
             lab=\"unplug xen1:{nic}\"\nPull it.\n```\n\n\
             ```manual run on=floor always undo=none reason=\"it is in\" \
             lab=\"plug xen1:{nic} {port}\"\nPlug it in.\n```\n\n\
             ```ios check on=stack within=2m every=1s for=5s\n\
             show etherchannel 1 summary | include Po1\n```\n\n\
             ```assert\nstdout is matching(\"13\\\\(P\\\\).*13\\\\(P\\\\)\")\n```\n\n\
             ```probe check on=xen1 every=500ms max-lost=0\nping\n```\n\n"
        )
    };
    let (first, second) = (pull("nic1", "sw1:13"), pull("nic2", "sw2:13"));
    desk.file("pull.md", format!("# Pull\n\n{first}{second}").as_str());
    let ran = desk.call("run pull.md").success();
    assert_data_eq!(
        Desk::shown(&ran),
        str![[r#"
Pull
      passed  Pull nic1
      passed  Pull nic2

done: 2 steps: 2 passed

"#]]
    );
}

#[test]
fn a_plan_shows_what_is_watched() {
    let desk = Desk::with_runbooks();
    desk.file("drills.md", include_str!("probe/drills.md"));
    let plan = desk.said("plan drills.md");
    let watched: Vec<&str> = plan
        .lines()
        .filter(|line| line.contains("watch on"))
        .collect();
    assert_data_eq!(
        watched.join("\n"),
        str![[r#"
    watch on xen1, probe (every 500ms):
    watch on xen1, probe (every 1s, at most 0 lost):
    watch on xen1, probe (every 500ms, no gap over 120s):
    watch on stack, probe (every 500ms):
    watch on stack, probe (every 500ms, at most 3 lost):
"#]]
    );
}

#[test]
fn what_is_expected_of_a_probe_is_judged_too() {
    let desk = floor();
    let text = "# Look\n\n## Look\n\n```sh check on=xen1 for=3s every=1s\nhostname\n```\n\n\
        ```probe check on=xen1 every=1s\nping\n```\n\n```expect\n9 tries every 1.0 s[..]\n```\n";
    desk.file("look.md", text);
    let looked = desk.call("run look.md").code(1);
    assert_data_eq!(
        Desk::shown(&looked),
        str![[r#"
Look
      failed  Look
              on xen1: ping
              line 1 of the excerpt is not in the output
                expected                | actual
              > 9 tries every 1.0 s[..] | 4 tries every 1.0 s, 0 lost, longest gap 0.0 s
                                        |    0.0 s     4 answered

failed: `look#look-1` failed; nothing was sent

"#]]
    );
}

#[test]
fn a_probe_is_left_out_of_what_is_looked_at_before() {
    let desk = floor();
    // What it does was done before, so that nothing is done that could be watched.
    desk.file(
        "once.md",
        r#"# Plug a cable in

## The spare one

```manual run on=floor lab="plug xen1:nic2 sw2:13"
Plug the second cable of xen1 in.
```

```sh check on=xen1
hostname
```

```probe check on=xen1 max-lost=0
tcp
```

```manual undo on=floor lab="unplug xen1:nic2"
Pull it out again.
```
"#,
    );
    let ran = desk.call("run once.md").success();
    assert_data_eq!(
        Desk::shown(&ran),
        str![[r#"
Plug a cable in
     already  The spare one

done: 1 step: 1 already

"#]]
    );
}
