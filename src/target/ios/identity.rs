use crate::target::Identity;

/// Fills in what `show version` says: the serial numbers of all members, and the release.
pub(super) fn read(identity: &mut Identity, version: &str) {
    let after = |line: &str, label: &str| {
        let rest = line.get(label.len()..)?;
        let starts =
            line.is_char_boundary(label.len()) && line[..label.len()].eq_ignore_ascii_case(label);
        let value = rest.trim_start().strip_prefix(':').unwrap_or(rest).trim();
        (starts && !value.is_empty()).then(|| value.to_owned())
    };
    let serials = |label: &str| -> Vec<String> {
        version
            .lines()
            .filter_map(|line| after(line, label))
            .collect()
    };
    let mut found = serials("System serial number");
    if found.is_empty() {
        found = serials("Processor board ID");
    }
    found.sort();
    found.dedup();
    identity.serials = found;
    identity.version = version
        .split_once(" Version ")
        .and_then(|(_, rest)| rest.split([' ', ',', '\n']).next())
        .map(str::to_owned);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_all_of_its_members() {
        let mut identity = Identity::default();
        read(
            &mut identity,
            "Cisco IOS Software, Catalyst L3 Switch Software, Version 03.06.07E RELEASE\n\
             Processor board ID FDO2\n\
             System Serial Number               : FDO2\n\
             System serial number               : FDO1\n",
        );
        assert_eq!(identity.serials, ["FDO1", "FDO2"]);
        assert_eq!(identity.version.as_deref(), Some("03.06.07E"));
    }
}
