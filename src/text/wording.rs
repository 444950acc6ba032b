//! Small wording rules, each in one place: plurals, lists, suggestions.

/// `1 step`, `2 steps`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list<S: AsRef<str>>(items: &[S], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [init @ .., last] => {
            let init: Vec<&str> = init.iter().map(AsRef::as_ref).collect();
            format!("{} {conjunction} {}", init.join(", "), last.as_ref())
        }
    }
}

/// Each word in backticks, as messages show what is to be typed.
pub fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    words.into_iter().map(|word| format!("`{word}`")).collect()
}

/// The candidate nearest to what was written, if it is near enough to be meant. Capitals count
/// only between candidates that are equally near without them.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let small = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(&small, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(distance, candidate)| (*distance, edit_distance(word, candidate)))
        .map(|(_, candidate)| candidate)
}

/// The one that may be meant, or all of them where they are few enough to be read.
pub fn which_of<'a>(
    word: &str,
    what: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    const FEW: usize = 8;
    let mut candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(near) = did_you_mean(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    candidates.dedup();
    let list = || list(&quoted(candidates.iter().copied()), "and");
    match candidates.len() {
        1 => Some(format!("the only {what} is {}", list())),
        2..=FEW => Some(format!("the {what}s are {}", list())),
        _ => None,
    }
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(did_you_mean("chekc", ["check", "undo"]), Some("check"));
        assert_eq!(did_you_mean("zebra", ["check", "undo"]), None);
        assert_eq!(did_you_mean("RUN", ["run", "undo"]), Some("run"));
        assert_eq!(did_you_mean("Part", ["part", "PART"]), Some("part"));
    }

    #[test]
    fn lists_as_people_do() {
        assert_eq!(list(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(count(2, "step"), "2 steps");
    }
}
