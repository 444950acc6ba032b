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
      undone  Lamps [cellar]  (nothing was left to undo)
      undone  Lamps [kitchen]

failed: `house#lamps@cellar` failed; 2 steps taken back

"#]]
    );
    assert!(!desk.path("lamp.kitchen").exists());
}
