//! A back-out, seen from a terminal and from where nobody is.

use super::desk::Desk;
use super::terminal::typing;

/// A step that fails behind its effect, and whose undo is refused.
const BOOK: &str = "---\ntitle: B\non: local\n---\n\n# B\n\n## Make it\n\n```sh run\ntouch made\n```\n\n\
    ```sh check\ntest -e never\n```\n\n```sh undo\necho no such thing >&2; exit 7\n```\n";

fn desk() -> Desk {
    let desk = Desk::local();
    desk.file("book.md", BOOK);
    desk
}

#[test]
fn an_undo_that_was_refused_is_not_called_done() {
    let desk = desk();
    let called = desk.call("run -i inventory.yaml book.md").code(3);
    let said = Desk::shown(&called);
    assert!(said.contains("stuck"), "{said}");
    assert!(
        said.contains("nothing can tell what is left of it; a `check after=undo` could"),
        "{said}"
    );
    assert!(!said.contains("taken back;"), "{said}");
}

#[test]
fn whoever_has_looked_may_say_that_it_is() {
    for (typed, code, end) in [("yes", 1, "1 step taken back"), ("no", 3, "stuck")] {
        let desk = desk();
        let mut terminal = desk.on_a_terminal("run -i inventory.yaml book.md");
        let (ended, shown) = typing(&mut terminal, &[typed]);
        assert_eq!(ended, Some(code), "{shown}");
        assert!(
            shown.contains("is all of it taken back? [yes/no]"),
            "{shown}"
        );
        assert!(shown.contains(end), "{shown}");
    }
}

/// A step of two files, and an undo that takes away only the one that is looked at first.
fn half(undo: &str) -> String {
    format!(
        "---\ntitle: B\non: local\n---\n\n# B\n\n## Make both\n\n```sh run\ntouch a b\n```\n\n\
         ```sh check\ntest -e a\n```\n\n```sh check\ntest -e b\n```\n\n```sh undo\n{undo}\n```\n"
    )
}

#[test]
fn what_an_undo_leaves_behind_is_seen_whichever_check_sees_it() {
    for (undo, code, says) in [
        ("rm a", 3, "its check still holds"),
        ("rm b", 3, "its check still holds"),
        ("rm a b", 0, "1 step taken back"),
    ] {
        let desk = Desk::local();
        desk.file("book.md", half(undo));
        desk.call("run -i inventory.yaml book.md").code(0);
        let said = desk.call("undo -i inventory.yaml").code(code);
        let said = Desk::shown(&said);
        assert!(said.contains(says), "{undo}: {said}");
    }
}

#[test]
fn what_was_there_before_may_stay() {
    let desk = Desk::local();
    desk.file("book.md", half("rm a"));
    desk.file("b", "not ours");
    desk.call("run -i inventory.yaml book.md").code(0);
    let said = desk.call("undo -i inventory.yaml").code(0);
    let said = Desk::shown(&said);
    assert!(said.contains("1 step taken back"), "{said}");
}

#[test]
fn an_undo_that_nobody_can_see_says_so() {
    let desk = Desk::local();
    let book = BOOK.replace("echo no such thing >&2; exit 7", "true");
    desk.file("book.md", book);
    let said = desk.call("run -i inventory.yaml book.md").code(1);
    let said = Desk::shown(&said);
    assert!(
        said.contains("only the answer to its undo says so: its check did not hold before"),
        "{said}"
    );
}

#[test]
fn what_was_refused_half_way_is_taken_back_whatever_its_own_check_says() {
    let desk = Desk::local();
    let book = "---\non: local\n---\n\n# A share\n\n## Make it\n\n```sh run\nset -e\nmkdir share\n\
        echo /share >> exports\nfalse\n```\n\n```sh check\ntest -e share.active\n```\n\n\
        ```sh undo\nrmdir share; rm exports\n```\n\n```sh check after=undo\n! test -e share.active\n```\n";
    desk.file("book.md", book);
    let called = desk.call("run -i inventory.yaml book.md").code(1);
    let said = Desk::shown(&called);
    assert!(said.contains("1 step taken back"), "{said}");
    assert!(!desk.path("share").exists() && !desk.path("exports").exists());
}
