use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::Screen;
use crate::wire::xml::Element;

/// An answerfile: what it says, by the words in which a technician would be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answerfile {
    told: BTreeMap<&'static str, String>,
}

impl Answerfile {
    /// Reads one.
    ///
    /// # Errors
    /// It is no document, or an element that an installation needs is missing or makes no sense.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let root = Element::parse(text).map_err(|why| format!("the answerfile: {why}"))?;
        if root.name != "installation" {
            return Err(format!("Unexpected root element <{}>", root.name));
        }
        let child = |name: &str| {
            let found = root.child(name);
            found.ok_or_else(|| format!("Missing element: <{name}>"))
        };
        let text = |name: &str| child(name).map(|found| found.text.trim().to_owned());
        let all = |name: &str| {
            let named = root.children.iter().filter(|child| child.name == name);
            let texts: Vec<_> = named.map(|child| child.text.trim()).collect();
            (!texts.is_empty()).then(|| texts.join(","))
        };

        let disk = child("primary-disk")?;
        let guests = disk.attribute("guest-storage") != Some("false");
        let disk = disk.text.trim().to_owned();
        let password = child("root-password")?;
        if password.attribute("type") != Some("plaintext") {
            return Err("<root-password> must be of the type \"plaintext\" here".to_owned());
        }
        let interface = child("admin-interface")?;
        if interface.attribute("proto") != Some("static") {
            return Err("<admin-interface> must have the proto \"static\" here".to_owned());
        }
        let card = interface.attribute("name").unwrap_or_default();
        let part = |name: &str| {
            let found = interface.child(name).map(|found| found.text.trim());
            found.ok_or_else(|| format!("Missing element: <{name}>"))
        };
        let prefix = prefix(part("subnet")?)?;
        let source = child("source")?.attribute("type").unwrap_or_default();
        let time_servers = all("ntp-server");

        let mut told = BTreeMap::from([
            ("welcome", "ok".to_owned()),
            ("eula", "accept".to_owned()),
            ("action", "clean".to_owned()),
            ("keymap", text("keymap")?),
            (
                "guests",
                if guests {
                    disk.clone()
                } else {
                    "none".to_owned()
                },
            ),
            ("disk", disk),
            ("source", source.to_owned()),
            ("verify", "skip".to_owned()),
            ("password", password.text.clone()),
            ("interface", card.to_owned()),
            ("address", format!("{}/{prefix}", part("ipaddr")?)),
            ("gateway", part("gateway")?.to_owned()),
            ("hostname", text("hostname")?),
            (
                "dns",
                all("name-server").unwrap_or_else(|| "none".to_owned()),
            ),
            ("timezone", text("timezone")?),
            ("confirm", "install".to_owned()),
        ]);
        let way = if time_servers.is_some() {
            "ntp"
        } else {
            "manual"
        };
        told.insert("time", way.to_owned());
        told.extend(time_servers.map(|servers| ("ntp", servers)));
        Ok(Self { told })
    }

    /// The disk to install on.
    pub(super) fn disk(&self) -> &str {
        self.told.get("disk").map_or("", String::as_str)
    }

    /// What it answers to a screen.
    pub(super) fn answers(&self, screen: &Screen) -> Vec<(String, String)> {
        let (must, may) = screen.asks();
        let keys = must.iter().chain(may);
        keys.filter_map(|key| Some(((*key).to_owned(), self.told.get(key)?.clone())))
            .collect()
    }
}

/// `255.255.255.0` as 24.
fn prefix(mask: &str) -> Result<u32, String> {
    let bits = mask.parse::<Ipv4Addr>().map(Ipv4Addr::to_bits);
    let bits = bits
        .ok()
        .filter(|bits| bits.leading_ones() == bits.count_ones());
    bits.map(u32::count_ones)
        .ok_or_else(|| format!("<subnet> `{mask}` is no network mask"))
}

#[cfg(test)]
mod tests {
    use super::super::prepared;
    use super::*;

    fn refusal(from: &str, to: &str) -> String {
        let text = prepared::answerfile("xenserver-xen1.iso").expect("an answerfile");
        assert!(text.contains(from), "{from}");
        Answerfile::read(&text.replace(from, to)).expect_err("a refusal")
    }

    #[test]
    fn the_prepared_ones_are_sound_and_name_their_host() {
        for (image, address) in [
            ("xenserver-xen1.iso", "172.16.40.13/24"),
            ("xenserver-xen2.iso", "172.16.40.14/24"),
            ("xenserver-storage.iso", "172.16.40.100/24"),
        ] {
            let text = prepared::answerfile(image).expect("an answerfile");
            let file = Answerfile::read(&text).expect("a sound one");
            let told = file.answers(&Screen::Address);
            assert_eq!(told[0], ("address".to_owned(), address.to_owned()));
        }
    }

    #[test]
    fn what_is_missing_or_makes_no_sense_is_named() {
        assert_eq!(
            refusal("<keymap>us</keymap>", ""),
            "Missing element: <keymap>"
        );
        assert_eq!(
            refusal("<ipaddr>172.16.40.13</ipaddr>", ""),
            "Missing element: <ipaddr>"
        );
        assert_eq!(
            refusal("255.255.255.0", "255.0.255.0"),
            "<subnet> `255.0.255.0` is no network mask"
        );
        assert_eq!(
            refusal("\"plaintext\"", "\"hash\""),
            "<root-password> must be of the type \"plaintext\" here"
        );
        assert!(refusal("</installation>", "").starts_with("the answerfile: "));
    }
}
