use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Refusal, Table};
use crate::lab::ios::ping::Ping;

/// Echo requests.
pub(super) const PING: Table = &[
    Command::new("ping A.B.C.D", "Ping destination address", ping),
    Command::new("ping A.B.C.D LINE", "df-bit, repeat, size, timeout", ping),
    Command::new("ping ip A.B.C.D", "Ping destination address", ping),
    Command::new(
        "ping ip A.B.C.D LINE",
        "df-bit, repeat, size, timeout",
        ping,
    ),
];

/// The options stand behind the address in any order.
fn ping(call: &mut Call<'_>) -> Flow {
    let (Ok(to), options) = (call.text(0).parse(), call.text(1)) else {
        return Flow::Done;
    };
    let mut ping = Ping::new(to);
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let is = |name: &str| name.starts_with(word);
        if is("df-bit") {
            ping.df = true;
            continue;
        }
        let (into, range) = match word {
            _ if is("repeat") => (&mut ping.count, 1..=u32::MAX),
            _ if is("size") => (&mut ping.size, 36..=18_024),
            _ if is("timeout") => (&mut ping.timeout, 0..=3_600),
            _ => return refuse(call, word),
        };
        let Some(value) = words.next() else {
            return call.refuse(&Refusal::Incomplete);
        };
        match value.parse().ok().filter(|n| range.contains(n)) {
            Some(n) => *into = n,
            None => return refuse(call, value),
        }
    }
    Flow::Ping(ping)
}

fn refuse(call: &mut Call<'_>, word: &str) -> Flow {
    let at = call.line.rfind(word).unwrap_or_default();
    call.refuse(&Refusal::Invalid(at))
}
