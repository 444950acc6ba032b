use camino::{Utf8Path, Utf8PathBuf};
use tokio::runtime::Runtime;

use super::Exit;
use super::afterwards;
use super::args::{Common, SealArgs, Signing};
use super::documents::documents;
use super::runs::{self, none_yet};
use super::secrets;
use super::show::no_run;
use super::site::Site;
use super::timestamp::{self, Authority};
use crate::event::Event;
use crate::journal::{Journal, RunFolder};
use crate::record::{self, ChangeRecord, Ended, JOURNAL, RECORD_FILE, SealError, Signer};
use crate::redact::Redactor;

pub(crate) fn seal(common: &Common, args: &SealArgs) -> Exit {
    match execute(common, args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn execute(common: &Common, args: &SealArgs) -> Result<Exit, Exit> {
    let seal = Seal::open(&args.signing)?;
    if seal.is_none() && !args.unsigned {
        complain!(
            "error: a record needs a key to be signed with\n\
             help: name one with --key FILE, or say --unsigned"
        );
        return Err(Exit::Usage);
    }
    let folder = which(common, args.run.as_deref())?;
    let run = Ended::open(&folder).map_err(|error| complain(&error))?;
    afterwards::keep(common, &folder, run.journal())?;
    let inventory = Site::inventory(common)?;
    // What the run knew as secrets is known from its inventory only.
    if common.inventory.is_none() && !was_in_lab(run.journal()) {
        complain!(
            "error: the run was not in the lab, and its secrets are in its inventory\n\
             help: name it with --inventory FILE, so that the record can be searched for them"
        );
        return Err(Exit::Usage);
    }
    let redactor = secrets::fetch_all(inventory)?;
    let runtime = runtime()?;
    let key = seal.as_ref().map(|seal| seal.signer.fingerprint());
    let told = afterwards::told_to(&folder, run.journal(), key.as_deref());
    let made = runtime.block_on(make(common, run, &redactor, seal.as_ref()));
    let path = made.map_err(|error| complain(&error))?;
    say!("record: {path}{}", signed(seal.as_ref()));
    if let Some(seal) = &seal {
        tell_other_key(&path, &seal.signer.fingerprint());
    }
    if let Some(told) = told {
        say!("emergency: {told}");
    }
    if let Some(seal) = &seal {
        runtime.block_on(seal.stamp(&path))?;
    }
    Ok(Exit::Done)
}

/// Says where a record is signed by somebody else than those who ran it: so does `verify`.
fn tell_other_key(record: &Utf8Path, key: &str) {
    let json = std::fs::read(record.join(RECORD_FILE)).unwrap_or_default();
    let record = serde_json::from_slice::<ChangeRecord>(&json).ok();
    if let Some(keys) = record.and_then(|record| record.other_keys(key)) {
        complain!("warning: it is not signed with a key of those who ran it: {keys}");
    }
}

/// For verbs that only have something signed.
pub(crate) fn runtime() -> Result<Runtime, Exit> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            complain!("error: failed to start: {error}");
            Exit::Failed
        })
}

/// The key with that name.
pub(crate) fn signer(path: &Utf8Path) -> Result<Signer, Exit> {
    Signer::open(path).map_err(|error| complain(&error.into()))
}

/// Seals what a verb leaves behind.
pub(crate) struct Seal {
    signer: Signer,
    identity: String,
    timestamp: Option<Authority>,
}

impl Seal {
    /// The key, read before anything else happens. `None`: none is named.
    pub(crate) fn open(signing: &Signing) -> Result<Option<Self>, Exit> {
        let Some(path) = &signing.key else {
            return Ok(None);
        };
        let signer = signer(path)?;
        let identity = signing
            .identity
            .clone()
            .unwrap_or_else(|| signer.comment().to_owned());
        // It stands in commands that auditors copy.
        let plain = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
        if identity.is_empty() || identity.starts_with('-') || !identity.chars().all(plain) {
            complain!(
                "error: the key {path} has no name that can be verified against: `{}`\n\
                 help: name its owner with --identity NAME, as auditors list them",
                identity.escape_debug()
            );
            return Err(Exit::Usage);
        }
        Ok(Some(Self {
            signer,
            identity,
            timestamp: signing.timestamp.clone(),
        }))
    }

    /// The same for a verb that sends something: the key must be at hand before that, or the
    /// name on record could be anybody's.
    pub(crate) async fn proven(signing: &Signing) -> Result<Option<Self>, Exit> {
        let seal = Self::open(signing)?;
        if let Some(seal) = &seal {
            let proof = seal.signer.prove().await;
            proof.map_err(|error| {
                let exit = complain(&error.into());
                complain!("nothing was sent");
                exit
            })?;
        }
        Ok(seal)
    }

    /// Has the record stamped, where that was asked for.
    async fn stamp(&self, record: &Utf8Path) -> Result<(), Exit> {
        match &self.timestamp {
            Some(authority) => timestamp::stamp(authority, record).await,
            None => Ok(()),
        }
    }

    /// Who signs.
    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Seals a run that has just ended. A run whose record can't be made needs a person.
    pub(crate) async fn run(
        &self,
        common: &Common,
        redactor: &Redactor,
        folder: &RunFolder,
        exit: Exit,
        quiet: bool,
    ) -> Result<Exit, Exit> {
        let made = match Ended::open(folder) {
            Ok(run) => {
                let key = self.signer.fingerprint();
                let told = afterwards::told_to(folder, run.journal(), Some(&key));
                let made = make(common, run, redactor, Some(self)).await;
                made.map(|path| (path, told))
            }
            Err(error) => Err(error),
        };
        match made {
            Ok((path, told)) => {
                if !quiet {
                    say!("record: {path}{}", signed(Some(self)));
                    if let Some(told) = told {
                        say!("emergency: {told}");
                    }
                }
                // What the run came to is one thing; a stamp that is missing is told, and can be
                // asked for again.
                let _ = self.stamp(&path).await;
                Ok(exit)
            }
            Err(error) => {
                complain(&error);
                complain!("the run itself is in {}", folder.path());
                Err(Exit::Stuck)
            }
        }
    }
}

/// Makes the record of a run, unless there is one of this very journal already.
async fn make(
    common: &Common,
    run: Ended,
    redactor: &Redactor,
    seal: Option<&Seal>,
) -> Result<Utf8PathBuf, SealError> {
    let records = common.state().join("records");
    let id = run.folder().path().file_name().unwrap_or("run").to_owned();
    let documents = documents(&run)?;
    let key = seal.map(|seal| seal.signer.fingerprint());
    let signer = seal.zip(key.as_deref());
    let signer = signer.map(|(seal, key)| (seal.identity.as_str(), key));
    let mut bundle = record::gather(run, signer)?;
    for (name, text) in documents {
        bundle.add(&name, text)?;
    }
    let names = std::iter::once(id.clone()).chain((2..).map(|n| format!("{id}-{n}")));
    for path in names.map(|name| records.join(name)) {
        if !path.exists() {
            let signer = seal.map(|seal| &seal.signer);
            return record::seal(bundle, redactor, signer, &path).await;
        }
        // A run that was resumed since is another story, and gets a record of its own.
        let same = [JOURNAL, RECORD_FILE]
            .iter()
            .all(|name| std::fs::read(path.join(name)).ok().as_deref() == bundle.get(name));
        // What somebody else has signed is theirs.
        let has_signature = match seal {
            Some(seal) => record::signed_by(&path) == Some(seal.signer.fingerprint()),
            None => true,
        };
        if same && has_signature {
            return Ok(path);
        }
    }
    Ok(records)
}

fn signed(seal: Option<&Seal>) -> String {
    match seal {
        Some(seal) => format!(
            " (signed by {}, {})",
            seal.identity,
            seal.signer.fingerprint()
        ),
        None => " (not signed)".to_owned(),
    }
}

/// The folder of a run, the last one's without a name.
fn which(common: &Common, run: Option<&str>) -> Result<RunFolder, Exit> {
    let all = runs::all(common)?;
    let id = match run {
        Some(run) => Some(common.run_id(run).to_owned()).filter(|run| all.contains(run)),
        None => all.last().cloned(),
    };
    match (id, run) {
        (Some(id), _) => Ok(RunFolder::new(common.state(), &id)),
        (None, Some(run)) => Err(no_run(&RunFolder::new(common.state(), run))),
        (None, None) => Err(none_yet(common.state())),
    }
}

fn was_in_lab(journal: &Journal) -> bool {
    let first = journal.entries.first().map(|entry| &entry.body);
    matches!(first, Some(Event::RunStarted { lab: true, .. }))
}

fn complain(error: &SealError) -> Exit {
    complain!("error: {error}");
    if let Some(help) = error.help() {
        complain!("help: {help}");
    }
    match error {
        SealError::Secret(_) => Exit::Stuck,
        _ => Exit::Usage,
    }
}
