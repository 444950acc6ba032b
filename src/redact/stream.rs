use std::mem;

use super::Redactor;

/// Redacts a stream that comes in pieces of any size. Bytes are held back only while they may
/// be the start of a secret.
pub struct Stream {
    redactor: Redactor,
    held: Vec<u8>,
    has_found: bool,
}

impl Stream {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            held: Vec::new(),
            has_found: false,
        }
    }

    /// Takes a piece and gives what is safe to pass on.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        self.release(false)
    }

    /// The rest, when nothing more comes.
    pub fn finish(mut self) -> Vec<u8> {
        self.end()
    }

    pub(super) fn end(&mut self) -> Vec<u8> {
        self.release(true)
    }

    /// Whether anything was replaced so far.
    pub(super) fn has_found(&self) -> bool {
        self.has_found
    }

    fn release(&mut self, is_end: bool) -> Vec<u8> {
        let Some(compiled) = self.redactor.compiled() else {
            return mem::take(&mut self.held);
        };
        let findings = compiled.search.find(&self.held);
        let open = if is_end {
            self.held.len()
        } else {
            findings.open
        };
        if findings.spans.is_empty() {
            let open = self.held.split_off(open);
            return mem::replace(&mut self.held, open);
        }
        let mut out = Vec::with_capacity(self.held.len());
        let mut done = 0;
        for (span, pattern) in findings.spans {
            // What comes may make it longer.
            if span.end > open {
                break;
            }
            out.extend_from_slice(&self.held[done..span.start]);
            out.extend_from_slice(compiled.marker(pattern));
            done = span.end;
            self.has_found = true;
        }
        out.extend_from_slice(&self.held[done..open]);
        self.held.drain(..open);
        out
    }
}
