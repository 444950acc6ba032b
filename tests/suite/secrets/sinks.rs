//! A run that shows its secret in every way, and everything that the program writes about it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::encodings::all;
use crate::desk::Desk;
use crate::verifiers;

pub(super) const CANARY: &str = "p&s '\"<w/ö+$r`d\\9>%Z=:k7";

/// Shows the canary on purpose: as output and as errors of an effect, a check, an undo and a
/// read; as a name's value that is used again; in a line that an excerpt has to cut; in a file;
/// and as what a device holds.
const BOOK: &str = r#"---
title: Canary
on: local
---

# Canary

## It is written

```file run path=written
{{ secret.canary }}
```

```sh check
cat written
```

```sh undo
cat forms; rm written
```

## It is read and used again

```sh read capture=again
cat written
```

```sh run
cat forms; cat forms >&2; echo {{ again }} > used; echo {{ secret.canary }}
```

```sh check
cat forms used
```

```sh undo
rm used
```

## It is in the way

```sh run undo=none reason="nothing is changed"
echo twice
```

```sh check
printf 'it is not here, but %s is, and the line is long\n' {{ secret.canary }}
printf 'enable secret 9 %s\n' '$9$hash''hashhash'
```

```expect
it is not here, but is, and the line is long
```
"#;

pub(crate) struct Leak {
    texts: Vec<(String, Vec<u8>)>,
}

impl Leak {
    /// What must appear nowhere: each form but for what its neighbours have a part in, and
    /// every eight characters of the secret itself.
    pub(crate) fn of(secret: &str) -> Self {
        let mut texts: Vec<(String, Vec<u8>)> = all(secret)
            .into_iter()
            .map(|form| {
                let own = form.text[form.own()].to_vec();
                (form.by, own)
            })
            .collect();
        let letters: Vec<char> = secret.chars().collect();
        for window in letters.windows(8) {
            let text: String = window.iter().collect();
            texts.push((format!("a part: {text}"), text.into_bytes()));
        }
        texts.push(("a device's".to_owned(), b"$9$hashhashhash".to_vec()));
        Self { texts }
    }

    pub(crate) fn assert_none(&self, place: &str, bytes: &[u8]) {
        if let Some((by, text)) = self.found_in(bytes) {
            panic!(
                "{place} holds the secret: {by}, {}",
                String::from_utf8_lossy(text)
            );
        }
    }

    /// The form in which it is found, and what is found of it.
    pub(super) fn found_in(&self, bytes: &[u8]) -> Option<&(String, Vec<u8>)> {
        let mut views = vec![bytes.to_vec()];
        let json = serde_json::Deserializer::from_slice(bytes).into_iter::<serde_json::Value>();
        for value in json.map_while(Result::ok) {
            strings(&value, &mut views);
        }
        if let Ok(text) = std::str::from_utf8(bytes)
            && let Ok(read) = quick_xml::escape::unescape(text)
        {
            views.push(read.as_bytes().to_vec());
        }
        let is_in = |text: &[u8], view: &Vec<u8>| view.windows(text.len()).any(|w| w == text);
        let mut texts = self.texts.iter();
        texts.find(|(_, text)| views.iter().any(|view| is_in(text, view)))
    }
}

fn strings(value: &serde_json::Value, into: &mut Vec<Vec<u8>>) {
    match value {
        serde_json::Value::String(text) => into.push(text.clone().into_bytes()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        serde_json::Value::Object(map) => map.values().for_each(|item| strings(item, into)),
        _ => {}
    }
}

pub(super) fn desk() -> Desk {
    let desk = Desk::new();
    desk.file(
        "inventory.yaml",
        "targets:\n  local: {driver: local}\nsecrets:\n  canary: env:CANARY\n",
    );
    desk.file("canary.md", BOOK);
    let mut forms = Vec::new();
    for form in all(CANARY) {
        forms.extend_from_slice(form.text.as_slice());
        forms.extend_from_slice(b"\n|");
    }
    desk.file("forms", forms);
    desk.file("out/.keep", "");
    let mut trusted = String::new();
    for name in ["alice", "bob"] {
        let key = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(desk.path(name))
            .status()
            .expect("ssh-keygen is installed");
        assert!(key.success());
        let _ = writeln!(
            trusted,
            "{name} {}",
            desk.read(&format!("{name}.pub")).trim()
        );
    }
    desk.file("allowed_signers", trusted);
    desk
}

/// All that the program wrote, which is not what it was given.
pub(crate) fn written(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in folder.read_dir().expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        match path.is_dir() {
            true => written(&path, into),
            false => into.push(path),
        }
    }
}

/// The id of the run that was called so.
pub(super) fn run_of(said: &str) -> &str {
    said.rsplit("runs/").next().unwrap_or_default().trim()
}

#[test]
fn nothing_that_is_shown_or_kept_holds_a_secret() {
    let desk = desk();
    let leak = Leak::of(CANARY);
    let call = |words: &str, code: i32| {
        let output = desk
            .runsheet(words)
            .env("CANARY", CANARY)
            .env("RUST_BACKTRACE", "full")
            .assert()
            .code(code);
        let output = output.get_output();
        leak.assert_none(&format!("the output of `{words}`"), &output.stdout);
        leak.assert_none(&format!("the errors of `{words}`"), &output.stderr);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    call("lint -i inventory.yaml canary.md", 0);
    call("plan -i inventory.yaml canary.md", 0);
    call("plan --check -i inventory.yaml canary.md", 0);
    let plan = call("plan -i inventory.yaml canary.md", 0);
    desk.file("plan.txt", plan);
    call("approve plan.txt --key bob", 0);
    let run = "run -i inventory.yaml canary.md --allowed-signers allowed_signers";
    let said = call(&format!("{run} --on-failure stop"), 1);
    assert!(said.contains("«secret:canary»"), "{said}");
    call("show", 0);
    let run = run_of(&said);
    for (format, name) in [
        ("html", "report.html"),
        ("md", "report.md"),
        ("junit", "junit.xml"),
        ("cast", "local.cast"),
        ("cast-v2", "local.v2.cast"),
        ("player", "player.html"),
    ] {
        call(&format!("report {run} -f {format} -o out/{name}"), 0);
        call(&format!("report {run} -f {format}"), 0);
    }
    call(&format!("show {run}"), 0);
    call(&format!("show {run} --json"), 0);
    let said = call(&format!("seal {run} -i inventory.yaml --key alice"), 0);
    let (_, record) = said.split_once("record: ").expect("a record is named");
    let record = record.split(" (").next().unwrap_or_default();
    call(
        &format!("verify {record} --allowed-signers allowed_signers"),
        0,
    );
    call(&format!("verify {record}"), 4);
    call(&format!("resume {run} -i inventory.yaml --key alice"), 2);
    call(&format!("undo {run} -i inventory.yaml --key alice"), 3);
    // What changes nothing can't be taken back.
    call(
        "run -i inventory.yaml canary.md --on-failure undo --json",
        3,
    );
    call(
        "run -i inventory.yaml canary.md --on-failure stop --color always",
        1,
    );

    let days = "population --from 2020-01-01 --to 2199-12-31";
    call(&format!("{days} --unsigned"), 0);
    call(&format!("{days} --key alice -o out/population.json"), 0);
    // The reason that somebody gives is kept, and told by whatever lists the run.
    let reason = format!("--reason={CANARY}");
    let given = desk.runsheet("run -i inventory.yaml canary.md --emergency");
    let given = given.arg(reason).env("CANARY", CANARY).assert().code(3);
    leak.assert_none("a run with a reason", &given.get_output().stdout);
    call("seal -i inventory.yaml --key alice", 0);
    call("approve plan.txt --key bob", 0);
    call("show", 0);
    call(&format!("{days} --unsigned"), 0);
    // A record that was tampered with is refused by name.
    let journal = format!("{record}/journal.jsonl");
    desk.file(&journal, desk.read(&journal).replace("twice", "once"));
    call(
        &format!("verify {record} --allowed-signers allowed_signers"),
        4,
    );

    let mut files = Vec::new();
    written(&desk.path(".runsheet"), &mut files);
    written(&desk.path("out"), &mut files);
    let mut sealed = String::new();
    for file in &files {
        let bytes = std::fs::read(file).expect("a file that was written");
        leak.assert_none(&file.display().to_string(), &bytes);
        leak.assert_none("a file's name", file.display().to_string().as_bytes());
        let _ = writeln!(sealed, "{}", file.display());
    }
    assert!(
        sealed.contains("VERIFY.txt") && sealed.contains("journal.jsonl"),
        "{sealed}"
    );
    println!("{} files: none holds the secret", files.len());
    // The run's, and that of the undo which could not be done.
    assert_eq!(verifiers::judge_all(&desk.path("")).len(), 2);
}
