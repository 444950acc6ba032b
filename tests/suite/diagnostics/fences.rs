use super::*;

#[test]
fn a_role_that_does_not_exist() {
    assert_data_eq!(
        shown("# A\n\n```sh chekc\ntrue\n```\n"),
        str![[r#"
error[unknown-role]: unknown role `chekc`
 --> change.md:3:7
  |
3 | ```sh chekc
  |       ^^^^^
  |
  = help: did you mean `check`?

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh sometimes\ntrue\n```\n"),
        str![[r#"
error[unknown-role]: unknown role `sometimes`
 --> change.md:3:7
  |
3 | ```sh sometimes
  |       ^^^^^^^^^
  |
  = help: a fence that runs has the role `read`, `skip-if`, `run`, `check` or `undo`; one with a language alone is an illustration

"#]]
    );
}

#[test]
fn attributes_without_a_role() {
    assert_data_eq!(
        shown("# A\n\n```sh within=40s\ntrue\n```\n"),
        str![[r#"
error[no-role]: this fence has attributes but no role, so it would never run
 --> change.md:3:7
  |
3 | ```sh within=40s
  |       ^^^^^^^^^^
  |
  = help: write `sh check …`, or the language alone for an illustration

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```ios revert=5m run\nvlan 5\n```\n"),
        str![[r#"
error[no-role]: this fence has attributes but no role, so it would never run
 --> change.md:3:8
  |
3 | ```ios revert=5m run
  |        ^^^^^^^^^^^^^
  |
  = help: the role comes right behind the language: `ios run …`

"#]]
    );
}

#[test]
fn a_language_that_nothing_runs() {
    assert_data_eq!(
        shown("# A\n\n```bash check\ntrue\n```\n"),
        str![[r#"
error[unknown-language]: no driver runs the language `bash`
 --> change.md:3:4
  |
3 | ```bash check
  |    ^^^^
  |
  = help: did you mean `sh`?

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```cobol check\ntrue\n```\n"),
        str![[r#"
error[unknown-language]: no driver runs the language `cobol`
 --> change.md:3:4
  |
3 | ```cobol check
  |    ^^^^^
  |
  = help: fences that run are `sh`, `file`, `ios`, `xapi`, `cimc`, `http`, `sftp`, `manual` or `probe`

"#]]
    );
}

#[test]
fn a_fence_that_is_never_closed() {
    assert_data_eq!(
        shown("# A\n\n```sh check\ntrue\n\n## B\n\nText\n"),
        str![[r#"
error[unclosed-fence]: this fence is never closed
 --> change.md:3:1
  |
3 | ```sh check
  | ^^^^^^^^^^^ what follows is taken as its text
  |
  = help: close it with a line of as many backticks or tildes

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n> ```sh check\n> true\n\nText\n"),
        str![[r#"
error[unclosed-fence]: this fence is never closed
 --> change.md:3:3
  |
3 | > ```sh check
  |   ^^^^^^^^^^^ what follows is taken as its text
  |
  = help: close it with a line of as many backticks or tildes

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n~~~~ text\n~~~\n"),
        str![[r#"
error[unclosed-fence]: this fence is never closed
 --> change.md:3:1
  |
3 | ~~~~ text
  | ^^^^^^^^^ what follows is taken as its text
  |
  = help: close it with a line of as many backticks or tildes

"#]]
    );
}

#[test]
fn a_fence_without_a_heading() {
    assert_data_eq!(
        shown("```sh check\ntrue\n```\n"),
        str![[r#"
error[fence-before-heading]: an executable fence needs a heading above it
 --> change.md:1:4
  |
1 | ```sh check
  |    ^^^^^^^^
  |
  = help: a step is a heading's section; put a heading such as `## Look around` here

"#]]
    );
}

#[test]
fn a_fence_with_nothing_in_it() {
    assert_data_eq!(
        shown("# A\n\n```sh check\n```\n"),
        str![[r#"
error[empty-fence]: there is nothing in this fence
 --> change.md:3:4
  |
3 | ```sh check
  |    ^^^^^^^^

"#]]
    );
}

#[test]
fn a_language_in_the_wrong_role() {
    assert_data_eq!(
        shown("# A\n\n```file check path=/etc/motd\nhello\n```\n"),
        str![[r#"
error[wrong-role]: a `file` fence cannot be a `check`
 --> change.md:3:4
  |
3 | ```file check path=/etc/motd
  |    ^^^^^^^^^^
  |
  = help: it can be `run` or `undo`

"#]]
    );
}

#[test]
fn the_place_is_true_in_quotes_and_lists() {
    let quoted =
        "# A\n\n> - ```ios check on=stack\n>   show vlan brief\n>   what is this?\n>   ```\n";
    assert_data_eq!(
        shown(quoted),
        str![[r#"
error[question-mark]: IOS takes `?` as a request for help, wherever it stands
 --> change.md:5:17
  |
5 | >   what is this?
  |                 ^
  |
  = help: reword the line; only at its beginning a `?` means an answer to a question

"#]]
    );
}

#[test]
fn several_findings_come_at_once_in_the_order_of_the_file() {
    let runbook = "# A\n\n```sh run onn=xen1 timeout=5\ntrue\n```\n\n# A\n\n```expect\nyes\n```\n\n```sh check on=xen3\ntrue\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[no-undo]: the step `a` does not say how it is taken back
 --> change.md:3:4
  |
3 | ```sh run onn=xen1 timeout=5
  |    ^^^^^^
  |
  = help: add a `sh undo` fence, or say why there is none: `undo=none reason="…"`

error[run-without-check]: nothing checks what the step `a` does
 --> change.md:3:4
  |
3 | ```sh run onn=xen1 timeout=5
  |    ^^^^^^
  |
  = help: add a `sh check` fence that says what must hold afterwards; a step that is done for its own sake is marked `always`

error[unknown-attribute]: unknown attribute `onn`
 --> change.md:3:11
  |
3 | ```sh run onn=xen1 timeout=5
  |           ^^^
...
7 | # A
  | ^^^
  |
  = help: word the heading differently, or give it an id of its own: `{#other-id}`

error[unbound-expectation]: nothing before this `expect` gives it output to look at
 --> change.md:9:4
  |
9 | ```expect
  |    ^^^^^^
  |
  = help: it belongs right after an executable fence of the same step

error[unknown-target]: no target or group is called `xen3`
  --> change.md:13:16
   |
13 | ```sh check on=xen3
   |                ^^^^
   |
   = help: did you mean `xen1`?

"#]]
    );
}

#[test]
fn a_fence_that_markdown_takes_for_a_text() {
    let indented = "# A\n\n1. Do it.\n\nThen:\n\n    ```sh check\n    false\n    ```\n";
    assert_data_eq!(
        shown(indented),
        str![[r#"
warning[fence-in-code]: this is no fence, so it never runs
 --> change.md:7:8
  |
7 |     ```sh check
  |        ^^^^^^^^ four blanks before a fence make it a text
  |
  = help: take the blanks away; in a list, put it below the first letter of its item, with an empty line before it

"#]]
    );
    // Without an empty line before them the lines belong to the paragraph.
    let run_on = "# A\n\nThen:\n    ```sh check\n    false\n    ```\n";
    assert_data_eq!(
        shown(run_on),
        str![[r#"
warning[fence-in-code]: this is no fence, so it never runs
 --> change.md:4:8
  |
4 |     ```sh check
  |        ^^^^^^^^ four blanks before a fence make it a text
  |
  = help: take the blanks away; in a list, put it below the first letter of its item, with an empty line before it

"#]]
    );
    // Code that says nothing of a role is code.
    assert_data_eq!(
        shown("# A\n\n    ```sh\n    false\n    ```\n\nUse ```` ```sh check ````.\n"),
        str![""]
    );
    assert_data_eq!(
        shown("# A\n\n1. Do it.\n\n   ```sh check\n   true\n   ```\n"),
        str![""]
    );
}

#[test]
fn what_was_not_understood_is_not_missing_besides() {
    let step = |check: &str| {
        shown(&format!(
            "# A\n\n```sh run undo=none reason=\"x\"\ntrue\n```\n\n```{check}\ntrue\n```\n"
        ))
    };
    assert_data_eq!(
        step("SH check"),
        str![[r#"
error[unknown-language]: no driver runs the language `SH`
 --> change.md:7:4
  |
7 | ```SH check
  |    ^^
  |
  = help: did you mean `sh`?

"#]]
    );
    // An illustration is understood.
    assert!(step("sh").starts_with("error[run-without-check]"));
}

#[test]
fn html_that_may_hide_what_runs() {
    let hidden =
        "# A\n\n<div hidden>\n\n```sh check\ntrue\n```\n\n```assert\nexit == 0\n```\n\n</div>\n";
    assert_data_eq!(
        shown(hidden),
        str![[r#"
error[hiding-html]: this HTML may hide what runs, or show it as something else
 --> change.md:3:1
  |
3 | <div hidden>
  | ^^^^^^^^^^^^
  |
  = help: write it in Markdown; where anything runs, HTML is comments that end where they seem to, and the elements b, br, details, div, em, hr, i, img, p, strong, summary, u and wbr, without what changes how they look

"#]]
    );
    // HTML that a paragraph leaves open goes on in what follows it.
    let run_on = "# A\n\nLook: <b style=\"display: none\">\n\n> ```sh check\n> true\n> ```\n";
    assert_data_eq!(
        shown(run_on),
        str![[r#"
error[hiding-html]: this HTML may hide what runs, or show it as something else
 --> change.md:3:7
  |
3 | Look: <b style="display: none">
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write it in Markdown; where anything runs, HTML is comments that end where they seem to, and the elements b, br, details, div, em, hr, i, img, p, strong, summary, u and wbr, without what changes how they look

"#]]
    );
    let comment = "# A\n\n<p><!--\n\n```sh check\ntrue\n```\n\n<p>-->\n";
    assert_data_eq!(
        shown(comment),
        str![[r#"
error[hiding-html]: this HTML may hide what runs, or show it as something else
 --> change.md:3:4
  |
3 | <p><!--
  |    ^^^^
  |
  = help: write it in Markdown; where anything runs, HTML is comments that end where they seem to, and the elements b, br, details, div, em, hr, i, img, p, strong, summary, u and wbr, without what changes how they look

"#]]
    );
    let restyled = "# A\n\n```sh check\ntrue\n```\n\n<style>pre { display: none }</style>\n";
    assert_data_eq!(
        shown(restyled),
        str![[r#"
error[hiding-html]: this HTML may hide what runs, or show it as something else
 --> change.md:7:1
  |
7 | <style>pre { display: none }</style>
  | ^^^^^^^
  |
  = help: write it in Markdown; where anything runs, HTML is comments that end where they seem to, and the elements b, br, details, div, em, hr, i, img, p, strong, summary, u and wbr, without what changes how they look

"#]]
    );
    // What is folded up can be unfolded, and a comment that ends where it seems to hides itself.
    let shown_all = "# A\n\n<details><summary>More</summary>\n\n```sh check\ntrue\n```\n\n</details>\n\n\
                     <!-- not\n\nshown -->\n";
    assert_data_eq!(shown(shown_all), str![""]);
    // Where nothing runs there is nothing to hide.
    assert_data_eq!(
        shown(
            "# A\n\n<style>pre { color: red }</style>\n\n<div hidden>\n\n```sh\ntrue\n```\n\n</div>\n"
        ),
        str![""]
    );
}

/// Each of these puts the fence into an element that is not shown, in all browsers.
#[test]
fn html_that_browsers_read_otherwise_than_it_looks() {
    for html in [
        "<!-- --!><div hidden> -->",
        "<div></ <!-- ><div hidden> -->",
        "<div><textarea><!-- </textarea><div hidden> --></textarea>",
        "<svg><desc><![CDATA[ > </desc></svg> ]]>",
        "<bdo dir=rtl>",
        "<fencedframe>",
        "<div class=\"hidde&#110;\">",
    ] {
        let said = shown(&format!("# A\n\n{html}\n\n```sh check\ntrue\n```\n"));
        assert!(said.starts_with("error[hiding-html]"), "{html}: {said}");
    }
}

/// Of a thousand on one line each would be shown with all of the line.
#[test]
fn much_html_of_one_kind_is_told_of_in_short() {
    let said = shown(&format!(
        "# A\n\n```sh check\ntrue\n```\n\n{}\n",
        "x <a>\n".repeat(1000)
    ));
    assert_eq!(said.matches("error[hiding-html]").count(), 20);
    assert!(said.contains("and 980 more behind it"), "{said}");
}

#[test]
fn text_that_runs_in_another_direction_than_it_is_shown() {
    let turned = "# A\n\n```sh check\necho \u{202e}fr- mr\u{202c}\n```\n";
    assert_data_eq!(
        shown(turned),
        str![[r#"
error[turned-text]: `/u{202e}` changes the direction in which a text is shown, and not in which it is sent
 --> change.md:4:6
  |
4 | echo /u{202e}fr- mr/u{202c}
  |      ^^^^^^^^ and 1 more of its kind behind it
  |
  = help: take it out; in prose it can be written as `&rlm;` or `&lrm;`

"#]]
    );
    // Where nothing runs, a text may be written in any direction.
    assert_data_eq!(shown("# A\n\n\u{202b}b\u{202c}\n"), str![""]);
}
