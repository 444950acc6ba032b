use super::ports::switchports;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::InterfaceName;

/// The size of the lab's usual frame.
const FRAME: u64 = 100;

/// `show interfaces counters`.
pub(in crate::lab::ios) fn interfaces_counters(call: &mut Call<'_>) -> Flow {
    let ports = switchports(call);
    table(call, &ports)
}

/// `show interfaces X counters`.
pub(in crate::lab::ios) fn interface_counters(call: &mut Call<'_>) -> Flow {
    let ports: Vec<InterfaceName> = call.interface(0).into_iter().collect();
    table(call, &ports)
}

fn table(call: &mut Call<'_>, ports: &[InterfaceName]) -> Flow {
    let count = |port: &InterfaceName| {
        let key = (call.owner.clone(), *port);
        let counters = call.world.traces.counters.get(&key);
        counters.copied().unwrap_or_default()
    };
    let counts: Vec<(u64, u64)> = ports.iter().map(count).collect();
    let halves = [
        (
            "\nPort            InOctets    InUcastPkts    InMcastPkts    InBcastPkts ",
            counts.iter().map(|(input, _)| *input).collect::<Vec<u64>>(),
        ),
        (
            "\nPort           OutOctets   OutUcastPkts   OutMcastPkts   OutBcastPkts ",
            counts.iter().map(|(_, output)| *output).collect(),
        ),
    ];
    for (head, frames) in halves {
        call.say(head);
        for (port, frames) in ports.iter().zip(frames) {
            call.say(format!(
                "{:<9}{:>15}{frames:>15}{:>15}{:>15} ",
                port.short(),
                frames * FRAME,
                0,
                0
            ));
        }
    }
    Flow::Done
}
