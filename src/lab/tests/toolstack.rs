//! The toolstack of a host, over its network.

use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use serde_json::{Value as Json, json};
use tokio::time::{Instant, timeout};

use super::client::endpoint;
use super::paused;
use crate::lab::world::{Address, Stage, World};
use crate::lab::{Lab, PASSWORD};
use crate::wire::{Clock, Sent, http, tls};

const XEN1: &str = "192.168.1.53:443";
const XEN2: &str = "192.168.1.54:443";

/// Hosts that have an address in the network of the desk too.
fn lab() -> Lab {
    let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
    let near = |world: &mut World| {
        for (name, last) in [("xen1", 53), ("xen2", 54)] {
            let server = world.state.servers.get_mut(name).unwrap();
            server.system_mut().unwrap().addresses.push(Address {
                ip: Ipv4Addr::new(192, 168, 1, last),
                prefix: 24,
                nic: "nic1".to_owned(),
                tag: None,
                mtu: 1500,
            });
        }
    };
    lab.with_world(near).unwrap();
    lab.skip(60_000).unwrap();
    lab
}

/// Calls with a connection of its own; the result or the error, or why there is no answer.
async fn call(lab: &Lab, to: &str, method: &str, params: Json) -> Result<Json, String> {
    let dial = async || {
        let dialed = timeout(Duration::from_secs(60), lab.dialer().dial(&endpoint(to))).await;
        dialed.map_err(|_| "silence".to_owned())?.map_err(said)
    };
    // Whose key it is is not what is tested here.
    let pin = match tls::connect(dial().await?, &[]).await {
        Err(tls::TlsError::Pin { found, .. }) => found,
        _ => return Err("a key that nobody pinned was taken".to_owned()),
    };
    let (stream, _) = tls::connect(dial().await?, &[pin]).await.map_err(said)?;
    let body = json!({"id": 1, "method": method, "params": params}).to_string();
    let request = http::Request::post("/jsonrpc")
        .body(Full::new(Bytes::from(body)))
        .map_err(said)?;
    let answer = http::exchange(stream, to, request, 1 << 20, &mut Sent::default()).await;
    let answer: Json = serde_json::from_slice(answer.map_err(said)?.body()).map_err(said)?;
    Ok(match &answer["error"] {
        Json::Null => answer["result"].clone(),
        error => error.clone(),
    })
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

async fn log_in(lab: &Lab, to: &str) -> Json {
    let login = json!(["root", PASSWORD]);
    let session = call(lab, to, "session.login_with_password", login).await;
    session.expect("an answer")
}

#[test]
fn who_waits_for_a_task_is_told_when_it_is_over() {
    paused(async {
        let lab = lab();
        let session = log_in(&lab, XEN1).await;
        let hosts = call(&lab, XEN1, "host.get_all", json!([session]))
            .await
            .unwrap();
        let asked = json!([session, hosts[0]]);
        let task = call(&lab, XEN1, "Async.host.disable", asked).await.unwrap();
        let from = json!([session, ["task"], "", 0.0]);
        let token = call(&lab, XEN1, "event.from", from).await.unwrap()["token"].clone();
        let begun = Instant::now();
        let from = json!([session, ["task"], token, 60.0]);
        let batch = call(&lab, XEN1, "event.from", from).await.unwrap();
        let event = &batch["events"][0];
        assert_eq!(
            (&event["ref"], &event["snapshot"]["status"]),
            (&task, &json!("success"))
        );
        let waited = begun.elapsed().as_secs_f64();
        assert!((1.0..3.0).contains(&waited), "{waited} s");
    });
}

#[test]
fn a_toolstack_that_starts_again_ends_connections_without_an_answer() {
    paused(async {
        let lab = lab();
        let session = log_in(&lab, XEN2).await;
        let join = json!([session, "172.16.40.13", "root", PASSWORD]);
        assert_eq!(call(&lab, XEN2, "pool.join", join).await.unwrap(), "");
        let begun = Instant::now();
        // Somebody waits for what does not happen.
        let from = json!([session, ["secret"], "", 300.0]);
        let waiting = call(&lab, XEN2, "event.from", from).await;
        assert!(waiting.is_err(), "{waiting:?}");
        let waited = begun.elapsed().as_secs_f64();
        assert!((9.0..11.0).contains(&waited), "{waited} s");

        let nobody = call(&lab, XEN2, "system.isAlive", json!(["x"])).await;
        assert!(nobody.is_err(), "{nobody:?}");
        lab.skip(30_000).unwrap();
        assert_eq!(
            log_in(&lab, XEN2).await,
            json!(["HOST_IS_SLAVE", "172.16.40.13"])
        );
        let shown = lab.show();
        let member = "xen2: on, 172.16.40.14 192.168.1.54, in the pool of 172.16.40.13\n";
        assert!(shown.contains(member), "{shown}");
    });
}
