//! Who else is on the machine sees the command lines of all processes: no secret stands in one.

use crate::desk::Desk;

const BOOK: &str = r#"---
on: local
---

# Login

## It is used

```sh read capture=token secret
cat token
```

```sh run
x={{ secret.password }} y={{ token }}
tr '\0' ' ' < /proc/$$/cmdline > seen
printf '%s' "$x" | wc -c > length
printf '%s' "$y" | wc -c >> length
```

```sh check
test -s seen
```

```sh undo
rm seen length
```
"#;

#[test]
fn no_command_line_holds_one() {
    let desk = Desk::new();
    desk.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  password: env:RUNSHEET_TEST_PASSWORD\n",
    );
    desk.file("login.md", BOOK);
    desk.file("token", "tok'en of thirty two bytes, four");
    desk.runsheet("-i inventory.yaml run login.md")
        .env("RUNSHEET_TEST_PASSWORD", "pass word of twenty-four")
        .assert()
        .success();
    let seen = desk.read("seen");
    assert!(seen.starts_with("sh "), "{seen}");
    assert!(
        !seen.contains("pass word") && !seen.contains("tok"),
        "{seen}"
    );
    assert_eq!(desk.read("length"), "24\n32\n");
}
