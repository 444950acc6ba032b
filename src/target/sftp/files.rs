use secrecy::ExposeSecret;

use super::get;
use super::put::Outgoing;
use super::sum::{self, Sum};
use super::trouble::Trouble;
use crate::target::{
    DeviceError, Failure, FailureKind, LineFate, Progress, Reply, Request, SentLine, StreamKind,
    reach,
};
use crate::text::{Pair, Transfer, is_sha256};
use crate::wire::ssh::{Sftp, SftpError, SshConnection};

/// What `sftp` fences do with a machine.
#[derive(Default)]
pub(in crate::target) struct Files {
    /// Opened by the first fence that needs it.
    sftp: Option<Sftp>,
}

/// A fence under way.
#[derive(Default)]
struct Sofar {
    reply: Reply,
    /// Whether anything at the other end may be different by now.
    changed: bool,
}

impl Files {
    /// Performs a fence that must leave the machine as it is.
    pub(in crate::target) async fn look(
        &mut self,
        connection: &SshConnection,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let transfers = read(request)?;
        match transfers.iter().find(|(_, line)| !line.only_reads()) {
            Some((_, line)) => Err(local(format!(
                "look with `{}`: it changes the machine's files",
                line.verb()
            ))),
            None => {
                self.perform(connection, request, &transfers, progress)
                    .await
            }
        }
    }

    /// Performs a fence.
    pub(in crate::target) async fn apply(
        &mut self,
        connection: &SshConnection,
        request: &Request,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let transfers = read(request)?;
        self.perform(connection, request, &transfers, progress)
            .await
    }

    async fn perform(
        &mut self,
        connection: &SshConnection,
        request: &Request,
        transfers: &[(usize, Transfer)],
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let timeout = request.options.timeout;
        let mut sofar = Sofar::default();
        let work = self.lines(connection, request, transfers, &mut sofar, progress);
        let ended = match tokio::time::timeout(timeout, work).await {
            Ok(ended) => ended,
            Err(_) => {
                self.sftp = None;
                let message = format!("transfer files: it took over {timeout:?}");
                let late = Failure::not_sent(FailureKind::Timeout, message);
                Err(late.help(
                    "what arrived is kept: the next try goes on from there; give it more `timeout`",
                ))
            }
        };
        match ended {
            Ok(()) => Ok(sofar.reply),
            Err(failure) => {
                if failure.kind != FailureKind::Local {
                    self.sftp = None;
                }
                Err(Failure {
                    maybe_sent: sofar.changed,
                    partial: sofar.reply,
                    ..failure
                })
            }
        }
    }

    async fn lines(
        &mut self,
        connection: &SshConnection,
        request: &Request,
        transfers: &[(usize, Transfer)],
        sofar: &mut Sofar,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        // What is wrong on our side is found before anything is sent.
        let mut outgoing = Vec::new();
        for (line, transfer) in transfers {
            if let Transfer::Put(pair) = transfer {
                match Outgoing::read(pair).await {
                    Ok(file) => outgoing.push(file),
                    Err(trouble) => return sofar.end(*line, trouble, progress),
                }
            }
        }
        let sftp = match &mut self.sftp {
            Some(sftp) => sftp,
            none => none.insert(connection.sftp().await.map_err(|error| {
                Failure::not_sent(reach::kind(&error), format!("open SFTP: {error}"))
            })?),
        };
        let text = request.text.expose_secret();
        let mut outgoing = outgoing.into_iter();
        for (line, transfer) in transfers {
            progress.sending(text.lines().nth(*line).unwrap_or_default());
            let done = match transfer {
                Transfer::Put(_) => match outgoing.next() {
                    Some(file) => sofar.put(sftp, &file, progress).await,
                    None => continue,
                },
                Transfer::Get(pair) => get::get(sftp, pair, progress)
                    .await
                    .map(|(sum, resumed)| fetched(pair, &sum, resumed)),
                Transfer::Same(pair) => same(sftp, pair).await,
                Transfer::Remove(path) => {
                    sofar.changed = true;
                    match sftp.remove(path.as_str()).await {
                        Ok(()) => Ok(format!("remove {path}: done")),
                        Err(SftpError::Missing) => Ok(format!("remove {path}: it was not there")),
                        Err(error) => Err(Trouble::remote(path)(error)),
                    }
                }
                Transfer::Absent(path) => match sftp.stat(path.as_str()).await {
                    Ok(None) => Ok(format!("absent {path}: so it is")),
                    Ok(Some(_)) => Err(Trouble::No(format!("{path} is there"))),
                    Err(error) => Err(Trouble::remote(path)(error)),
                },
            };
            match done {
                Ok(told) => sofar.say(*line, &told, progress),
                Err(trouble) => return sofar.end(*line, trouble, progress),
            }
        }
        sofar.reply.exit = Some(0);
        Ok(())
    }
}

impl Sofar {
    async fn put(
        &mut self,
        sftp: &Sftp,
        file: &Outgoing<'_>,
        progress: &mut dyn Progress,
    ) -> Result<String, Trouble> {
        let sent = file.send(sftp, progress).await?;
        let Pair { local, remote, .. } = file.pair;
        // Until here nothing that anybody looks at has changed.
        self.changed = true;
        let moved = sftp.rename(sent.part.as_str(), remote.as_str()).await;
        moved.map_err(Trouble::remote(remote))?;
        Ok(told("put", local, remote, &file.sum, sent.resumed))
    }

    fn say(&mut self, line: usize, told: &str, progress: &mut dyn Progress) {
        let told = format!("{told}\n");
        progress.output(StreamKind::Stdout, told.as_bytes());
        self.reply.stdout.extend(told.into_bytes());
        let fate = LineFate::Accepted;
        self.reply.lines.push(SentLine { line, fate });
    }

    /// A line that was not performed ends the fence.
    fn end(
        &mut self,
        line: usize,
        trouble: Trouble,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        let told = match trouble {
            Trouble::Failed { kind, message } => return Err(Failure::not_sent(kind, message)),
            Trouble::No(told) => told,
            Trouble::Refused(message) => {
                self.reply.error = Some(DeviceError {
                    message: message.clone(),
                    line: Some(line),
                    column: None,
                    help: None,
                });
                message
            }
        };
        let told = format!("{told}\n");
        progress.output(StreamKind::Stderr, told.as_bytes());
        self.reply.stderr.extend(told.into_bytes());
        let fate = LineFate::Rejected;
        self.reply.lines.push(SentLine { line, fate });
        self.reply.exit = Some(1);
        Ok(())
    }
}

fn read(request: &Request) -> Result<Vec<(usize, Transfer)>, Failure> {
    let wrong = |line: usize, message: &str| {
        local(format!("read line {} of the fence: {message}", line + 1))
    };
    let options = &request.options;
    if options.become_user.is_some() {
        return Err(local(
            "transfer files as another user: SFTP has only the one who logs in".to_owned(),
        ));
    }
    let transfers = Transfer::parse(request.text.expose_secret())
        .map_err(|error| wrong(error.line, &error.message).help(error.help))?;
    for (line, transfer) in &transfers {
        if let Some(sum) = transfer.sum().filter(|sum| !is_sha256(sum)) {
            return Err(wrong(*line, &format!("`{sum}` is no SHA-256 digest")));
        }
    }
    Ok(transfers)
}

async fn same(sftp: &Sftp, pair: &Pair) -> Result<String, Trouble> {
    let Pair { local, remote, .. } = pair;
    let ours = sum::local(local).await?;
    sum::expected(&ours, pair.sum.as_deref(), local)?;
    let stat = sftp.stat(remote.as_str()).await;
    let Some(stat) = stat.map_err(Trouble::remote(remote))? else {
        return Err(Trouble::No(format!("{remote} is not there")));
    };
    if !stat.is_file {
        return Err(Trouble::No(format!("{remote} is no file")));
    }
    if stat.size != ours.size {
        return Err(Trouble::No(format!(
            "{remote} has {} bytes, {local} has {}",
            stat.size, ours.size
        )));
    }
    let theirs = sum::remote(sftp, remote, remote).await?;
    match theirs == ours {
        true => Ok(told("same", local, remote, &ours, 0)),
        false => Err(Trouble::No(format!(
            "{remote} has the size of {local} and another content: SHA-256 {} instead of {}",
            theirs.sha256, ours.sha256
        ))),
    }
}

fn fetched(pair: &Pair, sum: &Sum, resumed: u64) -> String {
    told("get", &pair.remote, &pair.local, sum, resumed)
}

fn told(
    verb: &str,
    from: &camino::Utf8Path,
    to: &camino::Utf8Path,
    sum: &Sum,
    resumed: u64,
) -> String {
    let Sum { size, sha256 } = sum;
    let resumed = match resumed {
        0 => String::new(),
        bytes => format!("; {bytes} of them were there already"),
    };
    format!("{verb} {from} {to}: {size} bytes, SHA-256 {sha256}{resumed}")
}

fn local(message: String) -> Failure {
    Failure::not_sent(FailureKind::Local, message)
}
