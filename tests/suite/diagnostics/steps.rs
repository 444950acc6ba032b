use super::*;

#[test]
fn an_effect_without_check_or_undo() {
    assert_data_eq!(
        shown("# A\n\n```sh run\ntrue\n```\n"),
        str![[r#"
error[no-undo]: the step `a` does not say how it is taken back
 --> change.md:3:4
  |
3 | ```sh run
  |    ^^^^^^
  |
  = help: add a `sh undo` fence, or say why there is none: `undo=none reason="…"`

error[run-without-check]: nothing checks what the step `a` does
 --> change.md:3:4
  |
3 | ```sh run
  |    ^^^^^^
  |
  = help: add a `sh check` fence that says what must hold afterwards; a step that is done for its own sake is marked `always`

"#]]
    );
}

#[test]
fn an_effect_that_must_not_be_repeated_but_cannot_be_seen() {
    let runbook = "# A\n\n```sh run once undo=none reason=\"x\"\ntrue\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[once-without-check]: without a check nobody can tell whether this effect has happened
 --> change.md:3:11
  |
3 | ```sh run once undo=none reason="x"
  |           ^^^^
  |
  = help: add a check, so that an interrupted run can look instead of repeating it

"#]]
    );
}

#[test]
fn an_undo_without_effect() {
    assert_data_eq!(
        shown("# A\n\n```sh undo\ntrue\n```\n"),
        str![[r#"
error[undo-without-run]: the step `a` has an undo, but no effect to take back
 --> change.md:3:4
  |
3 | ```sh undo
  |    ^^^^^^^
  |
  = help: an undo belongs to a `run` under the same heading

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check after=undo\ntrue\n```\n"),
        str![[r#"
error[after-without-undo]: the step `a` has no undo that this could check
 --> change.md:3:13
  |
3 | ```sh check after=undo
  |             ^^^^^^^^^^
  |
  = help: add an `undo` fence under the same heading

"#]]
    );
}

#[test]
fn an_undo_that_should_not_exist() {
    let runbook = "# A\n\n```sh run undo=none reason=\"x\"\ntrue\n```\n\n```sh check\ntrue\n```\n\n```sh undo\ntrue\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[contradicting-undo]: this says that there is no undo, but the step has one
  --> change.md:3:11
   |
 3 | ```sh run undo=none reason="x"
   |           ^^^^^^^^^
...
11 | ```sh undo
   |    ------- here
   |
   = help: remove one of the two

"#]]
    );
}

#[test]
fn two_steps_with_one_name() {
    let step = "## Same name\n\n```sh check\ntrue\n```\n\n";
    assert_data_eq!(
        shown(&step.repeat(2)),
        str![[r#"
error[duplicate-id]: two steps have the id `same-name`
 --> change.md:7:1
  |
1 | ## Same name
  | ------------ the first one
...
7 | ## Same name
  | ^^^^^^^^^^^^
  |
  = help: word the heading differently, or give it an id of its own: `{#other-id}`

"#]]
    );
    let explicit =
        "## One {#x}\n\n```sh check\ntrue\n```\n\n## Two {#x}\n\n```sh check\ntrue\n```\n";
    assert_data_eq!(
        shown(explicit),
        str![[r#"
error[duplicate-id]: two steps have the id `x`
 --> change.md:7:1
  |
1 | ## One {#x}
  | ----------- the first one
...
7 | ## Two {#x}
  | ^^^^^^^^^^^
  |
  = help: word the heading differently, or give it an id of its own: `{#other-id}`

"#]]
    );
}

#[test]
fn steps_with_ids_of_their_own_may_share_a_title() {
    let step = |id: u8| format!("## Check {{#check-{id}}}\n\n```sh check\ntrue\n```\n\n");
    assert_data_eq!(shown(&(step(1) + &step(2))), str![""]);
}

#[test]
fn sections_that_are_no_steps_may_share_a_name() {
    assert_data_eq!(
        shown("## Notes\n\n## Notes\n\n## A\n\n```sh check\ntrue\n```\n"),
        str![""]
    );
}

#[test]
fn rows_without_a_table() {
    assert_data_eq!(
        shown("# A\n\n```sh check each=row\necho {{ row.name }}\n```\n"),
        str![[r#"
error[each-without-table]: the section `a` has no table to take rows from
 --> change.md:3:13
  |
3 | ```sh check each=row
  |             ^^^^^^^^
  |
  = help: put a Markdown table under this heading

"#]]
    );
    let table = "# A\n\n| name |\n|---|\n| x |\n\n```sh check each=row\necho {{ row.name }}\n```\n";
    assert_data_eq!(shown(table), str![""]);
}

#[test]
fn a_call_that_would_make_a_second_object() {
    let runbook = "# A\n\n```xapi run on=xen1 undo=none reason=\"x\"\nnet = network.create({\"name_label\": \"Data\"})\n```\n\n```xapi check on=xen1\nnetwork.get_record(\"x\")\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[repeatable-creation]: sent twice, this call makes two objects
 --> change.md:4:7
  |
4 | net = network.create({"name_label": "Data"})
  |       ^^^^^^^^^^^^^^
  |
  = help: mark the fence `once`, or look the object up by name in a `read` or `check`

"#]]
    );
}

#[test]
fn rows_that_are_not_told_apart() {
    let table = "# A\n\n| name | port |\n|---|---|\n| x | 1 |\n| `x` | 2 |\n|  | 3 |\n\n\
         ```sh check each=row\necho {{ row.name }}\n```\n";
    assert_data_eq!(
        shown(table),
        str![[r#"
error[duplicate-row]: two rows begin with `x`, and `each=` knows rows by their first cell
 --> change.md:6:1
  |
5 | | x | 1 |
  | --------- the first is here
6 | | `x` | 2 |
  | ^^^^^^^^^^^ this one would never be done
  |
  = help: put a column in front whose cells all differ

error[row-without-name]: the first cell of this row is empty, and `each=` knows rows by it
 --> change.md:7:1
  |
7 | |  | 3 |
  | ^^^^^^^^
  |
  = help: put a name there that no other row has

"#]]
    );
    let unused = table
        .replace(" each=row", "")
        .replace("echo {{ row.name }}", "true");
    assert_data_eq!(shown(&unused), str![[r#""#]]);
}

#[test]
fn a_step_has_room_for_its_fences() {
    let fence = "```sh check\ntrue\n```\n\n";
    assert_data_eq!(shown(&format!("# A\n\n{}", fence.repeat(999))), str![""]);
    assert_data_eq!(
        shown(&format!("# A\n\n{}", fence.repeat(1001))),
        str![[r#"
error[too-many-fences]: the step `a` has more than 999 fences
    --> change.md:3999:4
     |
3999 | ```sh check
     |    ^^^^^^^^
     |
     = help: begin another step here, with a heading

"#]]
    );
}
