use serde::Serialize;

use crate::text::Probe;

/// What a probe saw, as a report draws it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Timeline {
    /// When its target answered and when it did not, in order.
    pub stretches: Vec<Stretch>,
}

/// Tries in a row with one result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stretch {
    /// Where it begins, in hundredths of all tries.
    pub from: f64,
    /// How much of them it has.
    pub width: f64,
    /// Whether they were answered.
    pub answered: bool,
    /// How many there were.
    pub tries: u32,
    /// When the first one was made, since the probe began.
    pub at: String,
}

impl Timeline {
    /// Reads what a probe of this text printed; `None` if it is no probe's.
    pub(super) fn of(sent: &str, printed: &str) -> Option<Self> {
        Probe::parse(sent).ok()?;
        let (summary, lines) = printed.split_once('\n')?;
        let (all, _) = summary.split_once(" tries every ")?;
        let all: f64 = all.parse().ok().filter(|all| *all > 0.0)?;
        let mut before: u32 = 0;
        let stretches = lines.lines().map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [at, "s", tries, word] = words.as_slice() else {
                return None;
            };
            let tries: u32 = tries.parse().ok()?;
            let stretch = Stretch {
                from: f64::from(before) / all * 100.0,
                width: f64::from(tries) / all * 100.0,
                answered: match *word {
                    "answered" => true,
                    "lost" => false,
                    _ => return None,
                },
                tries,
                at: format!("{at} s"),
            };
            before = before.saturating_add(tries);
            Some(stretch)
        });
        Some(Self {
            stretches: stretches.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Timeline;

    #[test]
    fn what_a_probe_printed_is_drawn_to_scale() {
        let printed = "20 tries every 0.5 s, 5 lost, longest gap 3.0 s\n   \
                       0.0 s    10 answered\n   5.0 s     5 lost\n   7.5 s     5 answered\n";
        let timeline = Timeline::of("tcp", printed).expect("a probe's");
        let drawn: Vec<_> = timeline
            .stretches
            .iter()
            .map(|stretch| (stretch.from, stretch.width, stretch.answered, &*stretch.at))
            .collect();
        assert_eq!(
            drawn,
            [
                (0.0, 50.0, true, "0.0 s"),
                (50.0, 25.0, false, "5.0 s"),
                (75.0, 25.0, true, "7.5 s")
            ]
        );
    }

    #[test]
    fn what_others_print_is_not() {
        let like = "2 tries every day\n0.0 s 2 answered\n";
        assert!(Timeline::of("uptime", like).is_none());
        assert!(Timeline::of("ping", "0 tries every 1 s\n").is_none());
        assert!(Timeline::of("ping", "2 tries every 1 s\nhello\n").is_none());
    }
}
