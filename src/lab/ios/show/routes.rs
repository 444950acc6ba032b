use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::switch::InterfaceName;

const CODES: &str = "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\x20
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP
       a - application route
       + - replicated route, % - next hop override
";

/// A route that is in use.
struct Route {
    code: char,
    network: Ipv4Addr,
    prefix: u8,
    way: String,
}

/// `show ip route`.
pub(in crate::lab::ios) fn ip_route(call: &mut Call<'_>) -> Flow {
    let running = call.running();
    if !running.ip_routing {
        let gateway = running
            .default_gateway
            .map_or("not set".to_owned(), |ip| ip.to_string());
        call.say(format!("Default gateway is {gateway}\n"));
        call.say("Host               Gateway           Last Use    Total Uses  Interface");
        call.say("ICMP redirect cache is empty");
        return Flow::Done;
    }
    let routes = routes(call);
    call.say(CODES);
    let (default, others): (Vec<Route>, Vec<Route>) =
        routes.into_iter().partition(|route| route.prefix == 0);
    match default.first() {
        Some(route) => {
            let hop = route.way.rsplit(' ').next().unwrap_or_default();
            call.say(format!(
                "Gateway of last resort is {hop} to network 0.0.0.0\n"
            ));
            call.say(format!("S*    0.0.0.0/0 {}", route.way));
        }
        None => call.say("Gateway of last resort is not set\n"),
    }
    let mut parents: BTreeMap<(Ipv4Addr, u8), Vec<Route>> = BTreeMap::new();
    for route in others {
        let class = class(route.network).min(route.prefix);
        let parent = (network(route.network, class), class);
        parents.entry(parent).or_default().push(route);
    }
    for ((network, prefix), routes) in parents {
        family(call, network, prefix, &routes);
    }
    Flow::Done
}

/// The routes inside a network of one of the old classes.
fn family(call: &mut Call<'_>, network: Ipv4Addr, prefix: u8, routes: &[Route]) {
    let masks: BTreeSet<u8> = routes.iter().map(|route| route.prefix).collect();
    let count = routes.len();
    let is_alone = masks.iter().all(|mask| *mask == prefix);
    match masks.first() {
        _ if is_alone => {}
        Some(mask) if masks.len() == 1 => call.say(format!(
            "      {network}/{mask} is subnetted, {count} subnets"
        )),
        _ => call.say(format!(
            "      {network}/{prefix} is variably subnetted, {count} subnets, {} masks",
            masks.len()
        )),
    }
    let indent = if is_alone { "    " } else { "        " };
    for route in routes {
        call.say(format!(
            "{}{indent}{}/{} {}",
            route.code, route.network, route.prefix, route.way
        ));
    }
}

/// Networks of VLAN interfaces that are up, and static routes by way of those.
fn routes(call: &Call<'_>) -> Vec<Route> {
    let running = call.running();
    let mut routes = Vec::new();
    for (name, config) in &running.interfaces {
        let (InterfaceName::Vlan(vlan), Some((ip, prefix))) = (name, config.ip) else {
            continue;
        };
        if !call.world.svi_is_up(&call.owner, *vlan) {
            continue;
        }
        for (code, network, prefix) in [('C', network(ip, prefix), prefix), ('L', ip, 32)] {
            let way = format!("is directly connected, {name}");
            routes.push(Route {
                code,
                network,
                prefix,
                way,
            });
        }
    }
    let connected: Vec<(Ipv4Addr, u8)> = routes
        .iter()
        .map(|route| (route.network, route.prefix))
        .collect();
    for ((network_, prefix), hop) in &running.routes {
        if connected
            .iter()
            .any(|(own, len)| network(*hop, *len) == *own)
        {
            routes.push(Route {
                code: 'S',
                network: *network_,
                prefix: *prefix,
                way: format!("[1/0] via {hop}"),
            });
        }
    }
    routes.sort_by_key(|route| (route.network, route.prefix));
    routes
}

/// The prefix length that an address had when there were classes.
fn class(ip: Ipv4Addr) -> u8 {
    match ip.octets()[0] {
        0..=127 => 8,
        128..=191 => 16,
        _ => 24,
    }
}

fn network(ip: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
    Ipv4Addr::from_bits(ip.to_bits() & mask)
}
