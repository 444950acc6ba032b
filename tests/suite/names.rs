//! Names that a run binds: by `capture=`, and by the holes of an excerpt.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

const BOOK: &str = include_str!("names/inventory.md");
const RUN: &str = "run -i inventory.yaml stock.md";

#[test]
fn what_one_step_learned_the_next_one_uses() {
    let desk = Desk::local();
    desk.file("stock.md", BOOK);
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).success()),
        str![[r#"
Take stock
      passed  Look around
      passed  Write it down

done: 2 steps: 2 passed

"#]]
    );
    assert_eq!(desk.read("stock"), "alice has 3 disks, 12 GiB free\n");
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).success()),
        str![[r#"
Take stock
      passed  Look around
     already  Write it down

done: 2 steps: 1 passed, 1 already

"#]]
    );
}

#[test]
fn a_name_that_has_a_value_must_have_it_again() {
    let desk = Desk::local();
    let other = BOOK.replace("has {{ disks }} disks", "has 4 disks");
    desk.file("stock.md", other);
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).code(1)),
        str![[r#"
Take stock
      passed  Look around
      failed  Write it down
              on local: cat stock
              line 1 of the excerpt is not in the output
                expected                                     | actual
              > alice has <disks:int> disks, <free:any> free | alice has 4 disks, 12 GiB free
              `disks` is `3` here
              `free` is `12 GiB` here

Backing out 1 step (`stock#write-it-down` failed)
Take stock
      undone  Write it down  (only the answer to its undo says so: its check did not hold before)

failed: `stock#write-it-down` failed; 1 step taken back

"#]]
    );
    assert!(!desk.path("stock").exists());
}

#[test]
fn a_hole_takes_only_what_is_of_its_type() {
    let desk = Desk::local();
    desk.file(
        "stock.md",
        BOOK.replace("uuid: 7f2a9c1e-", "uuid: 7f2a9c1-"),
    );
    assert_data_eq!(
        Desk::shown(&desk.call(RUN).code(1)),
        str![[r#"
Take stock
      failed  Look around
              on local: printf 'disks:  3/nuuid: 7f2a9c1-0000-4000-8000-000000000001/nfree: 12 GiB/n'
              line 2 of the excerpt differs
                expected           | actual
                disks: <disks:int> | disks:  3
              > uuid: <id:uuid>    | uuid: 7f2a9c1-0000-4000-8000-000000000001
                free: <free:size>  | free: 12 GiB

failed: `stock#look-around` failed; nothing was sent

"#]]
    );
}

#[test]
fn a_step_whose_names_were_left_out_is_not_begun_and_not_undone() {
    let desk = Desk::local();
    desk.file("stock.md", BOOK).file("stock", "of old\n");
    let called = desk.call("run -i inventory.yaml stock.md#write-it-down");
    assert_data_eq!(
        Desk::shown(&called.code(1)),
        str![[r#"
deviation: only the step `write-it-down`
Take stock
     stopped  Write it down
              on local: cat stock
              `owner` is not defined

failed: stopped at `stock#write-it-down`

"#]]
    );
    assert_eq!(desk.read("stock"), "of old\n");
}

#[test]
fn an_assertion_that_does_not_hold_shows_its_parts() {
    let desk = Desk::local();
    desk.file("stock.md", BOOK.replace("disks == 3", "disks == 5"));
    let said = Desk::shown(&desk.call(RUN).code(1));
    let (said, _) = said.split_once("\nBacking out").expect("it is taken back");
    assert_data_eq!(
        said,
        str![[r#"
Take stock
      passed  Look around
      failed  Write it down
              on local: cat stock
              does not hold: disks == 5 and "alice" in stdout
                disks  = 3
                stdout = "alice has 3 disks, 12 GiB free"

"#]]
    );
}

#[test]
fn a_plan_does_not_hang_on_how_a_path_is_written() {
    let desk = Desk::local();
    desk.file("stock.md", BOOK);
    let plan = |path: &str| desk.said(&format!("plan -i inventory.yaml {path}"));
    assert_eq!(plan("./stock.md"), plan("stock.md"));
    assert_eq!(plan("././/stock.md"), plan("stock.md"));
}

/// A token that is read, a run that is killed behind it, and a step that needs the token.
const TOKEN: &str = "---\ntitle: Token\non: local\n---\n\n# Token\n\n## Fetch\n\n\
    ```sh read capture=token SECRET\ncat token\n```\n\n\
    ## Be killed\n\n```sh run undo=none reason=\"a file more\"\ntouch killed; kill -9 $PPID\n```\n\n\
    ```sh check\ntest -e killed\n```\n\n\
    ## Use\n\n```sh run\necho {{ token }} > used\n```\n\n```sh check\ntest -s used\n```\n\n\
    ```sh undo\nrm used\n```\n";

fn killed(desk: &Desk) {
    let killed = desk.call("run -i inventory.yaml token.md");
    assert!(killed.get_output().status.code().is_none(), "it was killed");
}

#[test]
fn a_secret_name_is_not_kept_and_is_read_again_by_a_resumed_run() {
    let desk = Desk::local();
    desk.file("token", "t0p-s3cret-t0ken\n");
    desk.file("token.md", TOKEN.replace("SECRET", "secret"));
    killed(&desk);
    desk.call("resume -i inventory.yaml").success();
    assert_eq!(desk.read("used"), "t0p-s3cret-t0ken\n");
    let shown = desk.said("show");
    let run = shown.split_whitespace().next().expect("a run");
    let journal = desk.read(&format!(".runsheet/runs/{run}/journal.jsonl"));
    assert!(journal.contains(r#""withheld":["token"]"#), "{journal}");
    assert!(!journal.contains("s3cret"), "{journal}");
}

#[test]
fn a_secret_name_that_is_gone_is_missed_by_name() {
    let desk = Desk::local();
    desk.file("token", "t0p-s3cret-t0ken\n");
    desk.file("token.md", TOKEN.replace("SECRET", "secret"));
    killed(&desk);
    std::fs::remove_file(desk.path("token")).expect("it is there");
    let said = Desk::shown(&desk.call("resume -i inventory.yaml").code(3));
    let (_, said) = said.split_once('\n').expect("which run it goes on with");
    assert_data_eq!(
        said,
        str![[r#"
Token
  reconciled  Be killed
      failed  Use
              on local: test -s used
              exit status 1 instead of 0
              `token` holds a secret, so the journal did not keep it for later: a new run reads it again

Backing out 1 step (`token#use` failed)
Token
       stuck  Be killed
              it can't be taken back: a file more

stuck: `token#use` failed, and `token#be-killed` could not be taken back

"#]]
    );
}

#[test]
fn any_other_name_is_kept_for_a_resumed_run() {
    let desk = Desk::local();
    desk.file("token", "a plain word\n");
    desk.file("token.md", TOKEN.replace(" SECRET", ""));
    killed(&desk);
    desk.call("resume -i inventory.yaml").success();
    assert_eq!(desk.read("used"), "a plain word\n");
}
