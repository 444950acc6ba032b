//! What XenAPI's classes can be asked, in any version: enough to notice a slip of the pen before it
//! is sent.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

type Messages = BTreeMap<&'static str, RangeInclusive<usize>>;

static CLASSES: LazyLock<BTreeMap<&'static str, Messages>> =
    LazyLock::new(|| read(include_str!("xapi_messages.txt")));

/// The messages of a class, with how many arguments they take.
pub(super) fn of(class: &str) -> Option<&'static Messages> {
    CLASSES.get(class)
}

/// The names of the classes.
pub(super) fn classes() -> impl Iterator<Item = &'static str> {
    CLASSES.keys().copied()
}

fn read(text: &'static str) -> BTreeMap<&'static str, Messages> {
    let mut classes = BTreeMap::new();
    let mut messages = &mut Messages::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix(' ') {
            Some(words) => messages.extend(words.split_whitespace().map(message)),
            None if line.is_empty() => {}
            None => messages = classes.entry(line).or_default(),
        }
    }
    for messages in classes.values_mut() {
        // It is there for clients, and in no reference.
        if messages.contains_key("get_all_records") {
            messages.insert("get_all_records_where", 1..=1);
        }
    }
    classes
}

/// `evacuate/1-3`, or a name alone.
fn message(word: &'static str) -> (&'static str, RangeInclusive<usize>) {
    let Some((name, count)) = word.split_once('/') else {
        let count = usual(word);
        return (word, count..=count);
    };
    let (fewest, most) = count.split_once('-').unwrap_or((count, count));
    let number = |digits: &str| digits.parse().unwrap_or_default();
    (name, number(fewest)..=number(most))
}

/// How many arguments a message takes by its verb.
fn usual(name: &str) -> usize {
    match name {
        "get_all" | "get_all_records" => 0,
        _ if name.starts_with("get_") => 1,
        _ if name.starts_with("add_to_") => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let count = |class, message| of(class).and_then(|known| known.get(message).cloned());
        assert_eq!(count("VM", "start"), Some(3..=3));
        assert_eq!(count("host", "evacuate"), Some(1..=3));
        assert_eq!(count("host", "get_all"), Some(0..=0));
        assert_eq!(count("pool", "add_to_other_config"), Some(3..=3));
        assert_eq!(count("pool", "remove_from_other_config"), Some(2..=2));
        assert_eq!(count("VM", "get_all_records_where"), Some(1..=1));
        assert_eq!(count("Bond", "make"), None);
        let all: Vec<_> = CLASSES.values().flatten().collect();
        assert!(all.len() > 2000);
        let is_word = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        assert!(all.iter().all(|(name, _)| is_word(name)));
    }
}
