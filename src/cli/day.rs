//! Times and days, as they are written on the command line.

use jiff::Timestamp;
use jiff::civil::Date;

/// A time that is the same one everywhere.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| {
        let way = "write a date, a time and the offset from UTC, like 2026-12-01T18:00Z or \
                   2026-12-01T19:00+01:00";
        match text.parse::<Date>() {
            Ok(_) => format!("it is a day, and the time is missing: {way}"),
            Err(_) => way.to_owned(),
        }
    })
}

/// A day.
pub(super) fn day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "write year, month and day, like 2026-12-01".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{day, moment};

    #[test]
    fn what_is_told_to_write_is_taken() {
        for text in ["2026-12-01T18:00Z", "2026-12-01T19:00+01:00"] {
            let taken = moment(text).expect(text);
            assert_eq!(taken.to_string(), "2026-12-01T18:00:00Z");
        }
        assert_eq!(day("2026-12-01").expect("a day").to_string(), "2026-12-01");
    }

    #[test]
    fn what_is_missing_is_said() {
        let told = moment("2026-12-01").expect_err("no time");
        assert!(
            told.starts_with("it is a day, and the time is missing"),
            "{told}"
        );
        let told = moment("tomorrow").expect_err("no time");
        assert!(
            told.starts_with("write a date, a time and the offset"),
            "{told}"
        );
        // Nobody knows whose clock that is.
        moment("2026-12-01T18:00").expect_err("no offset");
        day("yesterday").expect_err("no day");
    }
}
