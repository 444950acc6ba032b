use super::report::texts;
use crate::journal::{self, RunFolder};
use crate::record::SealError;
use crate::report::{Account, html, junit, markdown};

/// The reports that go into a run's record, by name.
pub(crate) fn documents(folder: &RunFolder) -> Result<Vec<(&'static str, String)>, SealError> {
    let journal =
        journal::read(&folder.journal()).map_err(|damage| SealError::Run(damage.to_string()))?;
    let account = Account::of(&journal, texts(folder));
    let page = html(&account).map_err(|error| SealError::Run(format!("{error:#}")))?;
    Ok(vec![
        ("report.html", page),
        ("report.md", markdown(&account)),
        ("junit.xml", junit(&account)),
    ])
}
