//! The lab on loopback, in real time.

use camino::Utf8PathBuf;

use crate::lab::Lab;
use crate::lab::control::{Order, send};
use crate::wire::{Clock, Dial, Endpoint, TcpDial};

fn real<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(test)
}

#[test]
fn other_programs_reach_it_over_tcp_and_its_socket() {
    let keep = tempfile::tempdir().unwrap();
    let dir = Utf8PathBuf::from_path_buf(keep.path().join("lab")).unwrap();
    real(async {
        let lab = Lab::open(&dir, 1, |_| Clock::real()).unwrap();
        let served = lab.serve(0, 1.0).await.unwrap();
        let console = served.ports()["192.168.1.20:7001"];
        assert!(console.ip().is_loopback());
        assert!(served.inventory().contains(&format!("console: {console}")));

        let to = Endpoint {
            host: console.ip().to_string(),
            port: console.port(),
        };
        let stream = TcpDial.dial(&to).await.unwrap();
        let mut session = russh::client::connect_stream(
            std::sync::Arc::default(),
            stream,
            super::client::Trusting,
        )
        .await
        .unwrap();
        assert!(
            session
                .authenticate_password("console", "guess")
                .await
                .is_ok_and(|r| !r.success())
        );

        let before = lab.time();
        let dir = dir.clone();
        let ask = move |order: Order| {
            let dir = dir.clone();
            async move {
                tokio::task::spawn_blocking(move || send(&dir, &order))
                    .await
                    .unwrap()
            }
        };
        ask(Order::Wait { ms: 600_000 }).await.unwrap();
        assert!(lab.time() >= before + jiff::SignedDuration::from_mins(10));
        let refused = ask(Order::Technician {
            orders: "plug sw1:stack1 moon:1".into(),
        })
        .await;
        assert!(refused.is_err(), "{refused:?}");
        lab.close().unwrap();
    });
}

#[test]
fn nobody_answers_for_a_lab_that_is_not_up() {
    let keep = tempfile::tempdir().unwrap();
    let dir = Utf8PathBuf::from_path_buf(keep.path().join("lab")).unwrap();
    assert!(send(&dir, &Order::Show).unwrap().is_none());
}
