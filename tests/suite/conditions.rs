//! Steps that don't always run, run for every row, or serve another step.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

const RUN: &str = "run -i inventory.yaml house.md";

fn house() -> Desk {
    let desk = Desk::local();
    desk.file("house.md", include_str!("conditions/house.md"));
    desk
}

#[test]
fn each_step_runs_where_it_applies() {
    let desk = house();
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).success()),
        str![[r#"
Furnish
     skipped  Only a big house has a hall  (`size == 'big'` does not hold)
      passed  A desk unless there is one
      passed  One shell for two fences
      passed  Lamps [kitchen]
      passed  Lamps [cellar]
      passed  A ladder for the roof
      passed  The roof
      passed  Put the ladder away
      passed  Ring the bell

done: 9 steps: 8 passed, 1 skipped

"#]]
    );
    assert_eq!(desk.read("lamp.cellar"), "15\n");
    assert_eq!(desk.read("bell"), "ding\n");

    desk.file("desk", "");
    let again = format!("{RUN} --var size=big");
    assert_data_eq!(
        Desk::shown(&desk.call(&again).success()),
        str![[r#"
Furnish
      passed  Only a big house has a hall
     skipped  A desk unless there is one
     already  One shell for two fences
     already  Lamps [kitchen]
     already  Lamps [cellar]
     already  A ladder for the roof  (`the-roof` holds)
     already  The roof
     already  Put the ladder away
      passed  Ring the bell

done: 9 steps: 1 skipped, 6 already, 2 passed

"#]]
    );
    assert_eq!(
        desk.read("bell"),
        "ding\nding\n",
        "a drill is done each time"
    );
    assert!(!desk.path("ladder").exists(), "the roof is there");
}

#[test]
fn the_plan_says_under_which_conditions() {
    let desk = house();
    desk.call("plan -i inventory.yaml house.md#only-a-big-house-has-a-hall house.md#lamps house.md#ring-the-bell")
        .success()
        .stdout_eq(str![[r#"
deviation: only the steps `lamps`, `only-a-big-house-has-a-hall` and `ring-the-bell`
Furnish (house.md, 3 steps)

  Only a big house has a hall  #only-a-big-house-has-a-hall
    when size == 'big'
    run on local, sh:
      | touch hall
    check on local, sh:
      | test -e hall
    undo on local, sh:
      | rm hall

  Lamps  #lamps
    for each `row`: {"lamp":"kitchen","watts":"40"}
    for each `row`: {"lamp":"cellar","watts":"15"}
    run on local, sh:
      [kitchen]
      | echo 40 > lamp.kitchen
      [cellar]
      | echo 15 > lamp.cellar
    check on local, sh:
      [kitchen]
      | cat lamp.kitchen
      = 40
      [cellar]
      | cat lamp.cellar
      = 15
    undo on local, sh:
      [kitchen]
      | rm lamp.kitchen
      [cellar]
      | rm lamp.cellar
    check after undo on local, sh:
      [kitchen]
      | test ! -f lamp.kitchen
      [cellar]
      | test ! -f lamp.cellar

  Ring the bell  #ring-the-bell  (drill)
    run on local, sh:
      | echo ding >> bell
    no undo: a sound leaves nothing behind

Targets
  local: local

"#]]);
}

#[test]
fn a_row_that_fails_is_named() {
    let desk = house();
    std::fs::create_dir(desk.path("lamp.cellar")).expect("a folder in the way");
    let said = Desk::shown(&desk.call("run -i inventory.yaml house.md#lamps").code(1));
    assert_data_eq!(
        said,
        str![[r#"
deviation: only the step `lamps`
Furnish
      passed  Lamps [kitchen]
      failed  Lamps [cellar]
              on local:
                       | echo 15 > lamp.cellar
              exit status 2 instead of 0: sh: 1: cannot create lamp.cellar: Is a directory

Backing out 2 steps (`house#lamps@cellar` failed)
Furnish
      undone  Lamps [cellar]
      undone  Lamps [kitchen]

failed: `house#lamps@cellar` failed; 2 steps taken back

"#]]
    );
    assert!(!desk.path("lamp.kitchen").exists());
}

/// Steps that apply to one of two targets, or not at all; what tells is read on each.
const ONE_OF_TWO: &str = "---\ntitle: One of two\nvars: {mode: \"off\"}\n---\n\n# One of two\n\n\
    ## Only when it is on\n\n```sh run on=a when=\"mode == 'on'\"\ntouch on\n```\n\n\
    ```sh check on=a\ntest -e on\n```\n\n```sh undo on=a\nrm on\n```\n\n\
    ## Unless it is there\n\n```sh skip-if on=a\ntrue\n```\n\n```sh run on=a\ntouch there\n```\n\n\
    ```sh check on=a\ntest -e there\n```\n\n```sh undo on=a\nrm there\n```\n\n\
    ## Only the second\n\n```sh read on=both capture=who\necho {{ target.name }}\n```\n\n\
    ```sh run on=both when=\"who == 'b'\" serial=1\ntouch own.{{ target.name }}\n```\n\n\
    ```sh check on=both\ntest -e own.{{ target.name }}\n```\n\n\
    ```sh undo on=both\nrm own.{{ target.name }}\n```\n\n\
    ## Nobody can tell\n\n```sh read on=both\ntest -e own.b\n```\n\n\
    ```sh run on=both serial=1\ntouch told.{{ target.name }}\n```\n\n\
    ```sh check on=both\ntest -e told.{{ target.name }}\n```\n\n\
    ```sh undo on=both\nrm told.{{ target.name }}\n```\n\n\
    ## Bell\n\n```sh run on=a always when=\"mode == 'on'\" undo=none reason=\"a sound\"\ntrue\n```\n";

fn one_of_two() -> Desk {
    let desk = Desk::new();
    desk.file(
        "inventory.yaml",
        "targets:\n  a: {driver: local, device: a}\n  b: {driver: local, device: b}\n\
         groups:\n  both: [a, b]\n",
    );
    desk.file("house.md", ONE_OF_TWO);
    desk
}

#[test]
fn the_plan_says_for_each_target_whether_a_step_applies_and_why_not() {
    let desk = one_of_two();
    let plan = "plan -i inventory.yaml --check house.md";
    assert_data_eq!(
        desk.said(plan),
        str![[r#"
does not apply  Only when it is on  house#only-when-it-is-on
                  `mode == 'on'` does not hold
does not apply  Unless it is there  house#unless-it-is-there
                  its `skip-if` holds
does not apply  Only the second  house#only-the-second@a
                  `who == 'b'` does not hold
         to do  Only the second  house#only-the-second@b
    can't tell  Nobody can tell  house#nobody-can-tell@a
                  exit status 1 instead of 0
    can't tell  Nobody can tell  house#nobody-can-tell@b
                  exit status 1 instead of 0
does not apply  Bell  house#bell
                  `mode == 'on'` does not hold

"#]]
    );
    desk.file("own.b", "");
    assert_data_eq!(
        desk.said(plan),
        str![[r#"
does not apply  Only when it is on  house#only-when-it-is-on
                  `mode == 'on'` does not hold
does not apply  Unless it is there  house#unless-it-is-there
                  its `skip-if` holds
does not apply  Only the second  house#only-the-second@a
                  `who == 'b'` does not hold
       already  Only the second  house#only-the-second@b
         to do  Nobody can tell  house#nobody-can-tell@a
         to do  Nobody can tell  house#nobody-can-tell@b
does not apply  Bell  house#bell
                  `mode == 'on'` does not hold

"#]]
    );
}

#[test]
fn what_one_target_told_does_not_keep_another_from_being_asked() {
    let desk = one_of_two();
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).success()),
        str![[r#"
One of two
     skipped  Only when it is on  (`mode == 'on'` does not hold)
     skipped  Unless it is there
     skipped  Only the second [a]  (`who == 'b'` does not hold)
      passed  Only the second [b]
      passed  Nobody can tell [a]
      passed  Nobody can tell [b]
     skipped  Bell  (`mode == 'on'` does not hold)

done: 7 steps: 4 skipped, 3 passed

"#]]
    );
}
