//! A check that can't be evaluated says nothing, and nothing is sent for it.

use super::desk::Desk;

const INVENTORY: &str = "-i inventory.yaml book.md";

/// A step that writes down what it sends, with this check.
fn book(before: &str, check: &str) -> String {
    format!(
        "---\non: local\n---\n\n# Book\n\n{before}## Join\n\n{check}\n\n\
         ```sh run once\necho join >> sent\n```\n\n```sh undo\necho leave >> sent\n```\n"
    )
}

fn desk(before: &str, check: &str) -> Desk {
    let desk = Desk::local();
    desk.file("book.md", book(before, check));
    desk
}

/// What a run shows that stops at the step, with nothing sent.
fn stopped(desk: &Desk, words: &str) -> String {
    let said = Desk::shown(&desk.call(words).code(1));
    assert!(said.contains("stopped  Join"), "{said}");
    assert!(!said.contains("Backing out"), "{said}");
    assert!(!desk.path("sent").exists(), "{said}");
    said
}

#[test]
fn what_a_check_can_not_make_out_is_not_taken_for_a_no() {
    let long = "x".repeat(70);
    let cases = [
        (
            "echo 3",
            "lines[0] >= 3".to_owned(),
            "a text is compared with a number",
        ),
        (
            "echo '{\"a\": '",
            "json.a == 1".to_owned(),
            "stdout is not JSON",
        ),
        (
            "echo '{\"a\": 1, \"a\": 2}'",
            "json.a == 2".to_owned(),
            "the key `a` stands there twice",
        ),
        (
            "echo connection lost",
            "table | selectattr(\"Status\", \"eq\", \"down\") | list == []".to_owned(),
            "stdout is not TABLE",
        ),
        (
            "printf 'Port  Status\\nGi1   down\\n'",
            "table | selectattr(\"State\", \"eq\", \"down\") | list == []".to_owned(),
            "an item of the list has no `State`",
        ),
        (
            "echo 5 GB",
            "stdout | int > 3".to_owned(),
            "the text is no number",
        ),
        (
            "yes | head -100000",
            format!("\"{long}\" in lines | map('upper') | map('lower')"),
            "takes too long",
        ),
    ];
    for (asked, holds, why) in cases {
        let check = format!("```sh check\n{asked}\n```\n\n```assert\n{holds}\n```");
        let said = stopped(&desk("", &check), &format!("run {INVENTORY}"));
        assert!(
            said.contains("can't be evaluated: ") && said.contains(why),
            "{said}"
        );
    }
}

#[test]
fn nor_is_a_name_of_a_step_that_was_left_out() {
    let before = "## Name it\n\n```sh check capture=uuid\necho 7f2a\n```\n\n";
    let check = "```sh check\ngrep -qx {{ uuid }} vms\n```";
    let said = stopped(
        &desk(before, check),
        &format!("run {INVENTORY} --from join"),
    );
    assert!(said.contains("`uuid` is not defined"), "{said}");
}

#[test]
fn what_only_the_effect_makes_does_not_hold_before_it() {
    let check = "```sh run capture=id undo=none reason=test\necho 7 | tee made\n```\n\n\
        ```sh check\ntest \"$(cat made)\" = {{ id }}\n```";
    let desk = Desk::local();
    desk.file(
        "book.md",
        format!("---\non: local\n---\n\n# Book\n\n## Make\n\n{check}\n"),
    );
    let said = Desk::shown(&desk.call(&format!("run {INVENTORY}")).code(0));
    assert!(said.contains("passed  Make"), "{said}");

    // An entry that is not there yet is none of those that can't be told.
    let check = "```sh check\ncat made.json || echo '{}'\n```\n\n```assert\njson.vm.up\n```";
    let made = "```sh run\necho '{\"vm\": {\"up\": true}}' > made.json\n```\n\n\
        ```sh undo\nrm made.json\n```";
    let text = format!("---\non: local\n---\n\n# Book\n\n## Make\n\n{check}\n\n{made}\n");
    desk.file("book.md", text);
    let said = Desk::shown(&desk.call(&format!("run {INVENTORY}")).code(0));
    assert!(said.contains("passed  Make"), "{said}");
}

#[test]
fn a_condition_that_can_not_be_evaluated_is_no_reason_to_send() {
    let skip = "```sh skip-if\necho 3\n```\n\n```assert\nlines[0] < 5\n```\n\n\
        ```sh check\ntest -e sent\n```";
    stopped(&desk("", skip), &format!("run {INVENTORY}"));
}

#[test]
fn after_an_effect_that_nobody_knows_of_it_is_a_question() {
    let check = "```sh check\necho 3\n```\n\n```assert\nlines[0] >= 3 or stdout\n```\n\n\
        ```sh check\ntest -s sent\n```";
    let dies = book("", check).replace("echo join >> sent", "echo join >> sent; kill -9 $PPID");
    let dies = dies.replace("lines[0] >= 3", "exit != 0");
    let desk = Desk::local();
    desk.file("book.md", &dies);
    desk.call(&format!("run {INVENTORY}")).interrupted();
    // By now it prints what the check can't make out.
    desk.file("book.md", dies.replace("exit != 0", "lines[0] >= 3"));
    let said = Desk::shown(&desk.call("resume -i inventory.yaml --accept-edit").code(3));
    assert!(said.contains("`book#join` needs a decision"), "{said}");
    assert_eq!(
        desk.read("sent"),
        "join\n",
        "not a second time, and not taken back"
    );
}

#[test]
fn a_value_that_only_one_check_finds_may_change_with_the_effect() {
    let text = "---\non: local\n---\n\n# Book\n\n## Count\n\n\
        ```sh check\ncat n\n```\n\n```expect\n<n:int>\n```\n\n```assert\nn >= 1\n```\n\n\
        ```sh check capture=all\ncat n\n```\n\n```assert\nall | int == 2\n```\n\n\
        ```sh run\necho 2 > n\n```\n\n```sh undo\necho 1 > n\n```\n\n\
        ## Use\n\n```sh check\ntest {{ n }} = 2\n```\n";
    let desk = Desk::local();
    desk.file("book.md", text).file("n", "1\n");
    let said = Desk::shown(&desk.call(&format!("run {INVENTORY}")).code(0));
    assert!(said.contains("passed  Count\n      passed  Use"), "{said}");
}
