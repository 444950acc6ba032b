//! Steps that a person does.

use runsheet::event::Ending;

use crate::bench::{Bench, Does, Fault, Person};

/// A step of the box's, then one by hand.
const BOOK: &str = "---\ntitle: B\non: box\n---\n\n## One\n\n```sh run\nset one 1\n```\n\n\
    ```sh check\nget one\n```\n\n```sh undo\nunset one\n```\n\n\
    ## Two\n\n```manual run\nTurn the key.\nserial: word\n```\n\n\
    ```sh check\nget two\n```\n\n```manual undo\nTurn it back.\n```\n";

/// What the box knows decides, so that a key that was turned is seen.
fn bench(does: Option<Does>) -> Bench {
    let person = Person {
        does,
        fills: vec!["FCH1".to_owned()],
        ..Person::default()
    };
    let bench = Bench::new().person(person);
    bench
        .device
        .borrow_mut()
        .values
        .insert("two".into(), "1".into());
    bench
}

/// The same, where nothing comes of the key.
fn useless(does: Option<Does>) -> Bench {
    let bench = bench(does);
    bench.device.borrow_mut().values.clear();
    bench
}

#[test]
fn what_nobody_is_there_to_do_is_not_begun_and_nothing_is_taken_back() {
    let bench = useless(None);
    let told = bench.run(BOOK);
    assert_eq!(told.story, "send set one 1\n  ok\none passed\nstuck");
    assert_eq!(told.ending, Ok(Ending::Stuck));
    assert_eq!(bench.values(), "one=1");
    let journal = String::from_utf8_lossy(&told.journal).into_owned();
    assert!(
        journal.contains("`book#two` needs a person who does it by hand"),
        "{journal}"
    );

    // Somebody comes: the run goes on where it stood.
    let later = useless(Some(Does::It));
    later.device.borrow_mut().values = bench.device.borrow().values.clone();
    let told = later.resume(BOOK, &told.journal);
    assert!(
        told.story.starts_with("send Turn the key."),
        "{}",
        told.story
    );
}

#[test]
fn a_person_who_says_no_has_failed_it() {
    let bench = useless(Some(Does::Not));
    let told = bench.run(BOOK);
    assert!(told.story.contains("two failed"), "{}", told.story);
    // The undo of what was half done is asked for too.
    assert_eq!(
        *bench.person.told.borrow(),
        ["Turn the key.", "Turn it back."]
    );
}

#[test]
fn who_goes_away_leaves_an_unknown_outcome_and_the_check_decides() {
    let book = BOOK.replace("manual run", "manual run once");
    let told = useless(Some(Does::Leave)).run(&book);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\nsend Turn the key.\nserial: word\n  unknown\nstuck"
    );
}

#[test]
fn a_check_that_holds_needs_no_hands() {
    let told = bench(None).run(BOOK);
    assert_eq!(told.ending, Ok(Ending::Done), "{}", told.story);
}

#[test]
fn what_is_filled_in_has_a_name_from_then_on() {
    let book = "---\ntitle: B\non: box\n---\n\n## One\n\n```manual read\nserial: word\nslot: int\n```\n\n\
        ```sh run\nset {{ serial }} {{ slot + 1 }}\n```\n\n```sh check\nget {{ serial }}\n```\n\n\
        ```sh undo\nunset {{ serial }}\n```\n";
    let person = Person {
        does: Some(Does::It),
        fills: vec!["FCH1".to_owned(), "7".to_owned()],
        ..Person::default()
    };
    let bench = Bench::new().person(person).fault(2, Fault::Refused);
    let told = bench.run(book);
    assert_eq!(told.ending, Ok(Ending::Done), "{}", told.story);
    assert_eq!(bench.values(), "FCH1=8");
}

#[test]
fn a_check_that_only_a_person_can_make_waits_for_one() {
    let book = BOOK.replace("sh check\nget two", "manual check\nIs the lamp green?");
    let told = useless(None).run(&book);
    assert_eq!(told.ending, Ok(Ending::Stuck));
    let bench = useless(Some(Does::It));
    let told = bench.run(&book);
    assert_eq!(
        told.story,
        "send set one 1\n  ok\none passed\ntwo already\ndone"
    );
    assert_eq!(*bench.person.told.borrow(), ["Is the lamp green?"]);
}

#[test]
fn an_undo_that_nobody_is_there_for_waits_for_somebody() {
    let book = "---\ntitle: B\non: box\n---\n\n## One\n\n```manual run always\nTurn the key.\n```\n\n\
        ```manual undo\nTurn it back.\n```\n\n\
        ## Two\n\n```sh run\nset two 2\n```\n\n```sh check\nget two\n```\n\n```sh undo\nunset two\n```\n";
    let person = |leaves_after| Person {
        does: Some(Does::It),
        leaves_after,
        ..Person::default()
    };
    let bench = Bench::new()
        .person(person(Some(1)))
        .fault(1, Fault::Refused);
    let told = bench.run(book);
    let journal = String::from_utf8_lossy(&told.journal).into_owned();
    assert!(
        journal.contains("taking back `book#one` needs a person who does it by hand"),
        "{journal}"
    );
    assert_eq!(told.ending, Ok(Ending::Stuck));

    let later = Bench::new().person(person(None));
    let told = later.resume(book, &told.journal);
    assert_eq!(told.story, "undo Turn it back.\n  ok\none undone\nfailed");
}

/// A step in which a person fills something in, and the box does the rest.
fn asking(lines: &str) -> String {
    format!(
        "---\ntitle: B\non: box\n---\n\n## One\n\n{lines}\n\n```sh run\nset one 1\n```\n\n\
         ```sh check\nget one\n```\n\n```sh undo\nunset one\n```\n"
    )
}

#[test]
fn a_file_is_read_once_so_what_was_looked_at_is_what_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("lid.jpg");
    std::fs::write(&file, "a picture of a lid").expect("written");
    let person = Person {
        does: Some(Does::It),
        fills: vec![file.to_str().expect("UTF-8").to_owned()],
        spoils: Some(file),
        ..Person::default()
    };
    let bench = Bench::new().person(person);
    let told = bench.run(&asking("```manual read\nphoto: file\n```"));
    assert_eq!(told.ending, Ok(Ending::Done), "{}", told.story);
    let journal = String::from_utf8_lossy(&told.journal).into_owned();
    // SHA-256 of `a picture of a lid`.
    assert!(
        journal.contains("evidence/photo-63b7b6ca1b2b.jpg"),
        "{journal}"
    );
}

#[test]
fn what_is_not_as_expected_is_nobodys_value() {
    let person = Person {
        does: Some(Does::It),
        fills: vec!["FCH1".to_owned()],
        ..Person::default()
    };
    let bench = Bench::new().person(person);
    let book =
        asking("```manual read\nserial: word\n```\n\n```assert\nstdout is matching(\"FCH2\")\n```");
    let told = bench.run(&book);
    assert_eq!(told.ending, Ok(Ending::Failed), "{}", told.story);
    let journal = String::from_utf8_lossy(&told.journal).into_owned();
    assert!(journal.contains("serial: FCH1"), "{journal}");
    assert!(!journal.contains("\"bound\":{\"serial\""), "{journal}");
}
