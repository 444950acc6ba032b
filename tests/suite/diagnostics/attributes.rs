use super::*;

#[test]
fn an_attribute_that_does_not_exist() {
    assert_data_eq!(
        shown("# A\n\n```sh check timout=5s\ntrue\n```\n"),
        str![[r#"
error[unknown-attribute]: unknown attribute `timout`
 --> change.md:3:13
  |
3 | ```sh check timout=5s
  |             ^^^^^^
  |
  = help: did you mean `timeout`?

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check\ntrue\n```\n\n```expect colour=red\nx\n```\n"),
        str![[r#"
error[unknown-attribute]: unknown attribute `colour`
 --> change.md:7:11
  |
7 | ```expect colour=red
  |           ^^^^^^
  |
  = help: `expect` takes `raw` and `whole`

"#]]
    );
}

#[test]
fn a_path_that_looks_like_a_template() {
    let found = shown(
        "# A\n\n```file run on=xen1 path=\"conf-{{ name }}.txt\" always undo=none reason=x\n\
         y\n```\n",
    );
    assert_eq!(found.matches("error[").count(), 2, "{found}");
    assert!(found.contains("error[missing-attribute]: a `file` fence needs `path=`"));
    assert!(
        found.contains(
            "error[bad-value]: `path` cannot be `conf-{{ name }}.txt`\n --> change.md:3:27\n"
        ) && found.contains(
            "help: it takes a path as it is, and `{{` would be a part of it: write each path out, \
             or write the file with `sh`"
        ),
        "{found}"
    );
}

#[test]
fn an_attribute_on_the_wrong_fence() {
    assert_data_eq!(
        shown("# A\n\n```sh check revert=5m\ntrue\n```\n"),
        str![[r#"
error[misplaced-attribute]: `revert` has no meaning on `sh check`
 --> change.md:3:13
  |
3 | ```sh check revert=5m
  |             ^^^^^^ the revert timer that the block is applied under
  |
  = help: only `ios` `run` or `undo` fences take it

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh read within=5m\ntrue\n```\n"),
        str![[r#"
error[misplaced-attribute]: `within` has no meaning on `sh read`
 --> change.md:3:12
  |
3 | ```sh read within=5m
  |            ^^^^^^ retry until it holds or this has passed
  |
  = help: only `check` fences take it

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check whole\ntrue\n```\n"),
        str![[r#"
error[misplaced-attribute]: `whole` has no meaning on `sh check`
 --> change.md:3:13
  |
3 | ```sh check whole
  |             ^^^^^ the text is all of the output, not an excerpt
  |
  = help: only `expect` fences take it

"#]]
    );
}

#[test]
fn an_attribute_given_twice() {
    assert_data_eq!(
        shown("# A\n\n```sh check timeout=5s timeout=6s\ntrue\n```\n"),
        str![[r#"
error[duplicate-attribute]: `timeout` is given twice
 --> change.md:3:24
  |
3 | ```sh check timeout=5s timeout=6s
  |             ---------- ^^^^^^^^^^
  |             |
  |             first here

"#]]
    );
}

#[test]
fn a_value_that_is_missing_or_too_much() {
    assert_data_eq!(
        shown("# A\n\n```sh check timeout\ntrue\n```\n"),
        str![[r#"
error[missing-value]: `timeout` needs a value
 --> change.md:3:13
  |
3 | ```sh check timeout
  |             ^^^^^^^
  |
  = help: write `timeout=40s`

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check secret=yes\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `secret` takes no value
 --> change.md:3:20
  |
3 | ```sh check secret=yes
  |                    ^^^
  |
  = help: write `secret` alone

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check on=\"\"\ntrue\n```\n"),
        str![[r#"
error[bad-value]: the value of `on` is empty
 --> change.md:3:17
  |
3 | ```sh check on=""
  |                 ^

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check on=\"xen1\ntrue\n```\n"),
        str![[r#"
error[unclosed-quote]: the closing quote is missing
 --> change.md:3:16
  |
3 | ```sh check on="xen1
  |                ^^^^^

"#]]
    );
}

#[test]
fn a_value_of_the_wrong_kind() {
    assert_data_eq!(
        shown("# A\n\n```sh check timeout=5\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `timeout` cannot be `5`
 --> change.md:3:21
  |
3 | ```sh check timeout=5
  |                     ^
  |
  = help: it takes a whole number from 1 and its unit, such as `500ms`, `40s`, `5m` or `1h`

"#]]
    );
    for never in ["timeout=0s", "every=0ms"] {
        let shown = shown(&format!(
            "# A\n\n```sh check within=5s {never}\ntrue\n```\n"
        ));
        assert!(shown.starts_with("error[bad-value]"), "{never}: {shown}");
    }
    assert_data_eq!(
        shown("# A\n\n```sh check within=5\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `within` cannot be `5`
 --> change.md:3:20
  |
3 | ```sh check within=5
  |                    ^
  |
  = help: it takes a whole number and its unit, such as `500ms`, `40s`, `5m` or `1h`

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check exit=256\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `exit` cannot be `256`
 --> change.md:3:18
  |
3 | ```sh check exit=256
  |                  ^^^
  |
  = help: it takes an exit status, 0 to 255

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check capture=1st\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `capture` cannot be `1st`
 --> change.md:3:21
  |
3 | ```sh check capture=1st
  |                     ^^^
  |
  = help: it takes a name: letters, digits, `_` and `-`, with no digit first

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check serial=0\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `serial` cannot be `0`
 --> change.md:3:20
  |
3 | ```sh check serial=0
  |                    ^
  |
  = help: it takes a whole number from 1

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh run on-unknown=udno undo=none reason=\"x\" always\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `on-unknown` cannot be `udno`
 --> change.md:3:22
  |
3 | ```sh run on-unknown=udno undo=none reason="x" always
  |                      ^^^^
  |
  = help: did you mean `undo`?

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```file run path=/x mode=rw undo=none reason=\"x\" always\ntrue\n```\n"),
        str![[r#"
error[bad-value]: `mode` cannot be `rw`
 --> change.md:3:26
  |
3 | ```file run path=/x mode=rw undo=none reason="x" always
  |                          ^^
  |
  = help: it takes octal permissions such as `0644`

"#]]
    );
}

#[test]
fn attributes_that_need_one_another() {
    assert_data_eq!(
        shown("# A\n\n```sh check every=1s\ntrue\n```\n"),
        str![[r#"
error[incomplete-attribute]: `every` needs `within` beside it
 --> change.md:3:13
  |
3 | ```sh check every=1s
  |             ^^^^^^^^
  |
  = help: a check that is tried once has no pause between tries

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh run undo=none always\ntrue\n```\n"),
        str![[r#"
error[incomplete-attribute]: `undo` needs `reason` beside it
 --> change.md:3:11
  |
3 | ```sh run undo=none always
  |           ^^^^^^^^^
  |
  = help: a person who meets this in the record wants to know why

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```file run undo=none reason=\"x\" always\ntrue\n```\n"),
        str![[r#"
error[missing-attribute]: a `file` fence needs `path=`
 --> change.md:3:4
  |
3 | ```file run undo=none reason="x" always
  |    ^^^^^^^^
  |
  = help: say where the text goes: `path=/etc/example.conf`

"#]]
    );
}

#[test]
fn attributes_that_exclude_one_another() {
    assert_data_eq!(
        shown(
            "# A\n\n```ios run on=stack exec revert=5m always undo=none reason=\"x\"\nreload\n```\n"
        ),
        str![[r#"
error[contradicting-attributes]: `revert` cannot stand beside `exec`
 --> change.md:3:26
  |
3 | ```ios run on=stack exec revert=5m always undo=none reason="x"
  |                     ---- ^^^^^^^^^
  |
  = help: the revert timer covers configuration lines only

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check refused\ntrue\n```\n\n```expect\nhi\n```\n"),
        str![[r#"
error[contradicting-attributes]: a target that refuses us shows no output
 --> change.md:3:13
  |
3 |   ```sh check refused
  |               ^^^^^^^
...
7 | / ```expect
8 | | hi
9 | | ```
  | |___- nothing will be here to look at
  |
  = help: remove the expectation

"#]]
    );
}

#[test]
fn a_probe_has_limits_of_its_own() {
    let probe = |limits: &str| {
        shown(&format!(
            "# A\n\n```probe check on=xen1 every=500ms {limits}\nping\n```\n"
        ))
    };
    assert_data_eq!(probe("max-lost=0 max-gap=2s"), str![""]);
    assert_data_eq!(
        probe("max-lost=some"),
        str![[r#"
error[bad-value]: `max-lost` cannot be `some`
 --> change.md:3:45
  |
3 | ```probe check on=xen1 every=500ms max-lost=some
  |                                             ^^^^
  |
  = help: it takes a whole number from 0

"#]]
    );
}

#[test]
fn a_step_pins_the_key_of_one_target_at_one_device() {
    assert_data_eq!(
        shown(
            "# A\n\n## One\n\n```manual run on=xen1 pins=xen1 undo=none reason=\"a look changes nothing\"\n\
             Read the key.\n```\n\n```manual read on=xen1 pins=xen2\nRead the other.\n```\n\n\
             ## Two\n\n```manual run on=xen1 pins=hosts undo=none reason=\"a look changes nothing\"\n\
             Read the keys.\n```\n\n```sh check\ntrue\n```\n"
        ),
        str![[r#"
error[run-without-check]: nothing checks what the step `one` does
 --> change.md:5:4
  |
5 | ```manual run on=xen1 pins=xen1 undo=none reason="a look changes nothing"
  |    ^^^^^^^^^^
  |
  = help: add a `manual check` fence that says what must hold afterwards; a step that is done for its own sake is marked `always`

error[bad-pins]: a step pins one target: its `fingerprint` is one name
 --> change.md:9:29
  |
9 | ```manual read on=xen1 pins=xen2
  |                             ^^^^
  |
  = help: make a step for each target

error[bad-pins]: `pins=` names one target: a key is read at one device
  --> change.md:15:28
   |
15 | ```manual run on=xen1 pins=hosts undo=none reason="a look changes nothing"
   |                            ^^^^^
   |
   = help: make a step for each target

"#]]
    );
}

#[test]
fn what_a_person_fills_in_has_one_name_and_a_type() {
    assert_data_eq!(
        shown(
            "# A\n\n```manual run on=xen1 pins=xen1 undo=none reason=\"a look changes nothing\"\n\
             Read the label: it is on the front.\nserial: word\nslot: integer\nserial: int\nphoto: fiel\n\
             fingerprint: word\n```\n\n```sh check\ntrue\n```\n"
        ),
        str![[r#"
error[field-twice]: the field `fingerprint` is asked for twice
 --> change.md:3:4
  |
3 | ```manual run on=xen1 pins=xen1 undo=none reason="a look changes nothing"
  |    ^^^^^^^^^^
  |
  = help: `pins=` asks for the fingerprint by itself: remove the line

error[field-twice]: the field `serial` is asked for twice
 --> change.md:3:4
  |
3 | ```manual run on=xen1 pins=xen1 undo=none reason="a look changes nothing"
  |    ^^^^^^^^^^
  |
  = help: give each field a name of its own

warning[not-a-field]: `integer` is no type, so nobody is asked for `slot`
 --> change.md:6:7
  |
6 | slot: integer
  |       ^^^^^^^
  |
  = help: did you mean `int`?

warning[not-a-field]: `fiel` is no type, so nobody is asked for `photo`
 --> change.md:8:8
  |
8 | photo: fiel
  |        ^^^^
  |
  = help: did you mean `file`?

"#]]
    );
}

#[test]
fn a_file_is_kept_and_a_secret_is_not() {
    assert_data_eq!(
        shown("# A\n\n```manual read secret\ncode: word\npicture: file\n```\n"),
        str![[r#"
error[contradicting-attributes]: `secret` keeps nothing, and the file `picture` is kept
 --> change.md:3:16
  |
3 | ```manual read secret
  |                ^^^^^^
  |
  = help: ask for the file in a fence of its own, without `secret`

"#]]
    );
}

#[test]
fn a_person_is_not_hurried() {
    assert_data_eq!(
        shown("# A\n\n```manual check timeout=5m within=5m every=1m for=1m\nIs it so?\n```\n"),
        str![[r#"
error[misplaced-attribute]: `timeout` has no meaning on `manual check`
 --> change.md:3:17
  |
3 | ```manual check timeout=5m within=5m every=1m for=1m
  |                 ^^^^^^^ the deadline of one attempt
  |
  = help: only `sh`, `file`, `ios`, `xapi`, `cimc`, `http`, `sftp` or `probe` fences take it

error[misplaced-attribute]: `within` has no meaning on `manual check`
 --> change.md:3:28
  |
3 | ```manual check timeout=5m within=5m every=1m for=1m
  |                            ^^^^^^ retry until it holds or this has passed
  |
  = help: only `sh`, `file`, `ios`, `xapi`, `cimc`, `http`, `sftp` or `probe` `check` fences take it

error[misplaced-attribute]: `every` has no meaning on `manual check`
 --> change.md:3:38
  |
3 | ```manual check timeout=5m within=5m every=1m for=1m
  |                                      ^^^^^ the pause between two tries
  |
  = help: only `sh`, `file`, `ios`, `xapi`, `cimc`, `http`, `sftp` or `probe` `check` fences take it

error[misplaced-attribute]: `for` has no meaning on `manual check`
 --> change.md:3:47
  |
3 | ```manual check timeout=5m within=5m every=1m for=1m
  |                                               ^^^ how long it must stay true
  |
  = help: only `sh`, `file`, `ios`, `xapi`, `cimc`, `http`, `sftp` or `probe` `check` fences take it

"#]]
    );
}

#[test]
fn what_an_undo_can_not_lead_to() {
    let book = |attributes: &str| {
        format!(
            "# A\n\n```sh run\ntrue\n```\n\n```sh check\ntrue\n```\n\n```sh undo {attributes}\ntrue\n```\n"
        )
    };
    assert_data_eq!(
        shown(&book("once on-unknown=undo")),
        str![[r#"
error[contradicting-attributes]: an undo is not taken back
  --> change.md:11:17
   |
11 | ```sh undo once on-unknown=undo
   |                 ^^^^^^^^^^^^^^^
   |
   = help: `ask`, `fail` or `rerun`

"#]]
    );
    assert_data_eq!(
        shown(&book("on-unknown=fail")),
        str![[r#"
error[contradicting-attributes]: `on-unknown` of an undo needs `once` beside it
  --> change.md:11:12
   |
11 | ```sh undo on-unknown=fail
   |            ^^^^^^^^^^^^^^^
   |
   = help: what may be repeated is sent again when the undo goes on

"#]]
    );
    assert_data_eq!(shown(&book("once on-unknown=fail")), str![""]);
}

#[test]
fn a_shell_of_two_steps() {
    let step = |name: &str, attributes: &str| {
        format!(
            "## {name}\n\n```sh run session=s {attributes}\ntrue\n```\n\n```sh check\ntrue\n```\n\n"
        )
    };
    let undo = "undo=none reason=test";
    let two = |attributes: &str| {
        let first = step("One", attributes);
        format!("# A\n\n{first}{}", step("Two", attributes))
    };
    assert_data_eq!(
        shown(&two(undo)),
        str![[r#"
error[shell-across-steps]: the shell `s` is that of the step `one`
  --> change.md:15:11
   |
 5 | ```sh run session=s undo=none reason=test
   |           ---------
...
15 | ```sh run session=s undo=none reason=test
   |           ^^^^^^^^^
   |
   = help: where that step is done already, what it would prepare in its shell is missing here: put both into one step

"#]]
    );
    assert_data_eq!(shown(&two(&format!("always {undo}"))), str![""]);
}

#[test]
fn an_attribute_that_blanks_have_torn() {
    let check = |attributes: &str| shown(&format!("# A\n\n```sh check {attributes}\ntrue\n```\n"));
    assert_data_eq!(
        check("on = local"),
        str![[r#"
error[torn-attribute]: an attribute has no blanks around its `=`
 --> change.md:3:13
  |
3 | ```sh check on = local
  |             ^^^^^^^^^^
  |
  = help: write `on=local`

"#]]
    );
    assert_data_eq!(
        check("on= local secret"),
        str![[r#"
error[torn-attribute]: an attribute has no blanks around its `=`
 --> change.md:3:13
  |
3 | ```sh check on= local secret
  |             ^^^^^^^^^
  |
  = help: write `on=local`

"#]]
    );
    assert_data_eq!(
        check("on =local"),
        str![[r#"
error[torn-attribute]: an attribute has no blanks around its `=`
 --> change.md:3:13
  |
3 | ```sh check on =local
  |             ^^^^^^^^^
  |
  = help: write `on=local`

"#]]
    );
    assert_data_eq!(
        check("when='uplink == 1' secret"),
        str![[r#"
error[torn-attribute]: a value is quoted with double quotes only
 --> change.md:3:13
  |
3 | ```sh check when='uplink == 1' secret
  |             ^^^^^^^^^^^^^^^^^^
  |
  = help: write `when="uplink == 1"`

"#]]
    );
    let quoted = check("when='uplink == \"a\"'");
    assert!(
        quoted.contains(r#"write `when="uplink == \"a\""`"#),
        "{quoted}"
    );
    // What was not understood is not missing besides.
    assert_data_eq!(
        shown("# A\n\n```ios check on = stack\nshow clock\n```\n"),
        str![[r#"
error[torn-attribute]: an attribute has no blanks around its `=`
 --> change.md:3:14
  |
3 | ```ios check on = stack
  |              ^^^^^^^^^^
  |
  = help: write `on=stack`

"#]]
    );
    // What follows an empty value may be an attribute of its own.
    assert_data_eq!(
        check("on= secret"),
        str![[r#"
error[bad-value]: the value of `on` is empty
 --> change.md:3:16
  |
3 | ```sh check on= secret
  |                ^

"#]]
    );
}

#[test]
fn an_attribute_of_other_fences_misspelt() {
    assert_data_eq!(
        shown("# A\n\n```sh run always undo=none reason=\"x\" withn=5s\ntrue\n```\n"),
        str![[r#"
error[unknown-attribute]: unknown attribute `withn`
 --> change.md:3:39
  |
3 | ```sh run always undo=none reason="x" withn=5s
  |                                       ^^^^^
  |
  = help: did you mean `within`? Only `check` fences take it

"#]]
    );
}

#[test]
fn words_in_capitals() {
    assert_data_eq!(
        shown("# A\n\n```SH check\ntrue\n```\n\n```sh RUN\ntrue\n```\n"),
        str![[r#"
error[unknown-language]: no driver runs the language `SH`
 --> change.md:3:4
  |
3 | ```SH check
  |    ^^
  |
  = help: did you mean `sh`?

error[unknown-role]: unknown role `RUN`
 --> change.md:7:7
  |
7 | ```sh RUN
  |       ^^^
  |
  = help: did you mean `run`?

"#]]
    );
}

#[test]
fn a_field_whose_type_has_another_name_elsewhere() {
    assert_data_eq!(
        shown(
            "# A\n\n```manual check on=local\nLook.\ncount: integer\nslot: INT\nNote: integer\n```\n"
        ),
        str![[r#"
warning[not-a-field]: `integer` is no type, so nobody is asked for `count`
 --> change.md:5:8
  |
5 | count: integer
  |        ^^^^^^^
  |
  = help: did you mean `int`?

warning[not-a-field]: `INT` is no type, so nobody is asked for `slot`
 --> change.md:6:7
  |
6 | slot: INT
  |       ^^^
  |
  = help: did you mean `int`?

"#]]
    );
}
