use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::files;

/// A line of a configuration with the lines that are indented below it.
struct Section<'t> {
    head: &'t str,
    lines: Vec<&'t str>,
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let content = |line: &&str| !line.trim().is_empty() && !line.starts_with('!') && *line != "end";
    for line in text.lines().filter(content) {
        match (line.strip_prefix(' '), sections.last_mut()) {
            (Some(line), Some(section)) => section.lines.push(line.trim()),
            _ => sections.push(Section {
                head: line.trim(),
                lines: Vec::new(),
            }),
        }
    }
    sections
}

/// What `this` has and `that` has not: sections that are new, and those with new lines in them.
fn only_in<'t>(this: &'t [Section<'t>], that: &[Section<'_>]) -> Vec<(bool, Section<'t>)> {
    let mut found = Vec::new();
    for section in this {
        let other = that.iter().find(|other| other.head == section.head);
        let is_new = |line: &&&str| !other.is_some_and(|other| other.lines.contains(*line));
        let lines: Vec<&str> = section.lines.iter().filter(is_new).copied().collect();
        if other.is_none() || !lines.is_empty() {
            let head = section.head;
            found.push((other.is_none(), Section { head, lines }));
        }
    }
    found
}

/// The difference of two configurations, with `+`, `-` and the sections around.
fn contextual(before: &str, after: &str) -> String {
    let (before, after) = (sections(before), sections(after));
    let mut out = String::new();
    for (sign, this, that) in [('+', &after, &before), ('-', &before, &after)] {
        for (is_new, section) in only_in(this, that) {
            let mark = if is_new {
                sign.to_string()
            } else {
                String::new()
            };
            out += &format!("{mark}{}\n", section.head);
            for line in section.lines {
                out += &format!(" {sign}{line}\n");
            }
        }
    }
    out
}

/// The commands that make one configuration of another.
pub(super) fn commands(before: &str, after: &str) -> String {
    let (before, after) = (sections(before), sections(after));
    let negated = |line: &str| match line.strip_prefix("no ") {
        Some(line) => line.to_owned(),
        None => format!("no {line}"),
    };
    let mut out = String::new();
    for (is_gone, section) in only_in(&before, &after) {
        if is_gone {
            out += &format!("{}\n", negated(section.head));
            continue;
        }
        out += &format!("{}\n", section.head);
        for line in section.lines {
            out += &format!(" {}\n", negated(line));
        }
    }
    for (_, section) in only_in(&after, &before) {
        out += &format!("{}\n", section.head);
        for line in section.lines {
            out += &format!(" {line}\n");
        }
    }
    out
}

/// `show archive config differences`: what is saved against what runs, a file against what runs,
/// or two files.
pub(in crate::lab::ios) fn differences(call: &mut Call<'_>) -> Flow {
    let (a, b) = match &call.args[..] {
        [a, b] => (a.clone(), b.clone()),
        [a] => (a.clone(), "system:running-config".to_owned()),
        _ => (
            "nvram:startup-config".to_owned(),
            "system:running-config".to_owned(),
        ),
    };
    let Some(before) = open(call, &a) else {
        return Flow::Done;
    };
    let Some(after) = open(call, &b) else {
        return Flow::Done;
    };
    let difference = contextual(&before, &after);
    call.say("!Contextual Config Diffs:");
    call.say(if difference.is_empty() {
        "!No changes were found\n"
    } else {
        &difference
    });
    Flow::Done
}

/// `show archive config incremental-diffs FILE`: what the file would add to what runs.
pub(in crate::lab::ios) fn incremental(call: &mut Call<'_>) -> Flow {
    let file = call.text(0);
    let Some(file) = open(call, &file) else {
        return Flow::Done;
    };
    let Some(running) = open(call, "system:running-config") else {
        return Flow::Done;
    };
    let (file, running) = (sections(&file), sections(&running));
    call.say("!List of Commands:");
    let new = only_in(&file, &running);
    if new.is_empty() {
        call.say("!No changes were found");
    }
    for (_, section) in new {
        call.say(section.head);
        for line in section.lines {
            call.say(format!(" {line}"));
        }
    }
    call.say("end\n");
    Flow::Done
}

fn open(call: &mut Call<'_>, file: &str) -> Option<String> {
    let text = files::text(call, file);
    if text.is_none() {
        call.say(format!("%Error opening {file} (No such file or directory)"));
    }
    text
}
