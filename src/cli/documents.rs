use super::report::texts;
use crate::record::{Ended, SealError};
use crate::report::{Account, Recordings, cast_v3, html, junit, markdown, player};

/// The reports and recordings that go into a run's record, by name.
pub(crate) fn documents(run: &Ended) -> Result<Vec<(String, String)>, SealError> {
    let mut account = Account::new(texts(run.folder()));
    let mut recordings = Recordings::default();
    let journal = run.journal();
    for entry in &journal.entries {
        account.note(entry);
        recordings.note(entry);
    }
    account.finish(&journal.head, journal.torn.as_ref().map_or(0, Vec::len));
    let recordings = recordings.finish();

    let unwritten = |error: minijinja::Error| SealError::Run(format!("{error:#}"));
    let mut documents = vec![
        (
            "report.html".to_owned(),
            html(&account, Some("")).map_err(unwritten)?,
        ),
        ("report.md".to_owned(), markdown(&account)),
        ("junit.xml".to_owned(), junit(&account)),
        (
            "player.html".to_owned(),
            player(&recordings).map_err(unwritten)?,
        ),
    ];
    for (number, recording) in (1..).zip(&recordings) {
        let name = format!("casts/{number}-{}.cast", plain(&recording.target));
        documents.push((name, cast_v3(recording)));
    }
    Ok(documents)
}

/// A target's name, as far as any file system takes it. The number before it tells it apart.
fn plain(target: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    target.chars().filter(|&c| kept(c)).take(40).collect()
}
