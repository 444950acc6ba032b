use super::*;

#[test]
fn a_name_without_a_value() {
    let runbook =
        "---\nvars: {native_vlan: 5}\n---\n\n# A\n\n```sh check\necho {{ nativ_vlan }}\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[undefined-name]: nothing gives `nativ_vlan` a value
 --> change.md:8:9
  |
8 | echo {{ nativ_vlan }}
  |         ^^^^^^^^^^
  |
  = help: did you mean `native_vlan`?

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check when=\"zone == 1\"\ntrue\n```\n"),
        str![[r#"
error[undefined-name]: nothing gives `zone` a value
 --> change.md:3:19
  |
3 | ```sh check when="zone == 1"
  |                   ^^^^
  |
  = help: declare it under `vars:` in the front matter or in the inventory, or bind it with `capture=zone`

"#]]
    );
}

#[test]
fn a_name_that_is_bound_later() {
    let runbook = "# A\n\n```sh check\necho {{ uuid }}\n```\n\n# B\n\n```sh read capture=uuid\nuuidgen\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[undefined-name]: nothing gives `uuid` a value
 --> change.md:4:9
  |
4 | echo {{ uuid }}
  |         ^^^^ not at this point
...
7 | # B
  | --- it is bound here
  |
  = help: bind it before it is used

"#]]
    );
}

#[test]
fn a_name_that_only_an_effect_binds() {
    let runbook = "# A\n\n```sh run capture=uuid undo=none reason=\"x\"\nuuidgen\n```\n\n```sh check\ntrue\n```\n\n# B\n\n```sh check\necho {{ uuid }}\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[bound-by-effect]: `uuid` has no value when the step `a` is already done
  --> change.md:14:9
   |
 1 | # A
   | --- only the effect of this step binds it
...
14 | echo {{ uuid }}
   |         ^^^^
   |
   = help: bind it in a `read` or a `check` there: these run also when the step is done

"#]]
    );
}

#[test]
fn a_check_that_waits_for_its_own_effect() {
    let runbook = "# A\n\n```sh run undo=none reason=\"x\"\nuuidgen\n```\n\n```expect\n<uuid:uuid>\n```\n\n```sh check\ntest -e {{ uuid }}\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
warning[check-needs-run]: `uuid` is known only after this step's `run`
  --> change.md:12:12
   |
 3 | ```sh run undo=none reason="x"
   |    ------ bound here
...
12 | test -e {{ uuid }}
   |            ^^^^ so the step is never found already done
   |
   = help: look the thing up by name, in a `read` or in this check

"#]]
    );
}

#[test]
fn an_effect_that_waits_for_its_own_check() {
    let runbook = "# A\n\n```sh run undo=none reason=\"x\"\ntouch {{ file }}\n```\n\n```sh check capture=file\nls\n```\n";
    assert_data_eq!(
        shown(runbook),
        str![[r#"
error[bound-too-late]: `file` is bound by a check, which need not hold before the effect
 --> change.md:4:10
  |
4 | touch {{ file }}
  |          ^^^^
...
7 | ```sh check capture=file
  |    -------- bound here
  |
  = help: bind it in a `read`

"#]]
    );
}

#[test]
fn a_template_that_cannot_be_read() {
    assert_data_eq!(
        shown("# A\n\n```sh check\necho {{ uplink\n```\n"),
        str![[r#"
error[bad-template]: `{{` is never closed
 --> change.md:4:6
  |
4 | echo {{ uplink
  |      ^^
  |
  = help: close it with `}}`, or say `raw` on the fence to turn templates off

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check\necho {{ uplink + }}\n```\n"),
        str![[r#"
error[bad-template]: unexpected end of input, expected expression
 --> change.md:4:16
  |
4 | echo {{ uplink + }}
  |                ^

"#]]
    );
    assert_data_eq!(
        shown("# A\n\n```sh check raw\necho {{ uplink + }}\n```\n"),
        str![""]
    );
}

#[test]
fn a_secret_that_nobody_keeps() {
    assert_data_eq!(
        shown("# A\n\n```sh check\necho {{ secret.root_pasword }}\n```\n"),
        str![[r#"
error[unknown-secret]: the inventory has no secret `root_pasword`
 --> change.md:4:9
  |
4 | echo {{ secret.root_pasword }}
  |         ^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `root_password`?

"#]]
    );
}

#[test]
fn a_cell_that_the_table_does_not_have() {
    let step = |sent: &str, after: &str| {
        format!(
            "# R\n\n| name | port | VLAN name |\n|---|---|---|\n| a | 1 | x |\n\n\
             ```sh check each=row\n{sent}\n```\n{after}"
        )
    };
    assert_data_eq!(
        shown(&step("echo {{ row.nme }} {{ row.port }}", "")),
        str![[r#"
error[unknown-column]: the table has no column `nme`
 --> change.md:8:13
  |
8 | echo {{ row.nme }} {{ row.port }}
  |             ^^^
  |
  = help: did you mean `name`?

"#]]
    );
    assert_data_eq!(
        shown(&step("echo {{ row[\"speed\"] }}", "")),
        str![[r#"
error[unknown-column]: the table has no column `speed`
 --> change.md:8:13
  |
8 | echo {{ row["speed"] }}
  |             ^^^^^^^
  |
  = help: its columns are `name`, `port` and `VLAN name`

"#]]
    );
    assert_data_eq!(
        shown(&step("echo {{ row }}", "")),
        str![[r#"
error[whole-row]: `row` is a whole row of the table
 --> change.md:8:9
  |
8 | echo {{ row }}
  |         ^^^
  |
  = help: name a cell of it: `row.name`

"#]]
    );
    assert_data_eq!(
        shown(&step("true", "\n```assert\nrow.prot in stdout\n```\n")),
        str![[r#"
error[unknown-column]: the table has no column `prot`
  --> change.md:12:5
   |
12 | row.prot in stdout
   |     ^^^^
   |
   = help: did you mean `port`?

"#]]
    );
    assert_data_eq!(
        shown(&step(
            "echo {{ row.name }} {{ row[\"VLAN name\"] }} {{ row | tojson }}",
            ""
        )),
        str![""]
    );
}
