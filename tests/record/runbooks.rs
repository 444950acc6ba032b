//! What runbooks say goes into the record, in whatever form they say it; the second verifier, which
//! reads a part of YAML and CommonMark, reads the same or says that it can't tell.

use std::fs;
use std::path::Path;
use std::process::Command;

use runsheet::record::Bundle;
use serde_json::json;

use super::bench::{Bench, record_of, refused, succeeded};
use super::tampering::{rejected, utf8, with};

const FORMS: &str = r#"---
# A comment
title: "Many \"forms\""
summary: >-
  Two lines
  in one.
needs: []
reason: 'It''s "quoted"'
requester: the readers # and nobody else
impact: plain text that
  goes on here
security-impact: |
  First
  Second
window: "after\tlunch" # or before
retention: 7
risk: moderate
on: local
on-failure: stop
vars:
  name: {default: greeting, help: "the file's name"}
  risk: high
---

# Many forms

```sh
illustrated --only
## no heading
```

## Write `it` & [look](https://example.org/a-page) ##

~~~~file run path=greeting undo=none reason="it \"stays\" \\ here"
```sh run
## no heading either
~~~
~~~~

   ```sh check within=2m on=local every=1s
cat greeting
   ```

```expect
## no heading either
```

## Again

```sh read
true
```

## Again {#once-more}

```sh check within=1500ms
true
```

```sh check after=undo
test ! -e other
```

```sh run
touch other
```

```sh undo
rm -f other
```

```sh undo on=local
true
```
"#;

#[test]
fn every_form_of_text_and_fences_is_read_alike() {
    let bench = Bench::new();
    bench.file("forms.md", FORMS);
    let said = succeeded(&bench.runsheet("run -i inventory.yaml --key alice forms.md"));
    let folder = bench.named(&said);
    succeeded(&bench.verify(&folder));
    let record = record_of(&folder);
    for (field, text) in [
        ("description", "Two lines in one."),
        ("reason", "It's \"quoted\""),
        ("requester", "the readers"),
        ("impact", "plain text that goes on here"),
        ("security_impact", "First\nSecond\n"),
        ("retention", "7"),
    ] {
        assert_eq!(record[field], json!([text]), "{field}");
    }
    assert_eq!(record["risk"], "moderate");
    assert_eq!(record["window"]["planned"], json!(["after\tlunch"]));
    let steps = record["steps"].as_array().expect("a list");
    let ids: Vec<_> = steps.iter().map(|step| &step["step"]).collect();
    assert_eq!(ids, ["write-it--look", "again", "once-more"]);
    let how: Vec<_> = steps.iter().map(|step| &step["backout"]["how"]).collect();
    assert_eq!(
        how,
        [
            "none: it \"stays\" \\ here",
            "nothing to take back",
            "`undo` in the plan"
        ]
    );
    assert_eq!(steps[0]["checks"][0]["within_s"], 120);
    assert_eq!(steps[2]["checks"][0]["within_s"], 1);
    assert_eq!(steps[2]["backout"]["undo"][0]["fence"], 4);
}

#[test]
fn what_only_yaml_and_commonmark_explain_is_not_guessed() {
    for (old, new) in [
        ("summary: >-\n", "summary: >\n\n"),
        ("retention: 7", "retention: 7.50"),
        ("'It''s \"quoted\"'", "!!str quoted"),
        ("## Again\n", "- ```sh\n  true\n  ```\n\n## Again\n"),
        ("## Again\n", "Underlined\n---\n\n## Again\n"),
        ("## Again\n", "<!--\n## Hidden\n-->\n\n## Again\n"),
    ] {
        let bench = Bench::new();
        let changed = FORMS.replacen(old, new, 1);
        assert_ne!(changed, FORMS, "{old}");
        bench.file("forms.md", changed);
        let said = succeeded(&bench.runsheet("run -i inventory.yaml --key alice forms.md"));
        // The bench has all records judged, and this one can't be.
        let aside = bench.path("aside");
        fs::rename(bench.named(&said), &aside).expect("renamed");
        let second = Command::new("python3")
            .arg("-B")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/record/verifier.py"))
            .args([bench.path("allowed_signers"), aside.clone()])
            .output()
            .expect("python3 is there");
        let said = succeeded(&second);
        assert!(said.contains(": can't tell: "), "{new}: {said}");
        let words = "verify --allowed-signers allowed_signers aside";
        succeeded(&bench.runsheet(words));
    }
}

#[test]
fn what_a_run_needs_is_what_its_plan_says_that_it_is() {
    let bench = Bench::new();
    bench.file("greeting", "hello\n");
    bench.file(
        "top.md",
        "---\nneeds: [greet]\n---\n\n# Top\n\n## Look\n\n```sh check on=local\ntrue\n```\n",
    );
    let said = succeeded(&bench.runsheet("run -i inventory.yaml --key alice top.md"));
    let id = said
        .rsplit("records/")
        .next()
        .and_then(|rest| rest.split(' ').next());
    let id = id.expect("a record is named");
    let record = bench.path(&format!(".runsheet/records/{id}"));
    let bundle = Bundle::read(utf8(&record)).expect("a record");
    let name = "runbooks/greet.md";
    let why = format!(
        "it was sealed like this, but contradicts itself: `{name}` is not what \
        `plan.txt` says was looked at"
    );
    let copy = String::from_utf8(bundle.get(name).expect("it is there").to_vec()).expect("text");
    let edited = copy.replace("cat greeting", "touch evil");
    assert_eq!(
        rejected(&bench, &with(&bundle, name, edited.as_bytes())),
        why
    );
    // Nor is it sealed, if it was edited before.
    let kept = format!(".runsheet/runs/{id}/{name}");
    bench.file(&kept, edited);
    let said = refused(
        &bench.runsheet(&format!("seal -i inventory.yaml {id} --key bob")),
        2,
    );
    assert!(
        said.contains(&format!("`{name}` is not what `plan.txt` says")),
        "{said}"
    );
}
