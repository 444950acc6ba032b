use std::sync::LazyLock;

use regex::Regex;

static QUESTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:",
        r"\[confirm\]",
        r"|\[(?:yes/no|yes|no|y/n|y|n)\]\s*[:?]?",
        r"|\[[^\]]*\]\s*[?:]",
        r"|\b(?:password|username):",
        r")\s*$",
    ))
    .expect("a pattern of ours compiles")
});

/// Whether a line that ends here waits for an answer.
pub(super) fn is_question(line: &str) -> bool {
    QUESTION.is_match(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_end_as_the_device_ends_them() {
        for line in [
            "Proceed with reload? [confirm]",
            "Destination filename [startup-config]? ",
            "Do you want to continue?[y/n]? [yes]: ",
            "System configuration has been modified. Save? [yes/no]: ",
            "How many bits in the modulus [512]: ",
            "welcome!Password: ",
        ] {
            assert!(is_question(line), "{line}");
        }
        for line in ["30504 bytes[OK]", "Is this a question?", "Switch#"] {
            assert!(!is_question(line), "{line}");
        }
    }
}
