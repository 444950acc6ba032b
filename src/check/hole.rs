use std::{net::IpAddr, sync::LazyLock};

use regex::Regex;
use serde_json::Value;

use super::beside::Beside;
use crate::text::wording;

/// What a placeholder `<name:type>` of an excerpt matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Characters without blanks.
    Word,
    /// A whole number with an optional sign; bound as a number.
    Int,
    /// `8-4-4-4-12` hexadecimal digits.
    Uuid,
    /// An IPv4 or IPv6 address, without a prefix length.
    Ip,
    /// A MAC address in `aa:bb:…`, `aa-bb-…` or Cisco's `aabb.ccdd.eeff` form.
    Mac,
    /// An iSCSI qualified name.
    Iqn,
    /// A number with an optional unit: `1.5T`, `16 GiB`, `512MB`.
    Size,
    /// Anything within a line that starts and ends with a character.
    Any,
}

impl Type {
    /// All types.
    pub const ALL: [Type; 8] = [
        Type::Word,
        Type::Int,
        Type::Uuid,
        Type::Ip,
        Type::Mac,
        Type::Iqn,
        Type::Size,
        Type::Any,
    ];

    /// The word behind the colon.
    pub fn word(self) -> &'static str {
        match self {
            Type::Word => "word",
            Type::Int => "int",
            Type::Uuid => "uuid",
            Type::Ip => "ip",
            Type::Mac => "mac",
            Type::Iqn => "iqn",
            Type::Size => "size",
            Type::Any => "any",
        }
    }

    /// The type that a word may have been meant for: one that is spelt like it, or what other
    /// languages call so.
    pub fn near(word: &str) -> Option<&'static str> {
        let word = word.to_lowercase();
        let elsewhere = match word.as_str() {
            "integer" | "number" | "num" | "float" => Some("int"),
            "string" | "str" => Some("word"),
            "text" | "line" => Some("any"),
            "address" | "ipv4" | "ipv6" | "ipaddress" => Some("ip"),
            "guid" => Some("uuid"),
            "bytes" => Some("size"),
            _ => None,
        };
        elsewhere.or_else(|| wording::did_you_mean(&word, Type::ALL.map(Type::word)))
    }

    /// What it matches, for a person who fills it in.
    pub fn meaning(self) -> &'static str {
        match self {
            Type::Word => "a word without blanks",
            Type::Int => "a whole number",
            Type::Uuid => "a UUID",
            Type::Ip => "an IP address, without a prefix length",
            Type::Mac => "a MAC address",
            Type::Iqn => "an iSCSI qualified name, iqn.…",
            Type::Size => "a number with an optional unit, such as 16 GiB",
            Type::Any => "anything in one line",
        }
    }

    /// Reads a value that stands alone. `None`: it is not of this type.
    pub fn read(self, text: &str) -> Option<Value> {
        let is_whole = self.lengths(text, 0).contains(&text.len());
        is_whole.then(|| self.value(text))
    }

    /// The lengths of the values that start at `at`, the preferred one first. A number or an
    /// address is taken as a whole or not at all: `<n:int>` never matches the `1` of `12`.
    pub(super) fn lengths(self, text: &str, at: usize) -> Vec<usize> {
        let rest = &text[at..];
        match self {
            Type::Word => longest_first(prefixes(rest, |c| !c.is_whitespace())),
            Type::Any if rest.starts_with(' ') => Vec::new(),
            Type::Any => prefixes(rest, |_| true)
                .filter(|len| !rest[..*len].ends_with(' '))
                .collect(),
            // The name may be followed by a separator, as in `iqn.2020-01.org.x:lun0,1`.
            Type::Iqn => IQN.captures(rest).map_or_else(Vec::new, |found| {
                let longest = found.get(0).map_or(0, |all| all.end());
                let shortest = found.get(1).map_or(longest, |suffix| suffix.start() + 2);
                let lengths = prefixes(rest, |c| !c.is_whitespace());
                longest_first(lengths.filter(|len| (shortest..=longest).contains(len)))
            }),
            Type::Int => digits_alone(text, at),
            Type::Uuid => whole(&UUID, text, at),
            Type::Mac => whole(&MAC, text, at),
            Type::Size => whole(&SIZE, text, at),
            Type::Ip => {
                let lengths = prefixes(rest, |c| c.is_ascii_hexdigit() || ".:".contains(c))
                    .take(LONGEST_IP)
                    .filter(|len| rest[..*len].parse::<IpAddr>().is_ok());
                let before = text[..at].chars().next_back();
                let longest = lengths.last().filter(|len| {
                    let joins = |c: char| c.is_ascii_alphanumeric();
                    !before.is_some_and(joins) && !rest[*len..].starts_with(joins)
                });
                longest.into_iter().collect()
            }
        }
    }

    /// Those of [`lengths`](Self::lengths) that can stand between such neighbours: a number beside
    /// anything at all must be all of a number.
    pub(super) fn lengths_between(
        self,
        [before, behind]: [Beside; 2],
        text: &str,
        at: usize,
    ) -> Vec<usize> {
        let mut lengths = self.lengths(text, at);
        if matches!(self, Type::Int | Type::Size) {
            lengths.retain(|len| {
                !before.joins_behind(&text[..at]) && !behind.joins_before(&text[at + len..])
            });
        }
        lengths
    }

    /// The value that a matched text binds.
    pub(super) fn value(self, text: &str) -> Value {
        match (self, text.parse::<i64>()) {
            (Type::Int, Ok(number)) => number.into(),
            _ => text.into(),
        }
    }

    /// Whether two texts are the same value: `00:1A:…` and `001a.…` are one MAC address.
    pub(super) fn same(self, a: &str, b: &str) -> bool {
        a == b
            || match self {
                Type::Int => a.parse::<i64>().is_ok_and(|a| b.parse() == Ok(a)),
                Type::Ip => a.parse::<IpAddr>().is_ok_and(|a| b.parse() == Ok(a)),
                Type::Uuid | Type::Iqn => a.eq_ignore_ascii_case(b),
                Type::Mac => digits(a).eq(digits(b)),
                Type::Word | Type::Size | Type::Any => false,
            }
    }
}

/// Characters of the longest address: six groups of four digits and an IPv4 one, with signs.
const LONGEST_IP: usize = 45;

static INT: LazyLock<Regex> = LazyLock::new(|| pattern(r"[+-]?[0-9]+"));
static UUID: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"));
static MAC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i:[0-9a-f]{2}((:[0-9a-f]{2}){5}|(-[0-9a-f]{2}){5})|[0-9a-f]{4}(\.[0-9a-f]{4}){2})")
});
/// RFC 3720, 3.2.6.3.1: `iqn.`, year and month, the reversed domain, then `:` and anything.
static IQN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i:iqn\.[0-9]{4}-[0-9]{2}\.[a-z0-9.-]*[a-z0-9])(:\S+)?"));
static SIZE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[0-9]+(\.[0-9]+)?( ?([KMGTPE]i?B?|[kmgtpe]i?[Bb]?|[Bb](ytes?)?)\b)?")
});

fn pattern(source: &str) -> Regex {
    Regex::new(&format!("^(?:{source})")).expect("a pattern of ours compiles")
}

/// The longest match, unless it is only a part of something longer.
fn whole(regex: &Regex, text: &str, at: usize) -> Vec<usize> {
    let joins = |c: char| c.is_ascii_alphanumeric();
    if text[..at].ends_with(joins) {
        return Vec::new();
    }
    let len = regex.find(&text[at..]).map(|found| found.end());
    len.into_iter()
        .filter(|len| !text[at + len..].starts_with(joins))
        .collect()
}

/// A number may touch letters (`Gi1`, `5ms`), but no other digit.
fn digits_alone(text: &str, at: usize) -> Vec<usize> {
    if text[..at].ends_with(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let len = INT.find(&text[at..]).map(|found| found.end());
    len.into_iter().collect()
}

fn longest_first(lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut lengths: Vec<usize> = lengths.collect();
    lengths.reverse();
    lengths
}

fn prefixes(text: &str, fits: fn(char) -> bool) -> impl Iterator<Item = usize> {
    text.char_indices()
        .take_while(move |(_, c)| fits(*c))
        .map(|(at, c)| at + c.len_utf8())
}

fn digits(mac: &str) -> impl Iterator<Item = char> {
    mac.chars()
        .filter(char::is_ascii_hexdigit)
        .map(|c| c.to_ascii_lowercase())
}
