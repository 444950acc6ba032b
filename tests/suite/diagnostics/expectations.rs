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
error[empty-expectation]: this expects nothing, so it would always hold
 --> change.md:7:1
  |
7 | / ```expect
8 | |
9 | | ```
  | |___^
  |
  = help: write what a reader should see

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
    assert_data_eq!(assert("stdout is matchin(\"x\")"), str![""]);
    assert_data_eq!(
        assert("stdot == \"\""),
        str![[r#"
error[undefined-name]: nothing gives `stdot` a value
 --> change.md:9:1
  |
9 | stdot == ""
  | ^^^^^
  |
  = help: declare it under `vars:` in the front matter, or bind it with `capture=stdot`

"#]]
    );
}
