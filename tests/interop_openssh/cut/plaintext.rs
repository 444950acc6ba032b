//! A transfer that ends at any byte of what is within the encryption: OpenSSH's own program for
//! transfers has got so many bytes, or so many of its answers have come back, and then the
//! server's process for the connection is killed.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use camino::Utf8PathBuf;
use runsheet::target::{Clock, Connector, Failure, Reply, Silent, inventory};
use runsheet::text::Source;
use runsheet::wire::{Dial, Endpoint, Stream};
use tokio::net::TcpStream;

use super::{at_once, own, put};
use crate::cutting::{Cut, Way};
use crate::server::{Sshd, wanted};
use crate::targets::entry;

/// What the server starts for a transfer. What to do with it stands in a file that is named after
/// the client's port; it is gone when the connection is about to be.
const SUBSYSTEM: &str = r#"#!/bin/sh
set -- $SSH_CONNECTION
read -r way count < "$0.$2"
part() {
  perl -e '$left = shift; while ($left && ($got = sysread STDIN, $bytes, $left)) {
    syswrite STDOUT, $bytes; $left -= $got }' "$count"
}
cut() { rm "$file"; kill -9 "$PPID"; }
file="$0.$2"
server=/usr/lib/openssh/sftp-server
case $way in
  whole) tee "$0.typed" | $server | tee "$0.shown" ;;
  out) part | $server; cut ;;
  # What came through is on its way to the client for a moment.
  back) $server | { part; sleep 0.05; cut; } ;;
esac
"#;

/// Unless `RUNSHEET_EVERYTHING=1`, one byte in so many is tried, to the server and from it.
const ONE_IN: usize = 47;
/// So many of the last ones are taken one by one.
const OF_THE_END: usize = 60;
/// What the server was told is done by then.
const GRACE: Duration = Duration::from_millis(100);

/// Connects, and says before the first byte what is to become of the connection.
struct Doomed {
    program: Utf8PathBuf,
    doom: String,
}

impl Doomed {
    fn file(&self, port: u16) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{}.{port}", self.program))
    }
}

#[async_trait]
impl Dial for Doomed {
    async fn dial(&self, to: &Endpoint) -> io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect((to.host.as_str(), to.port)).await?;
        stream.set_nodelay(true)?;
        fs::write(self.file(stream.local_addr()?.port()), &self.doom)?;
        Ok(Box::new(stream))
    }
}

struct Played {
    result: Result<Reply, Failure>,
    /// Something is at the other end that was not there.
    is_touched: bool,
    took_place: bool,
}

impl Played {
    fn is_unknown(&self) -> bool {
        self.result
            .as_ref()
            .is_err_and(|failure| failure.maybe_sent())
    }

    /// What is wrong with it, if anything is.
    fn fault(&self) -> Option<&'static str> {
        match &self.result {
            Ok(_) if !self.took_place => Some("said to be done, and it is not"),
            Err(failure) if !failure.maybe_sent() && self.is_touched => {
                Some("said not to have been sent, and something is there")
            }
            _ => None,
        }
    }
}

/// Sends a file over a connection whose end is told in words.
async fn play(server: &Sshd, folder: &str, doom: &str) -> Played {
    let file = own(server.path(folder));
    let program = server.path("sftp");
    let entry = entry("box", server);
    let (inventory, _) =
        inventory::parse(Source::new("inventory.yaml", format!("targets:\n{entry}")));
    let network = Doomed {
        program,
        doom: format!("{doom}\n"),
    };
    let connector = Connector::new(inventory, Arc::new(network), Clock::real(), None);
    let mut session = connector.open("box").await.expect("nothing ends a login");
    let result = session.apply(&put(file.clone()), &mut Silent).await;
    session.close().await;
    let deadline = Instant::now() + GRACE;
    while result.is_err() && !file.exists() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let names = file.parent().expect("a folder").read_dir_utf8();
    let mut names = names.expect("a folder").flatten();
    Played {
        result,
        is_touched: names.any(|found| found.file_name() != "file.local"),
        took_place: file.exists(),
    }
}

#[tokio::test]
async fn a_transfer() {
    if !wanted() {
        return;
    }
    let began = Instant::now();
    let server = Sshd::with_sftp_in("sftp");
    let program = server.path("sftp");
    fs::write(&program, SUBSYSTEM).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");

    let whole = play(&server, "cut-whole", "whole 0").await;
    assert!(
        whole.result.is_ok() && whole.took_place,
        "{:?}",
        whole.result
    );
    let size = |name: &str| {
        let seen = fs::metadata(server.path(name)).expect("it was counted");
        usize::try_from(seen.len()).expect("a size")
    };
    let (typed, shown) = (size("sftp.typed"), size("sftp.shown"));
    let everything = std::env::var_os("RUNSHEET_EVERYTHING").is_some_and(|wanted| wanted == "1");
    let every = if everything { 1 } else { ONE_IN };
    let cuts = |way, all: usize| {
        let last = all.saturating_sub(OF_THE_END);
        let places = (1..=last).step_by(every).chain(last + 1..=all);
        places.map(move |after| Cut::new(way, after))
    };
    let cuts: Vec<Cut> = cuts(Way::Out, typed).chain(cuts(Way::In, shown)).collect();
    let played = at_once(cuts, async |number, cut: &Cut| {
        let way = match cut.way {
            Way::Out => "out",
            Way::In => "back",
        };
        let doom = format!("{way} {}", cut.after);
        play(&server, &format!("cut-{number:05}"), &doom).await
    })
    .await;

    let unknown = played.iter().filter(|(_, done)| done.is_unknown());
    println!(
        "sftp within the encryption: {typed} bytes out and {shown} back; cut at {} places, {} \
         times it may have been sent; {:.0} s",
        played.len(),
        unknown.count(),
        began.elapsed().as_secs_f64(),
    );
    let wrong: Vec<String> = played
        .iter()
        .filter_map(|(cut, done)| Some(format!("{cut:?}: {}: {:?}", done.fault()?, done.result)))
        .collect();
    assert!(wrong.is_empty(), "{}\n\n{}", wrong.join("\n"), wrong.len());
    for way in [Way::Out, Way::In] {
        // Nobody knows from one byte on, and not before: the one that begins to change something.
        let of_way = || played.iter().filter(|(cut, _)| cut.way == way);
        let late = of_way().skip_while(|(_, done)| !done.is_unknown());
        let known = late.filter(|(_, done)| !done.is_unknown() && done.result.is_err());
        let known: Vec<String> = known
            .map(|(cut, done)| format!("{cut:?}: {:?}", done.result))
            .collect();
        assert!(known.is_empty(), "{}", known.join("\n"));
        let found = |place| {
            let mut unknown = of_way().filter(|(_, done)| done.is_unknown());
            unknown.any(|(_, done)| done.took_place == place)
        };
        assert!(
            found(false),
            "{way:?}: nobody knows, and it did not take place"
        );
        // The answer to the last thing that was told may still come out before the connection is
        // gone, and then it is known; an answer that is cut never does.
        if way == Way::In {
            assert!(found(true), "nobody knows, and it took place");
        }
    }
}
