use super::{Installer, Screen};
use crate::lab::world::World;
use crate::lab::world::machine::Host;

/// What the technician is told to type: `keymap=us`, `disk=sda` …, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys(Vec<(String, String)>);

impl Keys {
    /// Reads the words of an order.
    ///
    /// # Errors
    /// A word that no installer asks for.
    pub fn read(words: &[&str]) -> Result<Self, String> {
        let known = |key: &str| {
            let mut screens = Screen::ASKING.iter().map(Screen::asks);
            screens.any(|(must, may)| must.contains(&key) || may.contains(&key))
        };
        let pair = |word: &&str| match word.split_once('=') {
            Some((key, value)) if known(key) && !value.is_empty() => {
                Ok((key.to_owned(), value.to_owned()))
            }
            _ => Err(format!(
                "`{word}` is nothing that an installer asks for; write its answers in the order \
                 of its screens: {}",
                Screen::ASKING
                    .iter()
                    .map(|screen| format!("{}=", screen.asks().0.join("= ")))
                    .collect::<Vec<_>>()
                    .join(" ")
            )),
        };
        words.iter().map(pair).collect::<Result<_, _>>().map(Self)
    }
}

impl World {
    /// Somebody at the screen of a server answers its installer. While packages are copied he
    /// waits, and answers the rest then. Returns what became of it.
    ///
    /// # Errors
    /// There is no installer, it asks for something else, or it refuses an answer. What was
    /// answered before stays answered.
    pub fn answer_installer(&mut self, server: &str, keys: &Keys) -> Result<String, String> {
        let Some(machine) = self.machine(server) else {
            return Err(format!("there is no server {server}"));
        };
        match &machine.host {
            Host::Installer(_) => {}
            Host::Off => return Err(format!("the screen of {server} is dark")),
            Host::Posting => return Err(format!("{server} still tests itself")),
            Host::Idle => return Err(format!("{server} found nothing to boot")),
            Host::Running(_) => return Err(format!("{server} runs what is installed on it")),
        }
        let Some(installer) = self.installer_mut(server) else {
            return Err(format!("there is no installer on the screen of {server}"));
        };
        if installer.is_unattended() {
            let title = installer.screen.title();
            return Err(format!(
                "{server} follows its answerfile and asks nothing; it shows `{title}`"
            ));
        }
        let before = installer.waiting.clone();
        installer.waiting.extend(keys.0.iter().cloned());
        let told = self.go_on(server);
        if let Err(why) = told {
            if let Some(installer) = self.installer_mut(server) {
                installer.waiting = before;
            }
            return Err(format!("{server}: {why}"));
        }
        let mut said: Vec<String> = told.into_iter().flatten().collect();
        said.push(match self.installer(server) {
            Some(installer) if installer.screen == Screen::Copying => {
                "packages are being copied".to_owned()
            }
            Some(installer) => format!("it shows `{}`", installer.screen.title()),
            None => "it restarts".to_owned(),
        });
        Ok(format!("{server}: {}", said.join("; ")))
    }

    /// Tells the installer what is waiting to be told, screen by screen, as far as that goes.
    /// Returns what it remarked.
    pub(super) fn go_on(&mut self, server: &str) -> Result<Vec<String>, String> {
        let mut remarks = Vec::new();
        while let Some(installer) = self.installer_mut(server) {
            if installer.screen == Screen::Copying {
                installer.fits_the_rest()?;
                break;
            }
            if let Screen::Stopped(why) = &installer.screen {
                return Err(why.clone());
            }
            let Some(told) = installer.take_answers()? else {
                break;
            };
            remarks.extend(self.tell(server, &told)?);
        }
        Ok(remarks)
    }
}

impl Installer {
    /// What waits to be told on this screen; `None` if nothing waits.
    fn take_answers(&mut self) -> Result<Option<Vec<(String, String)>>, String> {
        let Some((next, _)) = self.waiting.first() else {
            return Ok(None);
        };
        let (must, may) = self.screen.asks();
        let own = |key: &str| must.contains(&key) || may.contains(&key);
        let count = self.waiting.iter().take_while(|(key, _)| own(key)).count();
        let title = self.screen.title();
        if count == 0 {
            let asked = must.join("= ");
            return Err(format!(
                "the screen shows `{title}`, which asks for `{asked}=`, not for `{next}=`"
            ));
        }
        let told: Vec<_> = self.waiting.drain(..count).collect();
        let missing = must.iter().find(|key| told.iter().all(|(k, _)| k != *key));
        match missing {
            Some(key) => Err(format!("the screen `{title}` asks for `{key}=` too")),
            None => Ok(Some(told)),
        }
    }

    /// After the copying only so much is asked. It is looked at now, while somebody listens.
    fn fits_the_rest(&self) -> Result<(), String> {
        let expected = [("packs", "no"), ("reboot", "ok")];
        let mut expected = expected.iter();
        for (key, value) in &self.waiting {
            if expected.next() != Some(&(key.as_str(), value.as_str())) {
                return Err(format!(
                    "packages are being copied; then it asks for `packs=no` and `reboot=ok`, not \
                     for `{key}={value}`"
                ));
            }
        }
        Ok(())
    }
}
