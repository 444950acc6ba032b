//! The questions of `create-virtual-drive`, one after the other.
//!
//! An answer that can't be one is refused at once, and asked for again. What the RAID controller
//! thinks of them is told at the end: it is asked as by the XML API, with the creator's object.

use super::menus::{MENUS, Menu};
use super::scope::STORE;
use crate::lab::cimc::object::object;
use crate::lab::cimc::volume::{CREATOR, megabytes};
use crate::lab::world::machine::{NewVolume, RaidLevel};
use crate::wire::xml::Element;

/// A disk that is in no volume.
#[derive(Clone, Debug)]
struct Unused {
    slot: u8,
    size: u64,
}

/// What was answered so far.
#[derive(Clone, Debug)]
pub(super) struct Volume {
    unused: Vec<Unused>,
    level: Option<(String, RaidLevel)>,
    spans: Vec<Vec<u8>>,
    /// All spans are named.
    spanned: bool,
    name: Option<String>,
    size: Option<String>,
    /// The choices from the menus.
    chosen: Vec<usize>,
}

/// What comes of an answer.
pub(super) enum Comes {
    /// The next question, or the same one again; before it, what is said of the answer.
    Asks(Volume, String),
    /// All is answered: what is to be created.
    Creates(Element),
    /// Nothing is to be created.
    Ends(&'static str),
}

impl Volume {
    /// Begins with the disks that are unused now.
    pub(super) fn new(objects: &[Element]) -> Self {
        let unused = objects.iter().filter_map(|disk| {
            let value = |name| disk.attribute(name).unwrap_or_default();
            let is_unused =
                disk.name == "storageLocalDisk" && value("pdStatus") == "Unconfigured Good";
            is_unused.then_some(Unused {
                slot: value("id").parse().ok()?,
                size: megabytes(value("coercedSize"))?,
            })
        });
        Self {
            unused: unused.collect(),
            level: None,
            spans: Vec::new(),
            spanned: false,
            name: None,
            size: None,
            chosen: Vec::new(),
        }
    }

    /// What is asked now.
    pub(super) fn question(&self) -> String {
        if self.level.is_none() {
            return "Please enter RAID level\r\n  0, 1, 5, 6, 10, 50, 60 --> ".to_owned();
        }
        if !self.spanned {
            return self.drives();
        }
        if self.name.is_none() {
            let most = NewVolume::NAME;
            return format!("Please enter Virtual Drive name ({most} characters maximum)--> ");
        }
        if self.size.is_none() {
            return "Please enter Virtual Drive size in MB, GB, or TB\r\n  \
                    Example format: '400 GB' --> "
                .to_owned();
        }
        match MENUS.get(self.chosen.len()) {
            Some(menu) => menu.question(self.chosen.is_empty()),
            None => self.summary(),
        }
    }

    fn drives(&self) -> String {
        let span = self.spans.len();
        let mut text = String::new();
        if span == 0 {
            text.push_str(&format!(
                "Please choose from the following {} unused physical drives:\r\n  ID  Size(MB)  \
                 Interface  Type\r\n",
                self.unused.len()
            ));
            for Unused { slot, size } in &self.unused {
                text.push_str(&format!("  {slot:>2}  {size:>8}  SAS        HDD\r\n"));
            }
        }
        if self.has_spans() {
            let enough = match span {
                0 => "",
                _ => ", or hit return if there are no more",
            };
            text.push_str(&format!(
                "Specify physical disks for span {span}{enough}:\r\n"
            ));
        }
        text + "  Enter comma-separated PDs from above list--> "
    }

    fn summary(&self) -> String {
        let level = self.level.as_ref().map_or("", |(word, _)| word.as_str());
        let mut text = format!(
            "New virtual drive will have the following characteristics:\r\n  - Spans: '{}'\r\n  - \
             RAID level: '{level}'\r\n  - Name: '{}'\r\n  - Size: {}\r\n",
            self.group(),
            self.name.as_deref().unwrap_or_default(),
            self.size.as_deref().unwrap_or_default(),
        );
        for (menu, chosen) in self.choices() {
            text.push_str(&format!("  - {}: {}\r\n", menu.title, menu.words(chosen)));
        }
        text + "\r\nOK? (y or n)--> "
    }

    /// Takes an answer.
    pub(super) fn answer(mut self, line: &str) -> Comes {
        let refused = if self.level.is_none() {
            self.take_level(line)
        } else if !self.spanned {
            self.take_drives(line)
        } else if self.name.is_none() {
            self.take_name(line)
        } else if self.size.is_none() {
            self.take_size(line)
        } else if let Some(menu) = MENUS.get(self.chosen.len()) {
            match menu.choose(line) {
                Ok(chosen) => {
                    self.chosen.push(chosen);
                    let said = format!("{} will be set to {}\n\n", menu.title, menu.words(chosen));
                    return Comes::Asks(self, said);
                }
                Err(reason) => Err(reason),
            }
        } else {
            return match line {
                "y" | "Y" => Comes::Creates(self.creator()),
                "n" | "N" => Comes::Ends("Operation cancelled.\n"),
                _ => Comes::Asks(self, String::new()),
            };
        };
        // There is nothing to choose from.
        if self.level.is_some() && self.unused.is_empty() {
            return Comes::Ends("Error: There are no unused physical drives.\n");
        }
        let said = refused.err().map(|reason| format!("Error: {reason}\n"));
        Comes::Asks(self, said.unwrap_or_default())
    }

    fn take_level(&mut self, line: &str) -> Result<(), String> {
        let level = RaidLevel::read(line).ok_or_else(|| format!("'{line}' is no RAID level"))?;
        self.level = Some((line.to_owned(), level));
        Ok(())
    }

    fn take_drives(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() && self.has_spans() && !self.spans.is_empty() {
            self.spanned = true;
            return Ok(());
        }
        let mut span = Vec::new();
        for word in line.split(',').map(str::trim) {
            let slot = word.parse().ok();
            let listed = slot.filter(|slot| self.unused.iter().any(|disk| disk.slot == *slot));
            let slot = listed.ok_or_else(|| format!("'{word}' is not in the list above"))?;
            if span.contains(&slot) || self.spans.iter().flatten().any(|taken| *taken == slot) {
                return Err(format!("Physical drive {slot} is given twice"));
            }
            span.push(slot);
        }
        self.spans.push(span);
        self.spanned = !self.has_spans();
        Ok(())
    }

    fn take_name(&mut self, line: &str) -> Result<(), String> {
        let most = NewVolume::NAME;
        if line.len() > most {
            return Err(format!("The name has more than {most} characters"));
        }
        self.name = Some(line.to_owned());
        Ok(())
    }

    /// Without an answer it is all that the disks have.
    fn take_size(&mut self, line: &str) -> Result<(), String> {
        let size = match line {
            "" => format!("{} MB", self.most()),
            line => {
                megabytes(line).ok_or_else(|| format!("'{line}' is no size"))?;
                line.to_owned()
            }
        };
        self.size = Some(size);
        Ok(())
    }

    /// Whether its level is one over several spans.
    fn has_spans(&self) -> bool {
        let level = self.level.as_ref().map(|(_, level)| level);
        level.is_some_and(|level| level.has_spans())
    }

    fn most(&self) -> u64 {
        let counts: Vec<usize> = self.spans.iter().map(Vec::len).collect();
        let taken = |disk: &&Unused| self.spans.iter().flatten().any(|slot| *slot == disk.slot);
        let sizes = self.unused.iter().filter(taken).map(|disk| disk.size);
        let level = self.level.as_ref().map(|(_, level)| *level);
        level
            .zip(sizes.min())
            .map_or(0, |(level, smallest)| level.capacity(&counts, smallest))
    }

    fn choices(&self) -> impl Iterator<Item = (&'static Menu, usize)> {
        MENUS.iter().zip(self.chosen.iter().copied())
    }

    /// `[1,2][3,4]`, as the XML API writes it.
    fn group(&self) -> String {
        let span = |span: &Vec<u8>| {
            let slots: Vec<String> = span.iter().map(u8::to_string).collect();
            format!("[{}]", slots.join(","))
        };
        self.spans.iter().map(span).collect()
    }

    fn creator(&self) -> Element {
        let creator = object(CREATOR, format!("{STORE}/virtual-drive-create"))
            .with("adminState", "trigger")
            .with("driveGroup", self.group())
            .with(
                "raidLevel",
                self.level.as_ref().map_or("", |(word, _)| word.as_str()),
            )
            .with("size", self.size.as_deref().unwrap_or_default())
            .with("virtualDriveName", self.name.as_deref().unwrap_or_default());
        self.choices().fold(creator, |creator, (menu, chosen)| {
            creator.with(menu.attribute, menu.value(chosen))
        })
    }
}
