use std::mem;
use std::sync::Arc;

use super::redactor::Compiled;

/// Redacts a stream that comes in pieces of any size. Bytes are held back only while they may
/// be the start of a secret.
pub struct Stream {
    compiled: Option<Arc<Compiled>>,
    held: Vec<u8>,
}

impl Stream {
    pub(super) fn new(compiled: Option<Arc<Compiled>>) -> Self {
        Self {
            compiled,
            held: Vec::new(),
        }
    }

    /// Takes a piece and gives what is safe to pass on.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(compiled) = self.compiled.clone() else {
            return bytes.to_vec();
        };
        self.held.extend_from_slice(bytes);
        let mut out = Vec::new();
        let mut done = 0;
        loop {
            let rest = &self.held[done..];
            let found = compiled.automaton.find(rest);
            let open = compiled.open_at(rest);
            match found {
                // A longer one that starts no later may still come to be.
                Some(found) if found.start() < open => {
                    out.extend_from_slice(&rest[..found.start()]);
                    out.extend_from_slice(compiled.markers[found.pattern()].as_bytes());
                    done += found.end();
                }
                _ => {
                    out.extend_from_slice(&rest[..open]);
                    done += open;
                    break;
                }
            }
        }
        self.held.drain(..done);
        out
    }

    /// The rest, when nothing more comes.
    pub fn finish(mut self) -> Vec<u8> {
        let held = mem::take(&mut self.held);
        match &self.compiled {
            Some(compiled) => compiled
                .automaton
                .replace_all_bytes(&held, &compiled.markers),
            None => held,
        }
    }
}

impl Compiled {
    /// Where the first tail starts that is a proper prefix of a pattern.
    fn open_at(&self, text: &[u8]) -> usize {
        let longest = self.patterns.iter().map(Vec::len).max().unwrap_or(0);
        let from = text.len().saturating_sub(longest.saturating_sub(1));
        (from..text.len())
            .find(|at| self.starts_pattern(&text[*at..]))
            .unwrap_or(text.len())
    }

    /// The patterns are sorted: those with a prefix stand together.
    fn starts_pattern(&self, prefix: &[u8]) -> bool {
        let at = self
            .patterns
            .partition_point(|pattern| pattern.as_slice() <= prefix);
        self.patterns
            .get(at)
            .is_some_and(|pattern| pattern.starts_with(prefix))
    }
}
