use crate::target::{Progress, Reply, StreamKind};

/// The output of a request so far.
#[derive(Debug, Default)]
pub(super) struct Capture {
    stdout: Kept,
    stderr: Kept,
}

impl Capture {
    /// Keeps what arrived and shows it.
    pub(super) fn add(&mut self, stream: StreamKind, bytes: &[u8], progress: &mut dyn Progress) {
        if bytes.is_empty() {
            return;
        }
        progress.output(stream, bytes);
        match stream {
            StreamKind::Stdout => self.stdout.add(bytes),
            StreamKind::Stderr => self.stderr.add(bytes),
        }
    }

    /// The reply, with a remark where it is not all.
    pub(super) fn into_reply(self) -> Reply {
        let (stdout, left_out) = self.stdout.into_bytes();
        let (stderr, of_errors) = self.stderr.into_bytes();
        let streams = [("standard output", left_out), ("standard error", of_errors)];
        Reply {
            stdout,
            stderr,
            is_cut: left_out + of_errors > 0,
            notices: streams
                .into_iter()
                .filter(|(_, left_out)| *left_out > 0)
                .map(|(name, left_out)| {
                    format!("{name} is too long: {left_out} bytes of its middle were left out")
                })
                .collect(),
            ..Reply::default()
        }
    }
}

/// So much of a stream's beginning is kept, 8 MiB; a runaway command must not take all memory.
const HEAD: usize = 8 << 20;
/// And between once and twice so much of its end, which tells how it went.
const TAIL: usize = 4 << 20;

/// The beginning and the end of a stream.
#[derive(Debug, Default)]
struct Kept {
    head: Vec<u8>,
    older: Vec<u8>,
    newer: Vec<u8>,
    left_out: usize,
}

impl Kept {
    fn add(&mut self, bytes: &[u8]) {
        let room = bytes.len().min(HEAD - self.head.len());
        let (first, mut rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        while !rest.is_empty() {
            if self.newer.len() == TAIL {
                self.left_out += self.older.len();
                self.older.clear();
                std::mem::swap(&mut self.older, &mut self.newer);
            }
            let room = rest.len().min(TAIL - self.newer.len());
            self.newer.extend_from_slice(&rest[..room]);
            rest = &rest[room..];
        }
    }

    /// What is kept, and how many bytes are left out. Where they were, whole lines go: half a
    /// secret would not be known as one.
    fn into_bytes(self) -> (Vec<u8>, usize) {
        let mut kept = self.head;
        let mut left_out = self.left_out;
        let mut tail = [self.older, self.newer].concat();
        if left_out > 0 {
            let end = kept.iter().rposition(|byte| *byte == b'\n');
            left_out += kept.split_off(end.map_or(kept.len(), |at| at + 1)).len();
            let line = tail.iter().position(|byte| *byte == b'\n');
            left_out += tail.drain(..line.map_or(0, |at| at + 1)).len();
            kept.extend_from_slice(format!("[{left_out} bytes left out]\n").as_bytes());
        }
        kept.append(&mut tail);
        (kept, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Silent;

    fn flood(lines: usize) -> Reply {
        let mut capture = Capture::default();
        let mut block = String::new();
        for line in 0..lines {
            block += &format!("line {line:010}\n");
            if block.len() > 10_000 || line + 1 == lines {
                capture.add(StreamKind::Stdout, block.as_bytes(), &mut Silent);
                block.clear();
            }
        }
        capture.into_reply()
    }

    #[test]
    fn of_a_flood_both_ends_are_kept_in_whole_lines() {
        let reply = flood(3 << 20);
        assert!(reply.is_cut);
        let text = String::from_utf8(reply.stdout).expect("digits");
        let odd: Vec<&str> = text
            .lines()
            .filter(|line| !(line.starts_with("line ") && line.len() == 15))
            .collect();
        let kept = text.len() - odd[0].len() - 1;
        let left_out = (3 << 20) * 16 - kept;
        assert_eq!(odd, [format!("[{left_out} bytes left out]")]);
        assert_eq!(
            reply.notices,
            [format!(
                "standard output is too long: {left_out} bytes of its middle were left out"
            )]
        );
        assert!(text.starts_with("line 0000000000\n") && text.ends_with("line 0003145727\n"));
        assert!((12 << 20..=16 << 20).contains(&kept), "{kept}");
    }

    #[test]
    fn what_fits_is_kept_to_the_last_byte() {
        let reply = flood(1 << 20);
        assert!(!reply.is_cut && reply.notices.is_empty());
        assert_eq!(reply.stdout.len(), (1 << 20) * 16);
    }
}
