//! Steps on several targets at once.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// Three targets that are this machine, each with a name of its own.
fn three() -> Desk {
    let desk = Desk::new();
    desk.file(
        "inventory.yaml",
        "targets:\n  a: {driver: local}\n  b: {driver: local}\n  c: {driver: local}\n\
         groups:\n  all: [a, b, c]\n",
    );
    desk
}

fn book(run: &str, attributes: &str) -> String {
    format!(
        "# Three at once\n\n## Mark\n\n```sh run on=all timeout=20s {attributes}\n{run}\n```\n\n\
         ```sh check on=all\ntest -e done.{{{{ target.name }}}}\n```\n\n\
         ```sh undo on=all\nrm -f done.{{{{ target.name }}}}\necho {{{{ target.name }}}} >> undone\n```\n"
    )
}

const RUN: &str = "run -i inventory.yaml change.md";

#[test]
fn the_targets_of_a_group_work_at_once() {
    let desk = three();
    // Nobody is done before everybody has begun.
    let run = "touch begun.{{ target.name }}\n\
               until test -e begun.a -a -e begun.b -a -e begun.c; do sleep 0.02; done\n\
               touch done.{{ target.name }}";
    desk.file("change.md", book(run, ""));
    let said = desk.said(RUN);
    assert!(said.contains("done: 3 steps: 3 passed"), "{said}");
}

#[test]
fn no_more_of_them_than_serial_says() {
    let desk = three();
    let run = "mkdir busy.{{ target.name }}\n\
               ls -d busy.* | wc -l >> seen\n\
               sleep 0.2\n\
               rmdir busy.{{ target.name }}\n\
               touch done.{{ target.name }}";
    for (serial, most) in [("serial=1", 1), ("serial=2", 2)] {
        desk.file("change.md", book(run, serial));
        desk.said(RUN);
        let seen = desk.read("seen");
        let seen: Vec<usize> = seen
            .lines()
            .map(|line| line.trim().parse().expect("a number"))
            .collect();
        assert_eq!(seen.len(), 3);
        assert_eq!(seen.into_iter().max(), Some(most), "{serial}");
        desk.call("undo -i inventory.yaml").success();
        std::fs::remove_file(desk.path("seen")).expect("it is there");
    }
}

#[test]
fn one_that_fails_lets_those_under_way_end_and_all_are_taken_back() {
    let desk = three();
    let run = "touch begun.{{ target.name }}\n\
               until test -e begun.a -a -e begun.b -a -e begun.c; do sleep 0.02; done\n\
               test {{ target.name }} != b || { echo no room on b >&2; exit 4; }\n\
\
               touch done.{{ target.name }}";
    desk.file("change.md", book(run, ""));
    let output = desk.call(RUN).code(1);
    let said = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    // Who of a and c is through first is a matter of luck.
    let (forth, back) = said.split_once("Backing out").expect("it is taken back");
    let at = forth.find("      failed").expect("b fails");
    let failed = &forth[at..];
    assert!(forth.contains("passed  Mark [a]"), "{said}");
    assert!(forth.contains("passed  Mark [c]"), "{said}");
    assert_data_eq!(
        failed
            .split("      passed")
            .next()
            .unwrap_or_default()
            .trim_end(),
        str![[r#"
      failed  Mark [b]
              on b:
                       | touch begun.b
                       | until test -e begun.a -a -e begun.b -a -e begun.c; do sleep 0.02; done
                       | test b != b || { echo no room on b >&2; exit 4; }
                       | touch done.b
              exit status 4 instead of 0: no room on b
"#]]
    );
    assert!(back.contains("3 steps taken back"), "{said}");
    let undone = desk.read("undone");
    let mut undone: Vec<&str> = undone.lines().collect();
    undone.sort();
    assert_eq!(undone, ["a", "b", "c"]);
}

#[test]
fn what_is_the_same_on_every_target_is_shown_once() {
    let desk = three();
    // Each waits a while longer than the one before it, so that the order is the same each time.
    desk.file(
        "change.md",
        "# Three at once\n\n## Mark\n\n```sh run on=all\n\
         case {{ target.name }} in b) sleep 0.4; echo old;; c) sleep 0.8;; esac > version.{{ target.name }}\n\
         ```\n\n\
         ```sh check on=all\ncat version.{{ target.name }}\n```\n\n\
         ```expect\nnew\n```\n\n\
         ```sh undo on=all\nrm -f version.{{ target.name }}\n```\n",
    );
    desk.call("run -i inventory.yaml change.md --on-failure stop")
        .code(1)
        .stdout_eq(str![[r#"
Three at once
      failed  Mark [a]
              on a: cat version.a
              there is no output
                expected | actual
              > new      |
      failed  Mark [b]
              on b: cat version.b
              line 1 of the excerpt is not in the output
                expected | actual
              > new      | old
      failed  Mark [c]
              on c: cat version.c
              the same as on a

failed: `change#mark@a` failed; nothing was taken back
run: .runsheet/runs/[..]

"#]]);
}

#[test]
fn with_serial_a_failure_keeps_the_rest_from_beginning() {
    let desk = three();
    let run = "echo {{ target.name }} >> begun\n\
               test {{ target.name }} != b\n\
               touch done.{{ target.name }}";
    desk.file(
        "change.md",
        book(&run.replace("!= b", "!= b || exit 4"), "serial=1"),
    );
    let output = desk.call(RUN).code(1);
    let said = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert_eq!(desk.read("begun"), "a\nb\n", "{said}");
    assert_eq!(desk.read("undone"), "b\na\n", "{said}");
}

#[test]
fn what_each_target_gets_is_in_the_plan_and_is_what_it_gets() {
    let desk = Desk::new();
    desk.file(
        "inventory.yaml",
        "targets:\n  a: {driver: local, vars: {port: 13}}\n  b: {driver: local, vars: {port: 14}}\n\
         groups:\n  both: [a, b]\n",
    );
    desk.file(
        "change.md",
        "# Ports\n\n## Note\n\n```sh run on=both\necho {{ target.port }} > {{ target.name }}\n```\n\n\
         ```sh check on=both\ncat {{ target.name }}\n```\n\n```expect\n{{ target.port }}\n```\n\n\
         ```sh undo on=both\nrm -f {{ target.name }}\n```\n",
    );
    desk.call("plan -i inventory.yaml change.md")
        .success()
        .stdout_eq(str![[r#"
Ports (change.md, 1 step)

  Note  #note
    run on a, b, sh:
      [a]
      | echo 13 > a
      [b]
      | echo 14 > b
    check on a, b, sh:
      [a]
      | cat a
      = 13
      [b]
      | cat b
      = 14
    undo on a, b, sh:
      [a]
      | rm -f a
      [b]
      | rm -f b

Targets
  a: local
  b: local

"#]]);
    desk.call(RUN).success();
    assert_eq!(
        (desk.read("a"), desk.read("b")),
        ("13\n".into(), "14\n".into())
    );
}

#[test]
fn a_run_of_which_one_target_failed_and_another_could_not_be_looked_at_is_over() {
    let desk = three();
    let text = book("test {{ target.name }} = a && exit 1", "").replace(
        "```sh check",
        "```sh read on=all\ntest {{ target.name }} = a || test -e allowed\n```\n\n```sh check",
    );
    desk.file("change.md", format!("---\non-failure: stop\n---\n\n{text}"));
    let called = desk.call(RUN).code(1);
    let said = Desk::shown(&called);
    assert!(said.contains("failed  Mark [a]"), "{said}");
    assert!(said.contains("stopped  Mark [b]"), "{said}");
    desk.file("allowed", "");
    let id = desk.said("show");
    let id = id.split(' ').next().expect("an id");
    let journal = format!(".runsheet/runs/{id}/journal.jsonl");
    let before = desk.read(&journal);
    let called = desk.call(&format!("resume -i inventory.yaml {id}")).code(2);
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    assert_eq!(
        said,
        format!("error: run {id} has ended; there is nothing to go on with\n")
    );
    assert_eq!(desk.read(&journal), before, "nothing was written");
}

#[test]
fn a_target_of_which_nobody_knows_is_not_forgotten_for_one_that_failed() {
    let desk = three();
    let run = "echo charge >> log.{{ target.name }}\n\
               case {{ target.name }} in a) ;; b) sleep 30 ;; c) until test -e log.b; do sleep 0.02; done ;; esac";
    desk.file(
        "change.md",
        book(run, "once").replace("timeout=20s", "timeout=1s"),
    );
    // a and c say yes and are not done; of b nobody knows.
    let called = desk.call(RUN).code(3);
    assert!(Desk::shown(&called).contains("needs a decision"));
    for _ in 0..2 {
        let called = desk.call("resume --unattended -i inventory.yaml").code(3);
        let said = Desk::shown(&called);
        assert!(said.contains("needs a decision"), "{said}");
    }
    assert!(!desk.path("undone").exists(), "nobody was asked");
    for target in ["a", "b", "c"] {
        assert_eq!(desk.read(&format!("log.{target}")), "charge\n");
    }
}
