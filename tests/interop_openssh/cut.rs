//! A connection to OpenSSH's server that ends at any byte, in either direction: whether an effect
//! may have been sent is said exactly when a byte of it may have left.

mod plaintext;

use std::sync::Arc;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use futures_util::stream::{self, StreamExt};
use runsheet::target::{Clock, Connector, Failure, Options, Reply, Request, Silent, inventory};
use runsheet::text::Source;
use runsheet::value::Scope;
use runsheet::wire::TcpDial;
use secrecy::SecretString;

use crate::cutting::{Cut, Line, Traffic, Way};
use crate::server::{Sshd, wanted};
use crate::targets::entry;

/// How many connections are under way at once; the server takes ten.
const AT_ONCE: usize = 8;
/// Of the bytes that only log in, one in so many is tried.
const OF_THE_LOGIN: usize = 29;
/// And of those that come back, one in so many, unless `RUNSHEET_EVERYTHING=1`.
const OF_THE_ANSWER: usize = 5;
/// A command that arrived has made its file by then.
const GRACE: Duration = Duration::from_millis(100);

/// So many of the last bytes are taken one by one.
const OF_THE_END: usize = 120;
/// An effect is over before so many frames from the end.
const LAST_FRAMES: usize = 6;

struct Played {
    result: Result<Reply, Failure>,
    /// What had crossed the line when the session was open.
    login: Option<Traffic>,
    traffic: Traffic,
    was_cut: bool,
    took_place: bool,
}

/// An effect that makes a file.
type Effect = fn(Utf8PathBuf) -> Request;

async fn play(entry: &str, file: Utf8PathBuf, effect: Effect, cut: Option<Cut>) -> Played {
    let source = Source::new("inventory.yaml", format!("targets:\n{entry}"));
    let (inventory, _) = inventory::parse(source);
    let line = Line::new(cut);
    let network = line.over(Arc::new(TcpDial));
    let connector = Connector::new(inventory, network, Clock::real(), None);
    let mut login = None;
    let result = match connector.open("box").await {
        Ok(mut session) => {
            login = Some(line.traffic());
            let result = session.apply(&effect(file.clone()), &mut Silent).await;
            session.close().await;
            result
        }
        Err(failure) => Err(failure),
    };
    let deadline = Instant::now() + GRACE;
    while result.is_err() && !file.exists() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Played {
        result,
        login,
        traffic: line.traffic(),
        was_cut: line.was_cut(),
        took_place: file.exists(),
    }
}

/// A file in a folder of its own, so that sessions don't meet; all such names have one length.
fn own(folder: Utf8PathBuf) -> Utf8PathBuf {
    std::fs::create_dir(&folder).expect("a folder");
    folder.join("file")
}

/// What is wrong with a session that was cut, if anything is.
fn fault(played: &Played) -> Option<&'static str> {
    match &played.result {
        _ if !played.was_cut => Some("the line was never cut"),
        Ok(_) if !played.took_place => Some("said to be done, and it is not"),
        Err(failure) if !failure.maybe_sent() && played.took_place => {
            Some("said not to have been sent, and it is done")
        }
        Err(failure) if failure.maybe_sent() && played.login.is_none() => {
            Some("may have been sent, and nobody was logged in")
        }
        _ => None,
    }
}

/// Plays every one of them, some at once; what came of them in their order.
async fn at_once<C, T>(todo: Vec<C>, play: impl AsyncFn(usize, &C) -> T) -> Vec<(C, T)> {
    let play = &play;
    let todo = todo.into_iter().enumerate();
    let play = todo.map(async |(number, cut)| {
        let played = play(number, &cut).await;
        (number, cut, played)
    });
    let played = stream::iter(play).buffer_unordered(AT_ONCE);
    let mut played: Vec<_> = played.collect().await;
    played.sort_by_key(|(number, ..)| *number);
    let played = played.into_iter();
    played.map(|(_, cut, played)| (cut, played)).collect()
}

/// The answers to the last frames, among them the one that says that it is done.
fn last_answers(traffic: &Traffic) -> impl Iterator<Item = Cut> {
    let last = traffic.frames.iter().rev().take(LAST_FRAMES);
    last.flat_map(|&to| {
        let cut = move |after| Cut {
            answers: to,
            ..Cut::new(Way::In, after)
        };
        (0..OF_THE_END).step_by(7).map(cut)
    })
}

/// Cuts a session at every byte, or, unless `RUNSHEET_EVERYTHING=1`, of those of the effect at one
/// in so many; `approach` is how many frames of the effect may lie between the
/// first cut after which nobody can know and the first that finds it done.
async fn is_cut_everywhere(name: &str, effect: Effect, one_in: usize, approach: Option<usize>) {
    let began = Instant::now();
    let server = Sshd::start();
    let entry = entry("box", &server);
    let whole = play(&entry, own(server.path("cut-whole")), effect, None).await;
    assert!(
        whole.result.is_ok() && whole.took_place,
        "{:?}",
        whole.result
    );
    let login = whole.login.expect("a session");
    let pick = |way, login: usize, all: usize, every: usize| {
        let early = (0..login).step_by(OF_THE_LOGIN);
        // With its last bytes an effect comes to its end: each of them is taken.
        let last = all.saturating_sub(OF_THE_END).max(login);
        let late = (login..last).step_by(every).chain(last..all);
        early.chain(late).map(move |after| Cut::new(way, after))
    };
    let everything = std::env::var_os("RUNSHEET_EVERYTHING").is_some_and(|wanted| wanted == "1");
    let every_back = if everything {
        1
    } else {
        OF_THE_ANSWER * one_in
    };
    let every_out = if everything { 1 } else { one_in };
    let out = pick(Way::Out, login.out, whole.traffic.out, every_out);
    let back = pick(Way::In, login.back, whole.traffic.back, every_back);
    let cuts = out.chain(back);
    let cuts: Vec<Cut> = match approach {
        Some(_) => cuts.collect(),
        None => cuts.chain(last_answers(&whole.traffic)).collect(),
    };
    let tried = cuts.len();
    let played = at_once(cuts, async |number, cut: &Cut| {
        let file = own(server.path(&format!("cut-{number:05}")));
        play(&entry, file, effect, Some(*cut)).await
    })
    .await;
    let wrong: Vec<String> = played
        .iter()
        // A line may be at its end before it comes to the last cuts: nobody waits for goodbyes.
        .filter(|(_, done)| done.was_cut || done.result.is_err())
        .filter_map(|(cut, done)| Some(format!("{cut:?}: {}: {:?}", fault(done)?, done.result)))
        .collect();
    let unknown = |done: &Played| done.result.as_ref().is_err_and(|f| f.maybe_sent());
    println!(
        "{name}: {} bytes out and {} back, of which {} and {} log in; cut at {tried} places, \
         {} times it may have been sent; {:.0} s",
        whole.traffic.out,
        whole.traffic.back,
        login.out,
        login.back,
        played.iter().filter(|(_, done)| unknown(done)).count(),
        began.elapsed().as_secs_f64(),
    );
    assert!(
        wrong.is_empty(),
        "{}\n\n{} of {tried}",
        wrong.join("\n"),
        wrong.len()
    );
    let Some(approach) = approach else {
        // How often it asks before an answer comes depends on the moment, and so do its bytes.
        let found = |took_place| {
            let mut found = played.iter().map(|(_, done)| done);
            found.any(|done| unknown(done) && done.took_place == took_place)
        };
        assert!(found(false) && found(true), "nobody knows, in either case");
        return;
    };
    // From the first byte of the effect on nobody can know, and not before.
    let of_out = || played.iter().filter(|(cut, _)| cut.way == Way::Out);
    let first = of_out().find(|(_, done)| unknown(done));
    let first = first.expect("the effect left").0.after;
    let done = of_out().find(|(cut, done)| cut.after > first && done.took_place);
    let done = done.expect("the effect arrived").0.after;
    let frames = whole.traffic.frames.iter();
    let frames = frames.filter(|end| (first..done).contains(*end)).count();
    assert!(
        whole.traffic.frames.contains(&first) && frames <= approach,
        "may have been sent from byte {first} on, done from byte {done} on, {frames} frames between"
    );
}

fn request(lang: &'static str, text: String, options: Options) -> Request {
    let text = SecretString::from(text);
    Request {
        names: Scope::default(),
        lang,
        text,
        options,
    }
}

#[tokio::test]
async fn a_command() {
    if wanted() {
        let touch = |file| request("sh", format!("echo did > '{file}'"), Options::default());
        is_cut_everywhere("sh", touch, 1, Some(3)).await;
    }
}

#[tokio::test]
async fn a_file() {
    if wanted() {
        let write = |file| {
            let path = Some(file);
            let options = Options {
                path,
                ..Options::default()
            };
            request("file", "did\n".to_owned(), options)
        };
        is_cut_everywhere("file", write, 1, Some(3)).await;
    }
}

fn put(file: Utf8PathBuf) -> Request {
    let local = file.with_extension("local");
    std::fs::write(&local, "did\n").expect("a file to send");
    let text = format!("put '{local}' '{file}'");
    request("sftp", text, Options::default())
}

#[tokio::test]
async fn a_transfer() {
    if wanted() {
        is_cut_everywhere("sftp", put, 61, None).await;
    }
}
