use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What stands for output that is not shown at all.
pub const HIDDEN: &str = "«hidden»";
/// What stands for a secret that a device holds.
pub(super) const DEVICE_SECRET: &str = "«device-secret»";
/// How the mark of a secret that the run knows begins; its name follows.
pub(super) const SECRET: &str = "«secret:";

static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let marks = AhoCorasick::new([SECRET, DEVICE_SECRET, HIDDEN]);
    marks.expect("three words make an automaton")
});

/// How often a text says that something was hidden from it.
pub fn count_marks(text: &[u8]) -> usize {
    MARKS.find_iter(text).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_marks_count() {
        let text = "«secret:db» «device-secret»«hidden» «device» « hidden» «quoted»";
        assert_eq!(count_marks(text.as_bytes()), 3);
    }
}
