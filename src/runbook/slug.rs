use std::collections::HashMap;

/// The anchor that GitHub gives a heading: lower case, punctuation dropped, blanks as `-`.
pub(super) fn slug(title: &str) -> String {
    title
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// Gives the headings of one file their anchors: the second `notes` is `notes-1`.
#[derive(Default)]
pub(super) struct Anchors {
    seen: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of the next heading.
    pub(super) fn next(&mut self, slug: &str) -> String {
        let Some(&count) = self.seen.get(slug) else {
            self.seen.insert(slug.to_owned(), 0);
            return slug.to_owned();
        };
        let mut n = count + 1;
        while self.seen.contains_key(&format!("{slug}-{n}")) {
            n += 1;
        }
        let anchor = format!("{slug}-{n}");
        self.seen.insert(slug.to_owned(), n);
        self.seen.insert(anchor.clone(), 0);
        anchor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_githubs() {
        assert_eq!(slug("Bundle xen1's two ports"), "bundle-xen1s-two-ports");
        assert_eq!(slug("1.2 VLANs: who & where?"), "12-vlans-who--where");
        assert_eq!(slug("Über_den Wolken"), "über_den-wolken");
    }

    #[test]
    fn repeated_headings_are_numbered() {
        let mut anchors = Anchors::default();
        let given: Vec<_> = ["a", "a", "a-1", "a"].map(|slug| anchors.next(slug)).into();
        assert_eq!(given, ["a", "a-1", "a-1-1", "a-2"]);
    }
}
