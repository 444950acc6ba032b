use crate::lab::world::switch::InterfaceName;

/// Interfaces that one `interface range` may list.
const GROUPS: usize = 5;

/// Reads `GigabitEthernet1/0/13 - 14 , GigabitEthernet2/0/13 - 14`.
///
/// # Errors
/// The byte where it stops making sense.
pub(super) fn parse(text: &str) -> Result<Vec<InterfaceName>, usize> {
    let mut names = Vec::new();
    let mut at = 0;
    for (index, group) in text.split(',').enumerate() {
        let start = at + (group.len() - group.trim_start().len());
        at += group.len() + 1;
        if index >= GROUPS {
            return Err(start);
        }
        let (first, last) = match group.split_once('-') {
            // `port-channel` has a dash of its own.
            Some((before, _)) if InterfaceName::parse(before).is_none() => split_after_digit(group),
            Some((before, after)) => (before, Some(after)),
            None => (group, None),
        };
        let first = InterfaceName::parse(first).ok_or_else(|| {
            let junk = group.trim_start().find(|c: char| !is_name(c)).unwrap_or(0);
            start + junk
        })?;
        match last {
            None => names.push(first),
            Some(last) => {
                let from = number(first);
                let to: u16 = last.trim().parse().map_err(|_| start)?;
                if to < from {
                    return Err(start);
                }
                names.extend((from..=to).map(|n| with_number(first, n)));
            }
        }
    }
    Ok(names)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | ' ')
}

/// `port-channel 1 - 3` at its second dash.
fn split_after_digit(group: &str) -> (&str, Option<&str>) {
    let Some(digit) = group.find(|c: char| c.is_ascii_digit()) else {
        return (group, None);
    };
    match group[digit..].split_once('-') {
        Some((first, last)) => (&group[..digit + first.len()], Some(last)),
        None => (group, None),
    }
}

fn number(name: InterfaceName) -> u16 {
    match name {
        InterfaceName::PortChannel(n) | InterfaceName::Vlan(n) => n,
        InterfaceName::Gigabit(_, n) | InterfaceName::Uplink(_, n) => u16::from(n),
        InterfaceName::Management => 0,
    }
}

fn with_number(name: InterfaceName, n: u16) -> InterfaceName {
    let small = u8::try_from(n).unwrap_or(u8::MAX);
    match name {
        InterfaceName::PortChannel(_) => InterfaceName::PortChannel(n),
        InterfaceName::Vlan(_) => InterfaceName::Vlan(n),
        InterfaceName::Gigabit(member, _) => InterfaceName::Gigabit(member, small),
        InterfaceName::Uplink(member, _) => InterfaceName::Uplink(member, small),
        InterfaceName::Management => InterfaceName::Management,
    }
}

/// Reads a VLAN list: `5,10,20-22`.
pub(super) fn vlans(text: &str) -> Option<std::collections::BTreeSet<u16>> {
    let mut vlans = std::collections::BTreeSet::new();
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (first.trim().parse().ok()?, last.trim().parse().ok()?),
            None => {
                let one: u16 = part.trim().parse().ok()?;
                (one, one)
            }
        };
        if !(1..=4094).contains(&first) || !(1..=4094).contains(&last) || first > last {
            return None;
        }
        vlans.extend(first..=last);
    }
    Some(vlans)
}

/// Writes a VLAN list the short way: `5,10,20-22`.
pub(super) fn vlan_list(vlans: &std::collections::BTreeSet<u16>) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for &vlan in vlans {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == vlan => *last = vlan,
            _ => runs.push((vlan, vlan)),
        }
    }
    let parts: Vec<String> = runs
        .iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first},{last}"),
            _ => format!("{first}-{last}"),
        })
        .collect();
    parts.join(",")
}
