use super::*;

#[test]
fn a_target_that_does_not_exist() {
    assert_data_eq!(
        shown("---\non: stak\n---\n\n# A\n\n```ios check\nshow clock\n```\n"),
        str![[r#"
error[unknown-target]: no target or group is called `stak`
 --> change.md:2:5
  |
2 | on: stak
  |     ^^^^
  |
  = help: did you mean `stack`?

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check on=nowhere\ntrue\n```\n"),
        str![[r#"
error[unknown-target]: no target or group is called `nowhere`
 --> change.md:3:16
  |
3 | ```sh check on=nowhere
  |                ^^^^^^^
  |
  = help: the inventory has `local`, `stack`, `stack-console`, `xen1`, `xen2` and `hosts`

"#]]
    );
}

#[test]
fn a_fence_without_a_target() {
    assert_data_eq!(
        shown("# A\n\n```ios check\nshow clock\n```\n"),
        str![[r#"
error[no-target]: this fence does not say which target it runs on
 --> change.md:3:4
  |
3 | ```ios check
  |    ^^^^^^^^^
  |
  = help: add `on=TARGET`, or `on: TARGET` in the front matter

"#]]
    );
}

#[test]
fn a_target_that_speaks_another_language() {
    assert_data_eq!(
        shown("# A\n\n```ios check on=hosts\nshow clock\n```\n"),
        str![[r#"
error[wrong-language]: `xen1` does not run `ios` fences
 --> change.md:3:4
  |
3 | ```ios check on=hosts
  |    ^^^^^^^^^
  |
  = help: its driver runs `sh`, `file`, `xapi` and `probe`

"#]]
    );
}

#[test]
fn a_target_that_gives_no_terminal() {
    assert_data_eq!(
        shown("# A\n\n```sh check tty\ntop\n```\n"),
        str![[r#"
error[no-terminal]: a command on `local` can't be given a terminal
 --> change.md:3:4
  |
3 | ```sh check tty
  |    ^^^^^^^^
  |
  = help: `tty` needs a target that is reached over SSH

"#]]
    );
    assert_eq!(shown("# A\n\n```sh check tty on=hosts\ntop\n```\n"), "");
}

#[test]
fn a_runbook_that_does_not_exist() {
    assert_data_eq!(
        shown("---\nneeds: [switch-stak]\n---\n"),
        str![[r#"
error[unknown-runbook]: no runbook is called `switch-stak`
 --> change.md:2:9
  |
2 | needs: [switch-stak]
  |         ^^^^^^^^^^^
  |
  = help: did you mean `switch-stack`?

"#]]
    );
}

#[test]
fn a_step_that_does_not_exist() {
    let step = |toward: &str| {
        shown(&format!(
            "# Alpha\n\n```sh run toward={toward} undo=none reason=\"x\"\ntrue\n```\n\n```sh check\ntrue\n```\n\n# Beta\n\n```sh check\ntrue\n```\n"
        ))
    };
    assert_data_eq!(step("beta"), str![""]);
    assert_data_eq!(step("switch-stack#anything"), str![""]);
    assert_data_eq!(
        step("betta"),
        str![[r#"
error[unknown-step]: `change` has no step `betta`
 --> change.md:3:18
  |
3 | ```sh run toward=betta undo=none reason="x"
  |                  ^^^^^
  |
  = help: did you mean `beta`?

"#]]
    );
    assert_data_eq!(
        step("alpha"),
        str![[r#"
error[toward-itself]: a step cannot serve itself
 --> change.md:3:18
  |
3 | ```sh run toward=alpha undo=none reason="x"
  |                  ^^^^^
  |
  = help: name the later step whose check also covers this one

"#]]
    );
    assert_data_eq!(
        step("nothing#beta"),
        str![[r#"
error[unknown-runbook]: no runbook is called `nothing`
 --> change.md:3:18
  |
3 | ```sh run toward=nothing#beta undo=none reason="x"
  |                  ^^^^^^^^^^^^
  |
  = help: a runbook is named after its file, without number and `.md`

"#]]
    );
}

/// The order of files given as (name, needs), or what is wrong with it.
fn ordered(files: &[(&str, &str)]) -> String {
    let runbooks: Vec<_> = files
        .iter()
        .map(|(path, needs)| {
            parse(Source::new(*path, format!("---\nneeds: {needs}\n---\n"))).runbook
        })
        .collect();
    match order(&runbooks) {
        Ok(order) => order.iter().map(|&i| format!("{}\n", files[i].0)).collect(),
        Err(found) => render(&found, ColorChoice::Never),
    }
}

#[test]
fn runbooks_run_after_what_they_need_and_else_by_file_name() {
    assert_data_eq!(
        ordered(&[
            ("03-c.md", "[]"),
            ("01-a.md", "[d, c]"),
            ("02-b.md", "04-d"),
            ("04-d.md", "[]")
        ]),
        str![[r#"
04-d.md
03-c.md
01-a.md
02-b.md

"#]]
    );
}

#[test]
fn runbooks_that_need_each_other() {
    assert_data_eq!(
        ordered(&[("1-a.md", "[b]"), ("2-b.md", "[c]"), ("3-c.md", "[b]")]),
        str![[r#"
error[circular-needs]: these runbooks need each other in a circle: `b` → `c` → `b`
 --> 2-b.md:2:9
  |
2 | needs: [c]
  |         ^
  |
  = help: a runbook can only need what is done before it; remove one of the needs

"#]]
    );
    assert_data_eq!(
        ordered(&[("a.md", "[a]")]),
        str![[r#"
error[circular-needs]: `a` needs itself
 --> a.md:2:9
  |
2 | needs: [a]
  |         ^
  |
  = help: a runbook can only need what is done before it; remove one of the needs

"#]]
    );
}

#[test]
fn runbooks_with_one_name() {
    assert_data_eq!(
        ordered(&[("01-a.md", "[]"), ("02-a.md", "[]")]),
        str![[r#"
error[same-name]: `01-a.md` is called `a` too
 --> 02-a.md:1:1
  |
1 | ---
  | ^
  |
  = help: rename one of the files: `needs` goes by the name without its number

"#]]
    );
}

#[test]
fn this_machine_where_the_inventory_does_not_list_it() {
    let mut known = known();
    let local = known.targets.get_mut("local").expect("it is there");
    local.implied = true;
    let one = "# A\n\n```sh run undo=none reason=\"a test\"\ntrue\n```\n\n\
               ```sh check on=xen1\ntrue\n```\n";
    assert_data_eq!(
        shown_where(&known, one),
        str![[r#"
warning[implied-target]: this fence runs on this machine, `local`, which the inventory does not list
 --> change.md:3:4
  |
3 | ```sh run undo=none reason="a test"
  |    ^^^^^^
  |
  = help: add `on=TARGET`, or `on: TARGET` in the front matter; if this machine is meant, add `local: {driver: local}` to the inventory

"#]]
    );
    let more = "# A\n\n```file run path=x undo=none reason=\"a test\"\ny\n```\n\n\
                ```sh check\ntrue\n```\n\n```sh check\ntrue\n```\n";
    assert_data_eq!(
        shown_where(&known, more),
        str![[r#"
warning[implied-target]: this fence runs on this machine, `local`, which the inventory does not list
 --> change.md:3:4
  |
3 | ```file run path=x undo=none reason="a test"
  |    ^^^^^^^^ and so do 2 more
  |
  = help: add `on=TARGET`, or `on: TARGET` in the front matter; if this machine is meant, add `local: {driver: local}` to the inventory

"#]]
    );
    for named in ["on=local ", "on=xen1 "] {
        let named = one.replace("sh run ", &format!("sh run {named}"));
        assert_data_eq!(shown_where(&known, &named), str![""]);
    }
    assert_data_eq!(
        shown_where(&known, &format!("---\non: local\n---\n\n{more}")),
        str![""]
    );
}

#[test]
fn a_target_that_the_lab_does_not_have() {
    let lab = Known {
        lab: true,
        ..known()
    };
    let site = "---\non: webs\n---\n\n# A\n\n```sh check\nls {{ root }}\n```\n\n\
                ```sh check on=webs\nls {{ root }}/a {{ root }}/b\n```\n\n\
                ```sh check on=xen9\ntrue\n```\n";
    assert_data_eq!(
        shown_where(&lab, site),
        str![[r#"
error[unknown-target]: no target or group is called `webs`
 --> change.md:2:5
  |
2 | on: webs
  |     ^^^^ also in line 11
  |
  = help: no inventory is named (`-i FILE`), so the lab's targets are meant: `local`, `stack`, `stack-console`, `xen1`, `xen2` and `hosts`

error[undefined-name]: nothing gives `root` a value
 --> change.md:8:7
  |
8 | ls {{ root }}
  |       ^^^^ also in line 12
  |
  = help: declare it under `vars:` in the front matter or in an inventory (`-i FILE`: none is named), or bind it with `capture=root`

error[unknown-target]: no target or group is called `xen9`
  --> change.md:15:16
   |
15 | ```sh check on=xen9
   |                ^^^^
   |
   = help: did you mean `xen1`?

"#]]
    );
}
