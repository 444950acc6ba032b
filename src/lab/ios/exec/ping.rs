use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::ping::Ping;

/// Echo requests.
pub(super) const PING: Table = &[
    Command::new("ping A.B.C.D", "Ping destination address", |c| {
        ping(c, 100, false, 5)
    }),
    Command::new(
        "ping A.B.C.D repeat <1-2147483647>",
        "specify repeat count",
        |c| {
            let n = c.number(1);
            ping(c, 100, false, n)
        },
    ),
    Command::new(
        "ping A.B.C.D size <36-18024>",
        "specify datagram size",
        |c| {
            let n = c.number(1);
            ping(c, n, false, 5)
        },
    ),
    Command::new(
        "ping A.B.C.D size <36-18024> df-bit",
        "enable do not fragment bit in IP header",
        |c| {
            let n = c.number(1);
            ping(c, n, true, 5)
        },
    ),
    Command::new(
        "ping A.B.C.D df-bit size <36-18024>",
        "specify datagram size",
        |c| {
            let n = c.number(1);
            ping(c, n, true, 5)
        },
    ),
    Command::new(
        "ping A.B.C.D size <36-18024> repeat <1-2147483647>",
        "specify repeat count",
        |c| {
            let (n, k) = (c.number(1), c.number(2));
            ping(c, n, false, k)
        },
    ),
];

fn ping(call: &mut Call<'_>, size: u32, df: bool, count: u32) -> Flow {
    match call.text(0).parse() {
        Ok(to) => Flow::Ping(Ping::new(to, size, df, count)),
        Err(_) => Flow::Done,
    }
}
