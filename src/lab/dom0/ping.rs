use std::net::Ipv4Addr;

use super::programs::Call;
use crate::lab::world::{Node, PingResult};

/// The bytes of an echo request without its headers, unless `-s` says otherwise.
const DATA: u32 = 56;
/// IP and ICMP headers.
const HEADERS: u32 = 28;

/// `ping -c N [-s SIZE] [-M do] ADDRESS`. Without a count it would never end, and here nobody is
/// there to end it.
pub(super) fn run(call: &mut Call<'_>, words: &[&str]) -> u32 {
    let (mut count, mut data, mut df, mut to) = (None, DATA, false, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|text| text.parse::<u32>().ok());
        match *word {
            "-c" => count = number(),
            "-s" => data = number().unwrap_or(DATA),
            "-W" | "-w" | "-i" => drop(number()),
            "-q" => {}
            "-M" => df = words.next() == Some(&"do"),
            text => to = Some(text),
        }
    }
    let Some(to) = to else {
        return call.complain("Usage: ping -c count [-s size] [-M do] destination", 2);
    };
    let Ok(address) = to.parse::<Ipv4Addr>() else {
        return call.complain(&format!("ping: unknown host {to}"), 2);
    };
    let Some(count) = count.filter(|count| (1..=100).contains(count)) else {
        return call.complain("ping: say how often, up to 100 times: -c count", 2);
    };
    let whole = data + HEADERS;
    call.say(&format!("PING {to} ({to}) {data}({whole}) bytes of data."));
    let from = Node::Server(call.server.to_owned());
    let mut received = 0;
    for number in 1..=count {
        if call.world.ping(&from, address, whole, df) == PingResult::Answered {
            received += 1;
            let bytes = data + 8;
            call.say(&format!(
                "{bytes} bytes from {to}: icmp_seq={number} ttl=64 time=0.4 ms"
            ));
        }
    }
    let lost = (count - received) * 100 / count;
    let time = (count - 1) * 1000;
    call.say("");
    call.say(&format!("--- {to} ping statistics ---"));
    call.say(&format!(
        "{count} packets transmitted, {received} received, {lost}% packet loss, time {time}ms"
    ));
    u32::from(received == 0)
}
