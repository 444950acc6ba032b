use crate::lab::ios::call::{Call, Flow};

/// `show inventory`.
pub(in crate::lab::ios) fn inventory(call: &mut Call<'_>) -> Flow {
    let Some(chassis) = call.chassis().cloned() else {
        return Flow::Done;
    };
    let units = call.world.state.units.clone();
    if let Some(active) = units.get(chassis.active_unit()) {
        call.say("NAME: \"c36xx Stack\", DESCR: \"c36xx Stack\"");
        call.say(format!(
            "PID: {:<18}, VID: V02  , SN: {}\n",
            active.model, active.serial
        ));
    }
    for (number, label) in &chassis.members {
        if let Some(unit) = units.get(label) {
            call.say(format!(
                "NAME: \"Switch {number}\", DESCR: \"{}\"",
                unit.model
            ));
            call.say(format!(
                "PID: {:<18}, VID: V02  , SN: {}\n",
                unit.model, unit.serial
            ));
        }
    }
    Flow::Done
}
