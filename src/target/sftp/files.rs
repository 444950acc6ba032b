use camino::Utf8Path;
use secrecy::ExposeSecret;

use super::get::{Incoming, outside};
use super::place;
use super::put::Outgoing;
use super::same::same;
use super::sum::Sum;
use super::trouble::Trouble;
use super::watch::{Watch, Way};
use crate::target::{
    DeviceError, Failure, FailureKind, LineFate, Progress, Reply, Request, Sent, SentLine,
    StreamKind, reach,
};
use crate::text::{Pair, Transfer, is_sha256};
use crate::wire::ssh::{RemoteKind, Sftp, SftpError, SshConnection};

/// What `sftp` fences do with a machine.
#[derive(Default)]
pub(in crate::target) struct Files {
    /// Opened by the first fence that needs it.
    sftp: Option<Sftp>,
}

/// The lines of a fence, each with its number.
type Lines<'a> = &'a [(usize, Transfer)];

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
                self.perform(connection, request, &transfers, true, progress)
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
        self.perform(connection, request, &transfers, false, progress)
            .await
    }

    async fn perform(
        &mut self,
        connection: &SshConnection,
        request: &Request,
        transfers: Lines<'_>,
        only_looks: bool,
        progress: &mut dyn Progress,
    ) -> Result<Reply, Failure> {
        let timeout = request.options.timeout;
        let watch = Watch::new();
        let mut reply = Reply::default();
        let fence = Fence {
            connection,
            text: request.text.expose_secret(),
            transfers,
            only_looks,
            watch: &watch,
        };
        let ended = tokio::select! {
            biased;
            ended = fence.lines(&mut self.sftp, &mut reply, progress) => ended,
            () = watch.stalls(timeout) => {
                let message = format!("transfer files: nothing moved for {timeout:?}");
                let late = Failure::not_sent(FailureKind::Timeout, message);
                Err(late.help("what arrived is kept beside its place, and a `put` goes on from there"))
            }
        };
        match ended {
            Ok(()) => Ok(reply),
            Err(failure) => {
                if failure.kind != FailureKind::Local {
                    self.sftp = None;
                }
                Err(Failure {
                    sent: match watch.has_changed() {
                        true => Sent::Some,
                        false => Sent::Nothing,
                    },
                    partial: reply,
                    ..failure
                })
            }
        }
    }
}

/// A fence under way.
struct Fence<'a> {
    connection: &'a SshConnection,
    text: &'a str,
    transfers: Lines<'a>,
    only_looks: bool,
    watch: &'a Watch,
}

impl Fence<'_> {
    async fn lines(
        &self,
        sftp: &mut Option<Sftp>,
        reply: &mut Reply,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        // What is wrong on our side is found before anything is sent.
        let mut outgoing = Vec::new();
        for (number, (_, transfer)) in self.transfers.iter().enumerate() {
            if let Transfer::Put(pair) = transfer {
                match Outgoing::read(pair, self.watch).await {
                    Ok(file) => outgoing.push(file),
                    Err(trouble) => {
                        self.end(number, LineFate::NotSent, trouble, reply, progress)?;
                        return Ok(());
                    }
                }
            }
        }
        let sftp = match sftp {
            Some(sftp) => sftp,
            none => none.insert(self.connection.sftp().await.map_err(|error| {
                Failure::not_sent(reach::kind(&error), format!("open SFTP: {error}"))
            })?),
        };
        let host_key = self.connection.peer().host_key;
        let mut outgoing = outgoing.into_iter();
        for (number, (line, transfer)) in self.transfers.iter().enumerate() {
            progress.sending(self.text.lines().nth(*line).unwrap_or_default());
            self.watch.moves();
            let mut way = Way {
                sftp,
                watch: self.watch,
                progress,
            };
            let done = match transfer {
                Transfer::Put(Pair { local, remote, .. }) => match outgoing.next() {
                    Some(file) => file
                        .send(&mut way)
                        .await
                        .map(|resumed| told("put", local, remote, &file.sum, resumed)),
                    None => continue,
                },
                Transfer::Get(pair) => {
                    let file = Incoming {
                        pair,
                        from: &host_key,
                        only_looks: self.only_looks,
                    };
                    file.fetch(&mut way)
                        .await
                        .map(|(sum, resumed)| told("get", &pair.remote, &pair.local, &sum, resumed))
                }
                Transfer::Same(pair) => same(&way, pair)
                    .await
                    .map(|sum| told("same", &pair.local, &pair.remote, &sum, 0)),
                Transfer::Remove(path) => remove(&way, path).await,
                Transfer::Absent(path) => absent(&way, path).await,
            };
            match done {
                Ok(told) => say(*line, &told, reply, progress),
                Err(trouble) => {
                    return self.end(number, LineFate::Rejected, trouble, reply, progress);
                }
            }
        }
        reply.exit = Some(0);
        Ok(())
    }

    /// A line that was not performed ends the fence: those behind it are never sent.
    fn end(
        &self,
        number: usize,
        fate: LineFate,
        trouble: Trouble,
        reply: &mut Reply,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        let told = match trouble {
            Trouble::Failed { kind, message } => return Err(Failure::not_sent(kind, message)),
            Trouble::No(told) => told,
            Trouble::Refused(message) => {
                reply.error = Some(DeviceError {
                    message: message.clone(),
                    line: self.transfers.get(number).map(|(line, _)| *line),
                    column: None,
                    help: None,
                });
                message
            }
        };
        let told = format!("{told}\n");
        progress.output(StreamKind::Stderr, told.as_bytes());
        reply.stderr.extend(told.into_bytes());
        let lines = self.transfers.iter().enumerate().skip(reply.lines.len());
        let fates = lines.map(|(at, (line, _))| SentLine {
            line: *line,
            fate: if at == number {
                fate
            } else {
                LineFate::NotSent
            },
        });
        reply.lines.extend(fates);
        reply.exit = Some(1);
        Ok(())
    }
}

async fn remove(way: &Way<'_>, path: &Utf8Path) -> Result<String, Trouble> {
    way.watch.changes();
    match way.sftp.remove(path.as_str()).await {
        Ok(()) => Ok(format!("remove {path}: done")),
        Err(SftpError::Missing) => Ok(format!("remove {path}: it was not there")),
        Err(error) => Err(Trouble::remote(path)(error)),
    }
}

/// Also a link that leads nowhere is there.
async fn absent(way: &Way<'_>, path: &Utf8Path) -> Result<String, Trouble> {
    let found = way.sftp.lstat(path.as_str()).await;
    match found.map_err(Trouble::remote(path))? {
        None => Ok(format!("absent {path}: so it is")),
        Some(found) if found.kind == RemoteKind::Link => Err(Trouble::No(format!(
            "{path} is there, as a link{}",
            match place::link(way, path).await? {
                Some(to) => format!(" to {to}"),
                None => String::new(),
            }
        ))),
        Some(_) => Err(Trouble::No(format!("{path} is there"))),
    }
}

fn say(line: usize, told: &str, reply: &mut Reply, progress: &mut dyn Progress) {
    let told = format!("{told}\n");
    progress.output(StreamKind::Stdout, told.as_bytes());
    reply.stdout.extend(told.into_bytes());
    let fate = LineFate::Accepted;
    reply.lines.push(SentLine { line, fate });
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
        if let Transfer::Get(pair) = transfer
            && let Some(why) = outside(&pair.local, &options.written_paths)
        {
            return Err(wrong(*line, &why));
        }
    }
    Ok(transfers)
}

fn told(verb: &str, from: &Utf8Path, to: &Utf8Path, sum: &Sum, resumed: u64) -> String {
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
