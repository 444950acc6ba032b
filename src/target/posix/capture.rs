use crate::target::{Progress, Reply, StreamKind};

/// Nobody reads more than this of one stream, 16 MiB; a runaway command must not take all memory.
const LIMIT: usize = 16 << 20;

/// The output of a request so far.
#[derive(Debug, Default)]
pub(super) struct Capture {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    dropped: [usize; 2],
}

impl Capture {
    /// Keeps what arrived and shows it.
    pub(super) fn add(&mut self, stream: StreamKind, bytes: &[u8], progress: &mut dyn Progress) {
        if bytes.is_empty() {
            return;
        }
        progress.output(stream, bytes);
        let (kept, dropped) = match stream {
            StreamKind::Stdout => (&mut self.stdout, &mut self.dropped[0]),
            StreamKind::Stderr => (&mut self.stderr, &mut self.dropped[1]),
        };
        let room = bytes.len().min(LIMIT - kept.len());
        kept.extend_from_slice(&bytes[..room]);
        *dropped += bytes.len() - room;
    }

    /// The reply, with a remark where it is not all.
    pub(super) fn into_reply(self) -> Reply {
        let streams = ["standard output", "standard error"]
            .into_iter()
            .zip(self.dropped);
        let notices = streams
            .filter(|(_, dropped)| *dropped > 0)
            .map(|(name, dropped)| {
                format!(
                    "{name} was cut at {} MiB; {dropped} bytes more came",
                    LIMIT >> 20
                )
            })
            .collect();
        Reply {
            stdout: self.stdout,
            stderr: self.stderr,
            notices,
            ..Reply::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Silent;

    #[test]
    fn a_flood_is_cut_and_counted() {
        let mut capture = Capture::default();
        let block = vec![b'x'; LIMIT / 2];
        for _ in 0..3 {
            capture.add(StreamKind::Stdout, &block, &mut Silent);
        }
        let reply = capture.into_reply();
        assert_eq!(reply.stdout.len(), LIMIT);
        assert_eq!(
            reply.notices,
            ["standard output was cut at 16 MiB; 8388608 bytes more came"]
        );
    }
}
