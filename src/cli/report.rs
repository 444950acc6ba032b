use std::fs;

use camino::Utf8Path;

use super::Exit;
use super::args::{Common, ReportArgs, ReportFormat};
use super::runs;
use super::show;
use crate::journal::{Entries, Entry, RunFolder};
use crate::report::{
    Account, Recording, Recordings, Texts, cast_v2, cast_v3, html, junit, markdown, player,
};
use crate::runbook;
use crate::text::wording::{list, quoted};

pub(crate) fn report(common: &Common, args: &ReportArgs) -> Exit {
    let last = || Ok(runs::all(common)?.pop());
    let run = match args.run.clone().map_or_else(last, |run| Ok(Some(run))) {
        Ok(run) => run,
        Err(exit) => return exit,
    };
    let Some(run) = run else {
        return runs::none_yet(common.state());
    };
    let folder = RunFolder::new(common.state(), common.run_id(&run));
    let text = match text(&folder, args) {
        Ok(text) => text,
        Err(exit) => return exit,
    };
    let Some(file) = &args.output else {
        show!("{text}");
        return Exit::Done;
    };
    match fs::write(file, text) {
        Ok(()) => Exit::Done,
        Err(error) => {
            complain!("error: failed to write the report {file}: {error}");
            Exit::Usage
        }
    }
}

fn text(folder: &RunFolder, args: &ReportArgs) -> Result<String, Exit> {
    let text = match args.format {
        ReportFormat::Html => {
            let beside = args
                .output
                .as_deref()
                .and_then(|file| way(file, folder.path()));
            html(&account(folder)?, beside.as_deref())
        }
        ReportFormat::Md => Ok(markdown(&account(folder)?)),
        ReportFormat::Junit => Ok(junit(&account(folder)?)),
        ReportFormat::Player => player(&recordings(folder)?),
        ReportFormat::Cast => Ok(cast_v3(&recording(folder, args.target.as_deref())?)),
        ReportFormat::CastV2 => Ok(cast_v2(&recording(folder, args.target.as_deref())?)),
    };
    text.map_err(|error| {
        complain!("error: failed to write the report: {error:#}");
        Exit::Failed
    })
}

/// What leads from a file to a folder, as a browser reads it: relative, so that both can be moved
/// together. `None`: one of them can't be found.
fn way(file: &Utf8Path, to: &Utf8Path) -> Option<String> {
    let parent = file.parent().filter(|parent| !parent.as_str().is_empty());
    let from = parent
        .unwrap_or(Utf8Path::new("."))
        .canonicalize_utf8()
        .ok()?;
    let to = to.canonicalize_utf8().ok()?;
    let mut there = to.components().peekable();
    let mut up = from.components().peekable();
    while there.peek().is_some() && there.peek() == up.peek() {
        there.next();
        up.next();
    }
    // With a dot in front no name in it can be taken for a scheme.
    let mut way = "./".to_owned() + &"../".repeat(up.count());
    for name in there {
        for byte in name.as_str().bytes() {
            match byte {
                b'-' | b'.' | b'_' | b'~' => way.push(char::from(byte)),
                _ if byte.is_ascii_alphanumeric() => way.push(char::from(byte)),
                _ => way += &format!("%{byte:02X}"),
            }
        }
        way.push('/');
    }
    Some(way)
}

fn account(folder: &RunFolder) -> Result<Account, Exit> {
    let mut account = Account::new(texts(folder));
    let entries = each_entry(folder, |entry| account.note(entry))?;
    account.finish(entries.head(), entries.torn());
    Ok(account)
}

fn recordings(folder: &RunFolder) -> Result<Vec<Recording>, Exit> {
    let mut recordings = Recordings::default();
    each_entry(folder, |entry| recordings.note(entry))?;
    Ok(recordings.finish())
}

/// Reads a run's journal. Only one entry is held at a time: together they may be large.
fn each_entry(folder: &RunFolder, take: impl FnMut(&Entry)) -> Result<Entries, Exit> {
    if !folder.path().is_dir() {
        return Err(show::no_run(folder));
    }
    folder.read_each(take).map_err(|damage| {
        complain!("error: {damage}");
        Exit::Usage
    })
}

/// The recording of a target; of the only one, if none is named.
fn recording(folder: &RunFolder, target: Option<&str>) -> Result<Recording, Exit> {
    let mut recordings = recordings(folder)?;
    let names: Vec<String> = recordings.iter().map(|r| r.target.clone()).collect();
    let at = match target {
        Some(target) => names.iter().position(|name| name == target),
        None if names.len() == 1 => Some(0),
        None => None,
    };
    if let Some(at) = at {
        return Ok(recordings.swap_remove(at));
    }
    let names = list(&quoted(names.iter().map(String::as_str)), "and");
    match (target, names.is_empty()) {
        (_, true) => complain!("error: nothing was sent to any target in this run"),
        (Some(target), _) => {
            complain!("error: nothing was sent to `{target}` in this run\nhelp: it has {names}");
        }
        (None, _) => {
            complain!("error: a cast is of one target\nhelp: name it with --target: {names}");
        }
    }
    Err(Exit::Usage)
}

/// The runbooks that lie beside a run's journal. One that can't be read is missing from the
/// report, which says so.
pub(crate) fn texts(folder: &RunFolder) -> Texts {
    let within = |folder: &Utf8Path| {
        let files = folder.read_dir_utf8().into_iter().flatten().flatten();
        files
            .map(|entry| entry.path().to_owned())
            .collect::<Vec<_>>()
    };
    // Those that it went on with lie in folders of their own.
    let all = within(&folder.runbooks()).into_iter();
    let paths = all.flat_map(|path| match path.is_dir() {
        true => within(&path),
        false => vec![path],
    });
    Texts::new(paths.filter_map(|path| runbook::load(&path).ok()).collect())
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::way;

    #[test]
    fn a_page_leads_to_a_folder_wherever_both_are() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = Utf8Path::from_path(dir.path()).expect("UTF-8");
        let runs = at.join("javascript:x/a #1?%");
        std::fs::create_dir_all(&runs).expect("made");
        std::fs::create_dir_all(at.join("deep/er")).expect("made");
        let to_runs = |file: &str| way(&at.join(file), &runs);
        let there = "javascript%3Ax/a%20%231%3F%25/";
        assert_eq!(to_runs("page.html"), Some(format!("./{there}")));
        assert_eq!(
            to_runs("deep/er/page.html"),
            Some(format!("./../../{there}"))
        );
        assert_eq!(way(&runs.join("page.html"), &runs), Some("./".to_owned()));
        assert_eq!(to_runs("nowhere/page.html"), None);
    }
}
