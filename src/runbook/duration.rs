use std::time::Duration;

/// Reads a duration as runbooks write it: a whole number and `ms`, `s`, `m` or `h`.
///
/// `None` where it is anything else, or longer than a week.
pub fn duration(text: &str) -> Option<Duration> {
    const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let duration = match &text[digits..] {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        "h" => Duration::from_secs(number.checked_mul(3600)?),
        _ => return None,
    };
    (duration <= WEEK).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_name_their_unit() {
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("40s"), Some(Duration::from_secs(40)));
        assert_eq!(duration("5m"), Some(Duration::from_secs(300)));
        assert_eq!(duration("1h"), Some(Duration::from_secs(3600)));
        for wrong in [
            "",
            "s",
            "5",
            "5 s",
            "-5s",
            "1.5s",
            "5d",
            "99999999999999999999h",
            "999h",
        ] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
