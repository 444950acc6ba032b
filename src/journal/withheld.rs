use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;

use camino::Utf8PathBuf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use super::{RunFolder, hex};
use crate::event::Place;

/// Beside the journal, for its owner only, and never in a record: who has the key can try what a
/// short value may have been.
const FILE: &str = "withheld.jsonl";

/// What tells whether a value is the one that a run had, where the journal did not keep it because
/// it is secret: digests with a key of the run's own.
#[derive(Debug, Default)]
pub struct Withheld {
    path: Option<Utf8PathBuf>,
    key: Option<String>,
    digests: BTreeMap<(Place, String), String>,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Key(String),
    Value {
        place: Place,
        name: String,
        hmac_sha256: String,
    },
}

impl Withheld {
    /// Those of a run, as far as they can be read.
    pub fn of(folder: &RunFolder) -> Self {
        let path = folder.path().join(FILE);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let mut known = Self {
            path: Some(path),
            ..Self::default()
        };
        for line in text.lines().map(serde_json::from_str) {
            match line {
                Ok(Line::Key(key)) => known.key = Some(key),
                Ok(Line::Value {
                    place,
                    name,
                    hmac_sha256,
                }) => drop(known.digests.insert((place, name), hmac_sha256)),
                // It was cut off, so there is one value less that can be compared.
                Err(_) => {}
            }
        }
        known
    }

    /// Takes note of a value that the journal does not keep.
    ///
    /// # Errors
    /// It can't be written: then it can't be compared later, which is told then.
    pub fn note(&mut self, place: &Place, name: &str, value: &Value) -> io::Result<()> {
        if self.is(place, name, value) {
            return Ok(());
        }
        let Some(path) = &self.path else {
            return Ok(());
        };
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)?;
        let mut write = |line: &Line| file.write_all(format!("{}\n", json(line)?).as_bytes());
        let key = match &self.key {
            Some(key) => key.clone(),
            None => {
                let key = random()?;
                write(&Line::Key(key.clone()))?;
                self.key.insert(key).clone()
            }
        };
        let hmac_sha256 = digest(&key, place, name, value);
        write(&Line::Value {
            place: place.clone(),
            name: name.to_owned(),
            hmac_sha256: hmac_sha256.clone(),
        })?;
        let at = (place.clone(), name.to_owned());
        self.digests.insert(at, hmac_sha256);
        Ok(())
    }

    /// Whether a value is known to be the last one that was noted.
    pub fn is(&self, place: &Place, name: &str, value: &Value) -> bool {
        let noted = self.digests.get(&(place.clone(), name.to_owned()));
        let known = self.key.as_ref().zip(noted);
        known.is_some_and(|(key, noted)| digest(key, place, name, value) == *noted)
    }
}

fn json(line: &Line) -> io::Result<String> {
    serde_json::to_string(line).map_err(io::Error::other)
}

/// Of the name too, so that equal values do not look alike.
fn digest(key: &str, place: &Place, name: &str, value: &Value) -> String {
    // RFC 2104, section 2: a key has any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length is good");
    mac.update(
        serde_json::json!([place, name, value])
            .to_string()
            .as_bytes(),
    );
    hex(&mac.finalize().into_bytes())
}

fn random() -> io::Result<String> {
    let mut key = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    Ok(hex(&key))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_value_is_known_again_from_a_file_that_does_not_hold_it_and_is_its_owners() {
        let state = tempfile::tempdir().expect("a folder for the test");
        let state = Utf8PathBuf::from_path_buf(state.path().to_owned()).expect("UTF-8");
        let folder = RunFolder::new(&state, "1");
        fs::create_dir_all(folder.path()).expect("the run's folder");
        let place = Place {
            runbook: "a".to_owned(),
            step: "b".to_owned(),
            lane: None,
        };
        let (first, second) = (Value::from("hunter2hunter2"), Value::from("hunter3hunter3"));
        let mut withheld = Withheld::of(&folder);
        assert!(!withheld.is(&place, "who", &first), "nothing is known yet");
        for value in [&second, &first, &first] {
            withheld.note(&place, "who", value).expect("it is written");
        }
        let again = Withheld::of(&folder);
        assert!(again.is(&place, "who", &first));
        assert!(!again.is(&place, "who", &second) && !again.is(&place, "whom", &first));

        let file = folder.path().join(FILE);
        let text = fs::read_to_string(&file).expect("it is there");
        assert!(!text.contains("hunter"), "{text}");
        assert_eq!(
            text.lines().count(),
            3,
            "a key, and each value once: {text}"
        );
        let mode = fs::metadata(&file)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
