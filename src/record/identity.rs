use std::collections::BTreeSet;

use crate::event::Approved;

/// A key, and what its owner is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What must not be shared by two people: the key's fingerprint, and names.
    marks: BTreeSet<String>,
}

impl Identity {
    /// Of a fingerprint and the names that go with it. Addresses that differ in capitals only are
    /// nobody's way to be two people.
    pub(super) fn new(fingerprint: &str, names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().map(|name| name.trim().to_lowercase());
        let names = names.filter(|name| !name.is_empty());
        Self {
            // A name that looks like a fingerprint is none.
            marks: std::iter::once(format!("key {fingerprint}"))
                .chain(names.map(|name| format!("name {name}")))
                .collect(),
        }
    }

    /// Of an approval that was counted before, as far as the journal says.
    pub fn of(approved: &Approved) -> Self {
        Self::new(&approved.key, approved.by.split(',').map(str::to_owned))
    }

    /// Of each of these who it is: a number for every person. Marks that are shared connect them,
    /// one after another, also by way of those that are only known.
    pub(super) fn people(known: Vec<Self>, these: &[Self]) -> Vec<usize> {
        let mut people: Vec<BTreeSet<String>> = Vec::new();
        for identity in known.into_iter().chain(these.iter().cloned()) {
            let mut person = identity.marks;
            people.retain(|other| {
                let is_other = person.is_disjoint(other);
                if !is_other {
                    person.extend(other.iter().cloned());
                }
                is_other
            });
            people.push(person);
        }
        let of = |identity: &Self| {
            let is_theirs = |person: &BTreeSet<String>| !person.is_disjoint(&identity.marks);
            people.iter().position(is_theirs).unwrap_or(people.len())
        };
        these.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(known: &[(&str, &str)], these: &[(&str, &str)]) -> Vec<usize> {
        let identity =
            |(key, names): &(&str, &str)| Identity::new(key, names.split(',').map(str::to_owned));
        let known = known.iter().map(identity).collect();
        let these: Vec<Identity> = these.iter().map(identity).collect();
        Identity::people(known, &these)
    }

    fn count(known: &[(&str, &str)], these: &[(&str, &str)]) -> usize {
        people(known, these).iter().collect::<BTreeSet<_>>().len()
    }

    #[test]
    fn names_and_keys_connect_in_whatever_order_they_come() {
        let four = [("1", "a"), ("2", "b,c"), ("3", "d"), ("4", "e")];
        assert_eq!(count(&[], &four), 4);
        assert_eq!(count(&[("5", "a,b")], &four), 3);
        assert_eq!(count(&[("5", "c,d"), ("4", "A")], &four), 2);
        // What connects two groups comes before and after both.
        for at in 0..=four.len() {
            let mut five = four.to_vec();
            five.insert(at, ("1", " D"));
            assert_eq!(count(&[], &five), 3, "at {at}");
        }
    }

    #[test]
    fn a_name_is_no_key_and_no_name_is_no_mark() {
        assert_eq!(count(&[], &[("1", ""), ("2", ","), ("3", "1")]), 3);
        assert_eq!(people(&[], &[]), Vec::<usize>::new());
    }
}
