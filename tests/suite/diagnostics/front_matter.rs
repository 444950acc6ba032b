use super::*;

#[test]
fn a_key_that_does_not_exist() {
    assert_data_eq!(
        shown("---\ntitel: X\n---\n"),
        str![[r#"
error[unknown-key]: unknown key `titel` in front matter
 --> change.md:2:1
  |
2 | titel: X
  | ^^^^^
  |
  = help: did you mean `title`?

"#]]
    );
    assert_data_eq!(
        shown("---\nvars:\n  n: {default: 5, maximum: 7}\n---\n"),
        str![[r#"
error[unknown-key]: unknown key `maximum` in a variable
 --> change.md:3:19
  |
3 |   n: {default: 5, maximum: 7}
  |                   ^^^^^^^
  |
  = help: a variable has `type`, `default`, `min`, `max`, `choices`, `pattern` and `help`

"#]]
    );
}

#[test]
fn a_value_that_does_not_fit_its_key() {
    assert_data_eq!(
        shown("---\nrisk: hihg\n---\n"),
        str![[r#"
error[bad-value]: `risk` cannot be `hihg`
 --> change.md:2:7
  |
2 | risk: hihg
  |       ^^^^
  |
  = help: did you mean `high`?

"#]]
    );
    assert_data_eq!(
        shown("---\ntitle: [a, b]\n---\n"),
        str![[r#"
error[bad-value]: `title` must be text, not a list
 --> change.md:2:8
  |
2 | title: [a, b]
  |        ^

"#]]
    );
    assert_data_eq!(
        shown("---\non-failure: retry\n---\n"),
        str![[r#"
error[bad-value]: `on-failure` cannot be `retry`
 --> change.md:2:13
  |
2 | on-failure: retry
  |             ^^^^^
  |
  = help: it takes `undo`, `stop` or `ask`

"#]]
    );
    assert_data_eq!(
        shown("---\njust words\n---\n"),
        str![[r#"
error[bad-front-matter]: front matter must be a mapping, not text
 --> change.md:2:1
  |
2 | just words
  | ^^^^^^^^^^
  |
  = help: write `key: value` lines

"#]]
    );
}

#[test]
fn variables_that_contradict_themselves() {
    assert_data_eq!(
        shown("---\nvars:\n  n: {type: int, default: many}\n---\n"),
        str![[r#"
error[bad-default]: the default of `n` is not a whole number
 --> change.md:3:27
  |
3 |   n: {type: int, default: many}
  |                           ^^^^

"#]]
    );
    assert_data_eq!(
        shown("---\nvars:\n  n: {default: 5000, max: 4094}\n---\n"),
        str![[r#"
error[bad-default]: the default of `n` is above the largest allowed value 4094
 --> change.md:3:16
  |
3 |   n: {default: 5000, max: 4094}
  |                ^^^^

"#]]
    );
    assert_data_eq!(
        shown("---\nvars:\n  n: {choices: [a, b], default: c}\n---\n"),
        str![[r#"
error[bad-default]: the default of `n` is not `a` or `b`
 --> change.md:3:33
  |
3 |   n: {choices: [a, b], default: c}
  |                                 ^

"#]]
    );
    assert_data_eq!(
        shown("---\nvars:\n  n: {pattern: '[a'}\n---\n"),
        str![[r#"
error[bad-pattern]: this is no regular expression
 --> change.md:3:16
  |
3 |   n: {pattern: '[a'}
  |                ^^^^ unclosed character class

"#]]
    );
    assert_data_eq!(
        shown("---\nvars:\n  my-name: 5\n---\n"),
        str![[r#"
error[bad-name]: `my-name` cannot name a variable
 --> change.md:3:3
  |
3 |   my-name: 5
  |   ^^^^^^^
  |
  = help: a name has letters, digits and `_`, and begins with no digit

"#]]
    );
}

#[test]
fn yaml_that_cannot_be_read() {
    assert_data_eq!(
        shown("---\ntitle: 'open\n---\n"),
        str![[r#"
error[bad-yaml]: the YAML cannot be read
 --> change.md:2:8
  |
2 | title: 'open
  |        ^ unclosed quote

"#]]
    );
    assert_data_eq!(
        shown("---\ntitle: a\ntitle: b\n---\n"),
        str![[r#"
error[duplicate-key]: `title` is given twice
 --> change.md:3:1
  |
3 | title: b
  | ^^^^^

"#]]
    );
    assert_data_eq!(
        shown("---\ntitle: *nowhere\n---\n"),
        str![[r#"
error[bad-yaml]: the YAML cannot be read
 --> change.md:2:8
  |
2 | title: *nowhere
  |        ^ alias references unknown anchor

"#]]
    );
}

#[test]
fn it_is_closed_or_it_is_prose() {
    let step = "# T\n\n## S\n\n```sh check\ntrue\n```\n\n```expect whole\n...\n```\n";
    assert_data_eq!(
        shown(&format!("---\non: xen9\ntitle: never closed\n\n{step}")),
        str![[r#"
error[unclosed-front-matter]: the front matter is never closed
 --> change.md:1:1
  |
1 | ---
  | ^^^
  |
  = help: close it with `---` on a line of its own, behind its last key

error[unknown-target]: no target or group is called `xen9`
 --> change.md:2:5
  |
2 | on: xen9
  |     ^^^^
  |
  = help: did you mean `xen1`?

"#]]
    );
    assert_data_eq!(shown(&format!("---\n\n{step}\n---\n")), str![""]);
    // Further down it is a line across the page, whatever follows it.
    assert_data_eq!(
        shown(&format!("{step}\n---\nSee: the manual\n---\n")),
        str![""]
    );
}

#[test]
fn yaml_that_is_indented_wrongly() {
    assert_data_eq!(
        shown("---\ntitle: x\n on: xen1\n---\n"),
        str![[r#"
error[bad-yaml]: the YAML cannot be read
 --> change.md:3:4
  |
3 |  on: xen1
  |    ^ mapping values are not allowed in this context
  |
  = help: keys of one mapping begin in the same column; quote a value with `: ` in it

"#]]
    );
    assert_data_eq!(
        shown("---\nvars:\n\ta: 1\n---\n"),
        str![[r#"
error[bad-yaml]: the YAML cannot be read
 --> change.md:3:1
  |
3 |     a: 1
  | ^^^^ tabs disallowed within this context (block indentation)
  |
  = help: indent with blanks

"#]]
    );
    assert_data_eq!(
        shown("---\nvars:\n  a: 1\n  b:\n  - [\n  c: 2\n---\n"),
        str![[r#"
error[bad-yaml]: the YAML cannot be read
 --> change.md:5:5
  |
5 |   - [
  |     ^ unclosed bracket '['

"#]]
    );
}
