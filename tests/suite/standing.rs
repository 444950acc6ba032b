//! Which runs still stand, in which order they began, and which of them built on which.

use std::fs;
use std::path::Path;

use snapbox::str;

use super::desk::Desk;

/// A runbook that makes a file called like its target.
fn book(title: &str, target: &str) -> String {
    format!(
        "# {title}\n\n## Make it\n\n```sh run on={target}\ntouch {target}.d\n```\n\n\
         ```sh check on={target}\ntest -e {target}.d\n```\n\n```sh undo on={target}\nrm {target}.d\n```\n"
    )
}

/// Two servers that have nothing to do with each other, and a runbook for each.
fn floor() -> Desk {
    let desk = Desk::new();
    desk.file(
        "inventory.yaml",
        "targets:\n  web: {driver: local}\n  db: {driver: local}\n",
    );
    desk.file("web.md", book("Web", "web"));
    desk.file("db.md", book("Database", "db"));
    desk
}

/// The ids of all runs, oldest first.
pub(super) fn runs(desk: &Desk) -> Vec<String> {
    let shown = desk.said("show");
    let ids = shown.lines().filter_map(|line| line.split(' ').next());
    ids.map(str::to_owned).collect()
}

/// What a call says that needs a person.
pub(super) fn refused(desk: &Desk, words: &str) -> String {
    let called = desk.call(words).code(3).stdout_eq("");
    String::from_utf8_lossy(&called.get_output().stderr).into_owned()
}

/// A run for each of them, the web server's first.
fn two_runs() -> (Desk, [String; 2]) {
    let desk = floor();
    desk.call("run -i inventory.yaml web.md").success();
    desk.call("run -i inventory.yaml db.md").success();
    let ids = runs(&desk).try_into().expect("two runs");
    (desk, ids)
}

#[test]
fn a_run_is_taken_back_beneath_one_that_has_nothing_to_do_with_it() {
    let desk = floor();
    desk.call("run -i inventory.yaml web.md").success();
    desk.call("run -i inventory.yaml db.md").success();
    let web = runs(&desk).remove(0);
    desk.call(&format!("undo -i inventory.yaml {web}"))
        .success();
    assert!(!desk.path("web.d").exists() && desk.path("db.d").exists());
}

#[test]
fn but_not_beneath_one_that_needed_it() {
    let desk = floor();
    let needs = format!("---\nneeds: [web]\n---\n\n{}", book("Database", "db"));
    desk.file("db.md", needs);
    desk.call("run -i inventory.yaml web.md").success();
    desk.call("run -i inventory.yaml db.md").success();
    let web = runs(&desk).remove(0);
    let said = refused(&desk, &format!("undo -i inventory.yaml {web}"));
    assert!(said.contains("built on what"), "{said}");
    assert!(desk.path("web.d").exists() && desk.path("db.d").exists());
}

#[test]
fn a_damaged_run_may_have_built_on_anything_before_it() {
    let (desk, [web, db]) = two_runs();
    let journal = format!(".runsheet/runs/{db}/journal.jsonl");
    let sound = desk.read(&journal);
    desk.file(&journal, sound.replacen("touch", "torch", 1));
    let said = refused(&desk, "undo -i inventory.yaml");
    assert!(said.contains("the newest run, is damaged"), "{said}");
    let said = refused(&desk, &format!("undo -i inventory.yaml {web}"));
    assert!(said.contains("nobody knows whether it built on"), "{said}");
    assert!(desk.path("web.d").exists() && desk.path("db.d").exists());
    // What is before it it can't have built on.
    desk.file(&journal, sound);
    let journal = format!(".runsheet/runs/{web}/journal.jsonl");
    let sound = desk.read(&journal);
    desk.file(&journal, sound.replacen("touch", "torch", 1));
    desk.call("undo -i inventory.yaml").success();
    assert!(desk.path("web.d").exists() && !desk.path("db.d").exists());
}

#[test]
fn runs_are_in_the_order_in_which_they_began_whatever_they_are_called() {
    let desk = floor();
    // In the lab, whose runs are called otherwise.
    desk.file("here.md", book("Here", "local"));
    desk.call("run here.md").success();
    desk.call("run -i inventory.yaml web.md").success();
    let ids = runs(&desk);
    assert!(
        ids[0].starts_with("lab-") && !ids[1].starts_with("lab-"),
        "{ids:?}"
    );
    desk.call("undo -i inventory.yaml").success();
    assert!(desk.path("local.d").exists() && !desk.path("web.d").exists());
}

#[test]
fn a_run_goes_on_and_is_taken_back_where_it_began() {
    let desk = floor();
    desk.file("else/where/.keep", "");
    let words = "-i ../../inventory.yaml --state ../../.runsheet";
    desk.call("run -i inventory.yaml web.md").success();
    let called = desk
        .runsheet(&format!("undo {words}"))
        .current_dir(desk.path("else/where"))
        .assert()
        .code(3);
    let shown = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    let folder = desk.path("else/where");
    assert!(shown.contains(&folder.display().to_string()), "{shown}");
    assert!(desk.path("web.d").exists());
    desk.call("undo -i inventory.yaml").success();
}

#[test]
fn a_run_whose_journal_is_gone_is_not_passed_over() {
    let (desk, [web, db]) = two_runs();
    let journal = format!(".runsheet/runs/{db}/journal.jsonl");
    let sound = desk.read(&journal);
    let changes: [(fn(&Path), _); 2] = [
        (|path| fs::remove_file(path).expect("removed"), "missing"),
        (|path| fs::write(path, "").expect("emptied"), "empty"),
    ];
    for (change, what) in changes {
        change(&desk.path(&journal));
        let shown = desk.said("show");
        assert!(
            shown.contains(&format!("{db}  (its journal is {what})\n")),
            "{shown}"
        );
        let said = refused(&desk, "undo -i inventory.yaml");
        assert!(said.contains("the newest run, is damaged"), "{said}");
        let said = refused(&desk, &format!("undo -i inventory.yaml {web}"));
        assert!(said.contains("nobody knows whether it built on"), "{said}");
        // Whoever is asked about the run says the same, and shows nothing.
        let why = format!("the journal {journal} is {what}: nobody knows what the run did");
        for words in [
            "undo -i inventory.yaml",
            "resume -i inventory.yaml",
            "show",
            "show --json",
            "report",
            "report -f md",
            "report -f junit",
            "report -f cast",
            "report -f player",
        ] {
            let called = desk.call(&format!("{words} {db}")).code(2);
            let output = called.get_output();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(said, format!("error: {why}\n"), "{words}");
            assert_eq!(output.stdout, b"", "{words}");
        }
        let called = desk
            .call(&format!("seal -i inventory.yaml --unsigned {db}"))
            .code(2);
        let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
        assert!(said.contains(&why), "{said}");
        let list = "population --from 2020-01-01 --to 2100-01-01 --unsigned";
        let called = desk.call(list).code(4);
        let list = String::from_utf8_lossy(&called.get_output().stdout).into_owned();
        assert!(list.contains(&db) && list.contains("\"damaged\""), "{list}");
        assert!(list.contains(&why), "{list}");
    }
    // Others can run, and nothing is lost once it is put back.
    desk.call("run -i inventory.yaml web.md").success();
    desk.file(&journal, sound);
    desk.call(&format!("undo -i inventory.yaml {db}")).success();
    assert!(desk.path("web.d").exists() && !desk.path("db.d").exists());
}

#[test]
fn a_run_that_was_killed_before_its_first_line_is_not_one_whose_journal_was_emptied() {
    let (desk, [_, db]) = two_runs();
    let folder = desk.path(&format!(".runsheet/runs/{db}"));
    for journal in ["", "{\"format\":\"1.1\",\"seq\""] {
        fs::write(folder.join("journal.jsonl"), journal).expect("written");
        let _ = fs::remove_file(folder.join("begun"));
        assert_eq!(
            desk.said(&format!("show {db}")),
            "incomplete: the run had not begun: nothing was sent\n"
        );
        for verb in ["undo", "resume"] {
            let called = desk.call(&format!("{verb} -i inventory.yaml {db}")).code(2);
            let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
            let told = said.contains(&format!("run {db} had not begun: nothing was sent"));
            assert!(told, "{said}");
        }
        desk.call("population --from 2020-01-01 --to 2100-01-01 --unsigned")
            .success();
    }
    // Once it had a line, nothing but that line will do.
    fs::write(folder.join("begun"), "").expect("written");
    for verb in ["show", "report"] {
        desk.call(&format!("{verb} {db}")).code(2);
    }
}

#[test]
fn a_step_to_go_back_to_is_one_step() {
    let desk = floor();
    desk.call("run -i inventory.yaml web.md db.md").success();
    let called = desk.call("undo -i inventory.yaml --to make-it").code(2);
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    let id = runs(&desk).remove(0);
    assert_eq!(
        said.replace(&id, "RUN"),
        "error: run RUN has more than one step `make-it`: `db#make-it` and `web#make-it`; \
         nothing was sent\nhelp: name it with its runbook: --to db#make-it\n"
    );
    desk.call("undo -i inventory.yaml --to web#make-it")
        .success();
    assert!(!desk.path("web.d").exists() && desk.path("db.d").exists());
}

#[test]
fn a_device_is_one_run_s_at_a_time() {
    let desk = floor();
    let slow = book("Slow", "web").replace("touch web.d", "touch begun; sleep 3; touch web.d");
    desk.file("slow.md", slow);
    desk.file("web.md", book("Web", "web").replace("web.d", "web.e"));
    let mut slow = std::process::Command::new(env!("CARGO_BIN_EXE_runsheet"))
        .args(["run", "-i", "inventory.yaml", "slow.md"])
        .current_dir(desk.path("."))
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    while !desk.path("begun").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let id = runs(&desk).remove(0);
    let said = refused(&desk, "run -i inventory.yaml web.md");
    assert_eq!(
        said,
        format!(
            "error: run {id} (process {}) works on the device `web`; nothing was sent\n\
             help: wait for it, or stop it\n",
            slow.id()
        )
    );
    assert_eq!(runs(&desk).len(), 1, "no run was begun");
    // Another device is free, and so is this one once the other process is gone.
    desk.call("run -i inventory.yaml db.md").success();
    slow.kill().expect("it was there");
    slow.wait().expect("it ends");
    // What it had begun there goes on for a while, though.
    while !desk.path("web.d").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    desk.call("run -i inventory.yaml web.md").success();
    assert!(desk.path("db.d").exists() && desk.path("web.e").exists());
}

#[test]
fn a_run_that_ended_before_its_first_line_is_none_that_was_emptied() {
    let desk = floor();
    desk.call("run -i inventory.yaml web.md").success();
    desk.call("run -i inventory.yaml db.md").success();
    let db = runs(&desk).remove(1);
    // As it lies there before the first line.
    desk.file(&format!(".runsheet/runs/{db}/journal.jsonl"), "");
    fs::remove_file(desk.path(&format!(".runsheet/runs/{db}/begun"))).expect("it had begun");
    let list = desk.said("population --from 2020-01-01 --to 2100-01-01 --unsigned");
    assert!(
        list.contains("the run had not begun: nothing was sent"),
        "{list}"
    );
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("web.d").exists());
}

#[test]
fn a_run_that_went_on_later_may_have_built_on_what_was_done_meanwhile() {
    let desk = floor();
    let db = book("Database", "db").replace(
        "## Make it",
        "## Ask\n\n```sh run approve on=db undo=none reason=test\ntouch asked\n```\n\n\
         ```sh check on=db\ntest -e asked\n```\n\n## Make it",
    );
    desk.file("db.md", format!("---\nneeds: [web]\n---\n\n{db}"));
    for inventory in ["-i inventory.yaml ", ""] {
        if inventory.is_empty() {
            // The same in the lab, whose clock is its own.
            for name in ["web.md", "db.md"] {
                let text = desk.read(name);
                desk.file(
                    name,
                    text.replace("on=web", "on=local")
                        .replace("on=db", "on=local"),
                );
            }
        }
        desk.call(&format!("run {inventory}web.md")).success();
        desk.call(&format!("run {inventory}db.md")).code(3);
        let db = runs(&desk).pop().expect("the second run");
        fs::remove_file(desk.path("web.d")).expect("it is there");
        desk.call(&format!("run {inventory}web.md")).success();
        let web = runs(&desk).pop().expect("the third run");
        desk.file("asked", "");
        desk.call(&format!("resume {inventory}{db}")).success();
        // What it did stands on the run that began after it.
        let said = refused(&desk, &format!("undo {inventory}{web}"));
        assert!(
            said.contains(&format!("run {db} built on what {web} did")),
            "{said}"
        );
        assert!(desk.path("web.d").exists() && desk.path("db.d").exists());
        // Without a name, the one that did something last is taken back.
        desk.call(&format!("undo {inventory}")).success();
        assert!(desk.path("web.d").exists() && !desk.path("db.d").exists());
        desk.call(&format!("undo {inventory}{web}")).success();
        fs::remove_file(desk.path("asked")).expect("it is there");
        assert!(!desk.path("web.d").exists());
        fs::rename(desk.path(".runsheet"), desk.path(&format!("was-{db}"))).expect("moved");
    }
}

#[test]
fn what_was_taken_back_is_known_to_be_whatever_the_clock_said_then() {
    let desk = Desk::new();
    let book = book("Web", "local").replace("rm local.d", "rm local.d; echo undone >> undone");
    desk.file("web.md", book);
    desk.call("run web.md").success();
    desk.call("undo").success();
    // As if it had begun before its run.
    let environment = ".runsheet/runs/lab-1-0002/environment.json";
    let mut stated: serde_json::Value =
        serde_json::from_str(&desk.read(environment)).expect("JSON");
    stated["started_at"] = "2019-12-31T23:00:00Z".into();
    desk.file(environment, stated.to_string());
    desk.file("local.d", "");
    desk.call("undo").code(2).stdout_eq("").stderr_eq(str![[r#"
error: all that the runs in .runsheet/runs did was taken back or kept already

"#]]);
    assert_eq!(desk.read("undone"), "undone\n");
}

/// A step that makes a file.
fn step(name: &str) -> String {
    format!(
        "## {name}\n\n```sh run\ntouch {name}\n```\n\n```sh check\ntest -e {name}\n```\n\n\
         ```sh undo\nrm {name}\n```\n\n"
    )
}

/// A run that stopped for a person after its first step, one of another runbook that came
/// between, and the rest of the first.
fn by_turns(inventory: &str) -> (Desk, [String; 2]) {
    let desk = Desk::local();
    let ask = "## ask\n\n```sh run approve undo=none reason=test\ntouch asked\n```\n\n\
               ```sh check\ntest -e asked\n```\n\n";
    let base = ["# Base\n\n", &step("first"), ask, &step("second")].concat();
    desk.file("base.md", base);
    desk.file("top.md", format!("# Top\n\n{}", step("top")));
    desk.call(&format!("run {inventory} base.md")).code(3);
    desk.call(&format!("run {inventory} top.md")).success();
    let ids: [String; 2] = runs(&desk).try_into().expect("two runs");
    desk.file("asked", "");
    desk.call(&format!("resume {inventory} {}", ids[0]))
        .success();
    (desk, ids)
}

#[test]
fn what_runs_did_by_turns_is_taken_back_by_turns() {
    let (desk, [base, top]) = by_turns("-i inventory.yaml");
    // Without a name, it is the one that went on last.
    for (words, id, other) in [("", &base, &top), (top.as_str(), &top, &base)] {
        let said = refused(&desk, &format!("undo -i inventory.yaml {words}"));
        assert_eq!(
            said,
            format!(
                "error: runs {id} and {other} went on by turns, and built on each other\n\
                 help: take back first what was done last: runsheet undo {base} --to \
                 base#second -i inventory.yaml\n"
            )
        );
    }
    desk.call(&format!("undo {base} --to base#second -i inventory.yaml"))
        .success();
    assert!(desk.path("first").exists() && !desk.path("second").exists());
    desk.call("undo -i inventory.yaml").success();
    assert!(desk.path("first").exists() && !desk.path("top").exists());
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("first").exists());
}

#[test]
fn the_order_of_runs_is_not_the_clock_s() {
    let (desk, [base, top]) = by_turns("");
    // As if the clock had been set back before the second run.
    let environment = format!(".runsheet/runs/{top}/environment.json");
    let mut stated: serde_json::Value =
        serde_json::from_str(&desk.read(&environment)).expect("JSON");
    stated["started_at"] = "2019-12-31T23:00:00Z".into();
    desk.file(&environment, stated.to_string());
    assert_eq!(runs(&desk), [base.clone(), top.clone()]);
    let said = refused(&desk, &format!("undo {base}"));
    assert!(said.contains("went on by turns"), "{said}");
}

#[test]
fn of_two_that_may_have_built_on_each_other_a_person_says_which_did() {
    let desk = Desk::local();
    // It kills the program, and is sent again where it goes on.
    let twice = "# Base\n\n## Twice\n\n```sh run\necho x >> twice; test $(wc -l <twice) -gt 1 || kill -9 $PPID\n```\n\n\
                 ```sh check\ntest $(wc -l <twice) -gt 1\n```\n\n```sh undo\nrm twice\n```\n";
    desk.file("base.md", twice);
    desk.file("top.md", format!("# Top\n\n{}", step("top")));
    desk.call("run -i inventory.yaml base.md").interrupted();
    desk.call("run -i inventory.yaml top.md").success();
    let [base, top]: [String; 2] = runs(&desk).try_into().expect("two runs");
    desk.call(&format!("resume -i inventory.yaml {base}"))
        .success();
    let said = refused(&desk, &format!("undo -i inventory.yaml {top}"));
    assert_eq!(
        said,
        format!(
            "error: runs {top} and {base} went on by turns, so each may have built on the other\n\
             help: if you know that {base} did not build on {top}: runsheet undo {top} --yes -i \
             inventory.yaml\n"
        )
    );
    desk.call(&format!("undo -i inventory.yaml --yes {top}"))
        .success();
    assert!(!desk.path("top").exists());
    let undo = runs(&desk).pop().expect("the undo");
    let shown = desk.said(&format!("show {undo}"));
    assert!(shown.contains("said to go on"), "{shown}");
    desk.call("undo -i inventory.yaml").success();
    assert!(!desk.path("twice").exists());
}

#[test]
fn what_a_run_found_done_and_another_took_back_is_not_gone_on_from() {
    let desk = Desk::local();
    let ask = "## ask\n\n```sh run approve undo=none reason=test\ntouch asked\n```\n\n\
               ```sh check\ntest -e asked\n```\n\n";
    desk.file("base.md", format!("# Base\n\n{}", step("first")));
    desk.file("top.md", ["# Top\n\n", ask, &step("top")].concat());
    desk.call("run -i inventory.yaml base.md").success();
    desk.call("run -i inventory.yaml base.md top.md").code(3);
    let [base, open]: [String; 2] = runs(&desk).try_into().expect("two runs");
    // It did nothing of its own yet.
    desk.call(&format!("undo -i inventory.yaml {base}"))
        .success();
    desk.file("asked", "");
    let called = desk
        .call(&format!("resume -i inventory.yaml {open}"))
        .code(2);
    let said = String::from_utf8_lossy(&called.get_output().stderr).into_owned();
    let undo = runs(&desk).pop().expect("the undo");
    assert_eq!(
        said,
        format!(
            "error: `base#first`, which run {open} found done already, was taken back by {undo} \
             since\nhelp: run its runbooks again; what is done is found to be so\n"
        )
    );
    // What others did again since is there again.
    desk.call("run -i inventory.yaml base.md").success();
    desk.call(&format!("resume -i inventory.yaml {open}"))
        .success();
    assert!(desk.path("first").exists() && desk.path("top").exists());
    desk.call("run -i inventory.yaml base.md top.md").success();
}

#[test]
fn a_run_whose_order_nobody_knows_any_more_stops_what_depends_on_it() {
    let (desk, [web, _]) = two_runs();
    let turns = format!(".runsheet/runs/{web}/turns.jsonl");
    for broken in ["", "{\"seq\":1,\"turn\":", "no turn\n"] {
        desk.file(&turns, broken);
        let said = refused(&desk, "undo -i inventory.yaml");
        assert!(said.contains("turns.jsonl is damaged"), "{said}");
        assert!(desk.path("web.d").exists() && desk.path("db.d").exists());
    }
}
