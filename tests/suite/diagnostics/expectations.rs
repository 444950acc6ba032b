use super::*;

#[test]
fn an_expectation_of_nothing() {
    assert_data_eq!(
        shown("# A\n\n```expect\nyes\n```\n"),
        str![[r#"
error[unbound-expectation]: nothing before this `expect` gives it output to look at
 --> change.md:3:4
  |
3 | ```expect
  |    ^^^^^^
  |
  = help: it belongs right after an executable fence of the same step

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check\ntrue\n```\n\n## B\n\n```assert\nexit == 0\n```\n"),
        str![[r#"
error[unbound-expectation]: nothing before this `assert` gives it output to look at
 --> change.md:9:4
  |
9 | ```assert
  |    ^^^^^^
  |
  = help: it belongs right after an executable fence of the same step

"#]]
    );
}

#[test]
fn an_expectation_without_words() {
    assert_data_eq!(
        shown("# A\n\n```sh check\ntrue\n```\n\n```expect\n\n```\n"),
        str![[r#"
error[bad-expectation]: this expects nothing, so it would always hold
 --> change.md:7:1
  |
7 | / ```expect
8 | |
9 | | ```
  | |___^
  |
  = help: write what a reader should see, or `whole` for no output

"#]]
    );
}

#[test]
fn an_assertion_that_cannot_be_read() {
    let assert = |line: &str| {
        shown(&format!(
            "# A\n\n```sh check\ntrue\n```\n\n```assert\nexit == 0\n{line}\n```\n"
        ))
    };
    assert_data_eq!(
        assert("stdout =="),
        str![[r#"
error[bad-expression]: unexpected end of input, expected expression
 --> change.md:9:8
  |
9 | stdout ==
  |        ^^

"#]]
    );
    assert_data_eq!(
        assert("stdout is matchin(\"x\")"),
        str![[r#"
error[bad-expression]: there is no test `matchin`
 --> change.md:9:11
  |
9 | stdout is matchin("x")
  |           ^^^^^^^
  |
  = help: did you mean `matching`?

"#]]
    );
    assert_data_eq!(
        assert("stdot == \"\""),
        str![[r#"
error[undefined-name]: nothing gives `stdot` a value
 --> change.md:9:1
  |
9 | stdot == ""
  | ^^^^^
  |
  = help: declare it under `vars:` in the front matter or in the inventory, or bind it with `capture=stdot`

"#]]
    );
}

#[test]
fn a_placeholder_of_an_unknown_type() {
    let expect = |line: &str| {
        shown(&format!(
            "# A\n\n```sh check\ntrue\n```\n\n```expect\n{line}\n```\n"
        ))
    };
    assert_data_eq!(
        expect("up <n:ints> times"),
        str![[r#"
error[bad-expectation]: there is no type `ints` of placeholder
 --> change.md:8:7
  |
8 | up <n:ints> times
  |       ^^^^
  |
  = help: did you mean `int`? For literal text write `/<`

"#]]
    );
    assert_data_eq!(expect("<html>"), str![""]);
    assert_data_eq!(
        expect("..."),
        str![[r#"
error[bad-expectation]: this excerpt expects nothing
 --> change.md:7:1
  |
7 | / ```expect
8 | | ...
9 | | ```
  | |___^
  |
  = help: write the lines that must occur, or `whole` for no output

"#]]
    );
}

#[test]
fn assertions_that_only_comment() {
    let runbook = "# A\n\n```sh check\ntrue\n```\n\n```assert\n# later\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[bad-expectation]: this asserts nothing, so it would always hold
 --> change.md:7:1
  |
7 | / ```assert
8 | | # later
9 | | ```
  | |___^
  |
  = help: write one expression a line, each of which must be true

"#]]
    );
}

#[test]
fn a_regular_expression_that_is_none() {
    let runbook = "# A\n\n```sh check\ntrue\n```\n\n```assert\nstdout is matching(\"[a\")\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[bad-pattern]: this is no regular expression
 --> change.md:8:20
  |
8 | stdout is matching("[a")
  |                    ^^^^ unclosed character class

"#]]
    );
}

#[test]
fn an_assertion_with_a_template() {
    let assert = |line: &str| {
        shown(&format!(
            "# A\n\n```sh check\ntrue\n```\n\n```assert\n{line}\n```\n"
        ))
    };
    assert_data_eq!(assert("stdout == {{ uplink }}"), str![""]);
    assert_data_eq!(
        assert("stdout == {{ downlink }}"),
        str![[r#"
error[undefined-name]: nothing gives `downlink` a value
 --> change.md:8:14
  |
8 | stdout == {{ downlink }}
  |              ^^^^^^^^
  |
  = help: declare it under `vars:` in the front matter or in the inventory, or bind it with `capture=downlink`

"#]]
    );
}

#[test]
fn one_sign_too_few() {
    assert_data_eq!(
        shown("# A\n\n```sh check\ntrue\n```\n\n```assert\nexit = 0\n```\n"),
        str![[r#"
error[bad-expression]: unexpected input after expression
 --> change.md:8:6
  |
8 | exit = 0
  |      ^
  |
  = help: did you mean `==`? A value that is given by name is a map: `{"name": value}`

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check when=\"uplink = 1\"\ntrue\n```\n"),
        str![[r#"
error[bad-expression]: unexpected input after expression
 --> change.md:3:26
  |
3 | ```sh check when="uplink = 1"
  |                          ^
  |
  = help: did you mean `==`? A value that is given by name is a map: `{"name": value}`

"#]]
    );
}

#[test]
fn a_placeholder_whose_type_has_another_name_elsewhere() {
    assert_data_eq!(
        shown("# A\n\n```sh check\ntrue\n```\n\n```expect\nfree <n:integer>\n```\n"),
        str![[r#"
error[bad-expectation]: there is no type `integer` of placeholder
 --> change.md:8:9
  |
8 | free <n:integer>
  |         ^^^^^^^
  |
  = help: did you mean `int`? For literal text write `/<`

"#]]
    );
}
