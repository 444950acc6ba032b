use super::*;

fn configuration(attributes: &str, lines: &str) -> String {
    shown(&format!(
        "# A\n\n```ios run {attributes} undo=none reason=\"x\" always\n{lines}\n```\n"
    ))
}

#[test]
fn characters_that_a_web_page_has_made_typographic() {
    assert_data_eq!(
        configuration(
            "on=stack revert=5m",
            "interface range GigabitEthernet1/0/13 – 14\n description “uplink”"
        ),
        str![[r#"
warning[not-ascii]: `–` (U+2013) is no character that IOS understands
 --> change.md:4:39
  |
4 | interface range GigabitEthernet1/0/13 – 14
  |                                       ^ the line is rejected from here on
  |
  = help: replace it by `-`

warning[not-ascii]: `“` (U+201C) is no character that IOS understands
 --> change.md:5:14
  |
5 |  description “uplink”
  |              ^ the line is rejected from here on
  |
  = help: replace it by `"`

warning[not-ascii]: `”` (U+201D) is no character that IOS understands
 --> change.md:5:21
  |
5 |  description “uplink”
  |                     ^ the line is rejected from here on
  |
  = help: replace it by `"`

"#]]
    );
    assert_data_eq!(
        configuration("on=stack", "hostname zürich"),
        str![[r#"
warning[not-ascii]: `ü` (U+00FC) is no character that IOS understands
 --> change.md:4:11
  |
4 | hostname zürich
  |           ^ the line is rejected from here on
  |
  = help: IOS takes ASCII only

"#]]
    );
}

#[test]
fn question_marks() {
    assert_data_eq!(
        configuration("on=stack exec", "show clock ?"),
        str![[r#"
error[question-mark]: IOS takes `?` as a request for help, wherever it stands
 --> change.md:4:12
  |
4 | show clock ?
  |            ^
  |
  = help: reword the line; only at its beginning a `?` means an answer to a question

"#]]
    );
    assert_data_eq!(
        configuration("on=stack exec", "? yes\nreload\n? yes\n? a?"),
        str![[r#"
error[answer-without-question]: no line before this answer could ask a question
 --> change.md:4:1
  |
4 | ? yes
  | ^
  |
  = help: a line that begins with `?` answers the question of the line above it

error[question-mark]: IOS takes `?` as a request for help, wherever it stands
 --> change.md:7:4
  |
7 | ? a?
  |    ^
  |
  = help: reword the line; only at its beginning a `?` means an answer to a question

"#]]
    );
}

#[test]
fn abbreviations() {
    assert_data_eq!(
        configuration("on=stack revert=5m", "int gi1/0/13\n sh\n do wr"),
        str![[r#"
warning[abbreviation]: `int` is an abbreviation
 --> change.md:4:1
  |
4 | int gi1/0/13
  | ^^^
  |
  = help: write `interface` out: a reader sees what is meant, and another release cannot take it for something else

warning[abbreviation]: `sh` is an abbreviation
 --> change.md:5:2
  |
5 |  sh
  |  ^^
  |
  = help: write `shutdown` out: a reader sees what is meant, and another release cannot take it for something else

warning[abbreviation]: `wr` is an abbreviation
 --> change.md:6:5
  |
6 |  do wr
  |     ^^
  |
  = help: write `write` out: a reader sees what is meant, and another release cannot take it for something else

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```ios check on=stack\nsh run\nshow run\n```\n"),
        str![[r#"
warning[abbreviation]: `sh` is an abbreviation
 --> change.md:4:1
  |
4 | sh run
  | ^^
  |
  = help: write `show` out: a reader sees what is meant, and another release cannot take it for something else

warning[abbreviation]: `run` is an abbreviation
 --> change.md:5:6
  |
5 | show run
  |      ^^^
  |
  = help: write `running-config` out: a reader sees what is meant, and another release cannot take it for something else

"#]]
    );
}

#[test]
fn a_block_that_could_lock_us_out() {
    let lines = "hostname a\ninterface Vlan5\n ip address 192.168.5.1 255.255.255.0";
    assert_data_eq!(
        configuration("on=stack", lines),
        str![[r#"
warning[no-revert]: if this block cuts our own path, nothing brings the switch back
 --> change.md:3:4
  |
3 | ```ios run on=stack undo=none reason="x" always
  |    ^^^^^^^
4 | hostname a
5 | interface Vlan5
  | --------------- this line could
  |
  = help: add `revert=5m`: the switch takes the block back unless it is confirmed

"#]]
    );
    assert_data_eq!(configuration("on=stack revert=5m", lines), str![""]);
    assert_data_eq!(configuration("on=stack-console", lines), str![""]);
    assert_data_eq!(configuration("on=stack", "vlan 20\n name Data"), str![""]);
}
