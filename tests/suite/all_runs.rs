//! The list of all runs: what each was, how it ended, and what became of it.

use snapbox::{assert_data_eq, str};

use super::desk::Desk;

const BOOK: &str = "# Make\n\n## One\n\n```sh run on=local\ntouch one\n```\n\n\
    ```sh check on=local\ntest -e one\n```\n\n```sh undo on=local\nrm one\n```\n\n\
    ## Two\n\n```sh run on=local approve\ntouch two\n```\n\n\
    ```sh check on=local\ntest -e two\n```\n\n```sh undo on=local\nrm two\n```\n";

/// What is listed, with names for the runs and no time of day.
fn listed(desk: &Desk) -> String {
    let shown = desk.said("show");
    let ids = shown.lines().map(|line| line.split(' ').next());
    let ids: Vec<String> = ids.map(|id| id.expect("an id").to_owned()).collect();
    let lines = shown.lines().map(|line| {
        // They stand below each other: to the second, and at the same place.
        let width = ids.iter().map(String::len).max().unwrap_or(0);
        let (id, rest) = line.split_at(width + 2);
        let (time, rest) = rest.split_at(20);
        let time: jiff::Timestamp = time.parse().expect("a time");
        assert_eq!(time.subsec_nanosecond(), 0, "{line}");
        format!("{id}{rest}\n")
    });
    let all: String = lines.collect();
    (1..).zip(&ids).fold(all, |all, (number, id)| {
        all.replace(id, &format!("RUN{number}"))
    })
}

#[test]
fn each_run_is_listed_with_how_it_ended_and_what_became_of_it() {
    let desk = Desk::local();
    desk.file("make.md", BOOK);
    desk.call("run -i inventory.yaml make.md").code(3);
    desk.call("undo -i inventory.yaml").success();
    desk.call("run -i inventory.yaml make.md#one").success();
    let fails = BOOK
        .replace(" approve", "")
        .replace("test -e two", "test -e three");
    desk.file("fails.md", fails);
    desk.call("run -i inventory.yaml fails.md").code(1);
    assert_data_eq!(
        listed(&desk),
        str![[r#"
RUN1    stuck        make  `make#two` needs approval  taken back by RUN2
RUN2    done         undo of RUN1  1 step taken back
RUN3    done         make  1 step: 1 passed
RUN4    failed       fails  `fails#two` failed; 1 step taken back

"#]]
    );
}

#[test]
fn a_run_can_be_named_by_the_folder_that_it_prints() {
    let desk = Desk::local();
    desk.file("make.md", BOOK.replace(" approve", ""));
    let said = desk.said("run -i inventory.yaml make.md");
    let (_, folder) = said.trim_end().rsplit_once("run: ").expect("a run");
    let id = folder.rsplit('/').next().expect("an id");
    assert_eq!(
        desk.said(&format!("show {folder}/")),
        desk.said(&format!("show {id}"))
    );
    desk.call(&format!("undo -i inventory.yaml {folder}"))
        .success();
    // That of another state folder is none of ours.
    desk.call(&format!("show else/{folder}")).code(2);
}

#[test]
fn a_run_that_was_cut_short_is_incomplete_and_one_that_is_partly_back_says_so() {
    let desk = Desk::local();
    desk.file("make.md", BOOK.replace(" approve", ""));
    desk.call("run -i inventory.yaml make.md").success();
    desk.call("undo -i inventory.yaml --to two").success();
    desk.call("run -i inventory.yaml make.md").success();
    let ids = desk.said("show");
    let last = ids.lines().last().and_then(|line| line.split(' ').next());
    let journal = format!(".runsheet/runs/{}/journal.jsonl", last.expect("a run"));
    let whole = desk.read(&journal);
    let cut = whole.trim_end().rfind('\n').expect("lines") + 1;
    desk.file(&journal, &whole[..cut]);
    assert_data_eq!(
        listed(&desk),
        str![[r#"
RUN1    done         make  2 steps: 2 passed  taken back in part by RUN2
RUN2    done         undo of RUN1  1 step taken back
RUN3    incomplete   make

"#]]
    );
}
