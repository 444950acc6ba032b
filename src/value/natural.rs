use std::cmp::Ordering;

/// The order of texts in which digits that stand together are a number: `9%` before `10%`,
/// `16.9.5` before `16.12.1`.
pub(super) fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (a, b) = (number(&mut one), number(&mut other));
        let order = match (a, b) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            // Put back what is no number on both sides: it is compared as letters.
            (Some(a), None) => return a.cmp(other).then(Ordering::Greater),
            (None, Some(b)) => return one.cmp(b).then(Ordering::Less),
            (None, None) => {
                let (a, b) = (letter(&mut one), letter(&mut other));
                if a.is_none() && b.is_none() {
                    return Ordering::Equal;
                }
                a.cmp(&b)
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Takes the digits at the front of a text away, and gives them without zeros at their front.
fn number<'a>(text: &mut &'a str) -> Option<&'a str> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return None;
    }
    *text = rest;
    Some(digits.trim_start_matches('0'))
}

fn letter(text: &mut &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next();
    *text = chars.as_str();
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_stand_together_are_a_number() {
        for (small, great) in [
            ("9", "10"),
            ("80%", "100%"),
            ("9 GB", "10 GB"),
            ("16.9.5", "16.12.1"),
            ("Gi1/0/2", "Gi1/0/10"),
            ("", "1"),
            ("a", "a1"),
            ("a1", "ab"),
            ("1", "a"),
            ("007", "8"),
        ] {
            assert_eq!(natural(small, great), Ordering::Less, "{small} {great}");
            assert_eq!(natural(great, small), Ordering::Greater, "{small} {great}");
        }
        for (one, other) in [("", ""), ("ab", "ab"), ("007", "7"), ("1.02", "1.2")] {
            assert_eq!(natural(one, other), Ordering::Equal, "{one} {other}");
        }
    }
}
