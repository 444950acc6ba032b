//! How many requests the lab's management controller answers.

use std::time::Instant;

use runsheet::lab::world::Stage;
use runsheet::lab::{self, Lab};
use runsheet::target::inventory;
use runsheet::target::{Clock, Connector, Options, Request, Silent};
use runsheet::text::Source;
use runsheet::value::Scope;

const REQUESTS: u32 = 500;

/// As the driver asks: TLS, the pinned key, a session, one document after the other.
pub(crate) fn requests() {
    println!("\nRequests that the lab's controller answers, as the drivers ask them");
    let query = "<configResolveDn dn=\"sys/rack-unit-1\"/>";
    row("XML API, configResolveDn", ask("xen1-cimc", "cimc", query));
    let get = "GET /redfish/v1/Managers/CIMC";
    row(
        "Redfish, GET of the manager",
        ask("xen1-redfish", "http", get),
    );
}

fn row(what: &str, rate: f64) {
    println!("{what:<58} {rate:>10.0} a second");
}

fn ask(target: &str, lang: &'static str, text: &str) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let lab = Lab::in_memory(Stage::Installed, 1, Clock::paused);
        let source = Source::new("the lab's inventory", lab::inventory(1));
        let (inventory, _) = inventory::parse(source);
        let connector = Connector::new(inventory, lab.dialer(), lab.clock(), None);
        let mut session = connector.open(target).await.expect("a session");
        let request = Request {
            names: Scope::default(),
            lang,
            text: text.to_owned().into(),
            options: Options::default(),
        };
        let begun = Instant::now();
        for _ in 0..REQUESTS {
            let reply = session
                .look(&request, &mut Silent)
                .await
                .expect("an answer");
            assert!(reply.error.is_none(), "{:?}", reply.error);
        }
        f64::from(REQUESTS) / begun.elapsed().as_secs_f64()
    })
}
