use crate::lab::ios::call::{Call, Flow};

/// `show boot`: every member's, which are all alike.
pub(in crate::lab::ios) fn boot(call: &mut Call<'_>) -> Flow {
    let members = call
        .chassis()
        .map(|c| c.members.clone())
        .unwrap_or_default();
    let line = "-".repeat(27);
    for number in members.keys() {
        call.say(format!(
            "{line}\nSwitch {number}\n{line}\n\
             Current Boot Variables:\n\
             BOOT variable = flash:packages.conf;\n\n\
             Boot Variables on next reload:\n\
             BOOT variable = flash:packages.conf;\n\
             Manual Boot = no\n\
             Enable Break = no\n"
        ));
    }
    Flow::Done
}
