use crate::lab::ios::call::{Call, Flow};
use crate::lab::world::Role;

/// `show switch`.
pub(in crate::lab::ios) fn switch(call: &mut Call<'_>) -> Flow {
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    let units = call.world.state.units.clone();
    let mac = units
        .get(chassis.active_unit())
        .map(|u| u.mac.clone())
        .unwrap_or_default();
    call.say(format!(
        "Switch/Stack Mac Address : {mac} - Local Mac Address"
    ));
    call.say("Mac persistency wait time: Indefinite");
    call.say("                                             H/W   Current");
    call.say("Switch#   Role    Mac Address     Priority Version  State ");
    call.say("-".repeat(85));
    let mut numbers: Vec<u8> = chassis.members.keys().copied().collect();
    let absent = chassis
        .running
        .provisioned
        .keys()
        .filter(|n| !chassis.members.contains_key(n));
    numbers.extend(absent);
    numbers.sort_unstable();
    for number in numbers {
        let Some(unit) = chassis
            .members
            .get(&number)
            .and_then(|label| units.get(label))
        else {
            call.say(format!(
                " {number:<8}{:<9}{:<14}     {:<7}{:<8}{:<36}",
                "Member", "0000.0000.0000", 0, "0", "Provisioned"
            ));
            continue;
        };
        let role = match call.world.role(&call.owner, number) {
            Some(Role::Active) => "Active",
            Some(Role::Standby) => "Standby",
            _ => "Member",
        };
        let mark = if number == chassis.active { '*' } else { ' ' };
        call.say(format!(
            "{mark}{number:<8}{role:<9}{:<14}     {:<7}{:<8}{:<36}",
            unit.mac, unit.priority, "V02", "Ready"
        ));
    }
    call.say("\n\n");
    Flow::Done
}

/// `show switch detail`: the same, and who is at the stack ports.
pub(in crate::lab::ios) fn switch_detail(call: &mut Call<'_>) -> Flow {
    switch(call);
    call.say("         Stack Port Status             Neighbors     ");
    call.say("Switch#  Port 1     Port 2           Port 1   Port 2 ");
    call.say("-".repeat(56));
    for (number, ends) in ends(call) {
        let status = |end: &Option<u8>| if end.is_some() { "OK" } else { "DOWN" };
        let name = |end: &Option<u8>| end.map_or("None".to_owned(), |n| n.to_string());
        let [a, b] = &ends;
        call.say(format!(
            "  {number}       {:<6}     {:<6}           {:<6}   {:<6} ",
            status(a),
            status(b),
            name(a),
            name(b)
        ));
    }
    Flow::Done
}

/// `show switch stack-ports`.
pub(in crate::lab::ios) fn stack_ports(call: &mut Call<'_>) -> Flow {
    call.say("Switch#   Port1     Port2\n----------------------------");
    for (number, ends) in ends(call) {
        let word = |end: &Option<u8>| if end.is_some() { "OK" } else { "DOWN" };
        call.say(format!(
            "{number:<10}{:<10}{:<5}",
            word(&ends[0]),
            word(&ends[1])
        ));
    }
    Flow::Done
}

/// `show switch stack-ports summary`.
pub(in crate::lab::ios) fn stack_ports_summary(call: &mut Call<'_>) -> Flow {
    call.say(
        "Sw#/Port#  Port Status  Neighbor  Cable Length   Link OK   Link Active   Sync OK   \
         #Changes to LinkOK  In Loopback",
    );
    call.say("-".repeat(115));
    for (number, ends) in ends(call) {
        for (port, end) in ends.iter().enumerate() {
            let (status, neighbor, cable, yes) = match end {
                Some(n) => ("OK", n.to_string(), "50cm", "Yes"),
                None => ("DOWN", "NONE".to_owned(), "NO", "No"),
            };
            call.say(format!(
                "{number}/{:<9}{status:<13}{neighbor:<10}{cable:<15}{yes:<10}{yes:<14}{yes:<10}{:<20}No",
                port + 1,
                u8::from(end.is_some())
            ));
        }
    }
    Flow::Done
}

/// `show switch stack-ring speed`.
pub(in crate::lab::ios) fn stack_ring(call: &mut Call<'_>) -> Flow {
    let ends = ends(call);
    let full = ends.len() > 1
        && ends
            .iter()
            .all(|(_, ends)| ends.iter().all(Option::is_some));
    let (speed, ring) = if full {
        ("160G", "Full")
    } else {
        ("80G", "Half")
    };
    call.say(format!("\nStack Ring Speed        : {speed}"));
    call.say(format!("Stack Ring Configuration: {ring}"));
    call.say("Stack Ring Protocol     : StackWise\n");
    Flow::Done
}

/// For every member: the numbers of the members at its two stack ports.
fn ends(call: &Call<'_>) -> Vec<(u8, [Option<u8>; 2])> {
    let Some(chassis) = call.chassis() else {
        return Vec::new();
    };
    let number = |label: String| {
        chassis
            .members
            .iter()
            .find(|(_, own)| **own == label)
            .map(|(number, _)| *number)
    };
    let end = |label: &str, port| call.world.stack_neighbour(label, port).and_then(number);
    let rows = chassis.members.iter();
    rows.map(|(number, label)| (*number, [end(label, 1), end(label, 2)]))
        .collect()
}
