use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::question::Question;
use crate::lab::world::switch::Unit;

/// Members of the stack.
pub(super) const STACK: Table = &[
    Command::new("switch <1-9> priority <1-15>", "Priority to set", |c| {
        let (n, p) = (c.number(0), c.number(1));
        ask_member(c, n, Question::Priority(n, p))
    }),
    Command::new("switch <1-9> renumber <1-9>", "New switch number", |c| {
        let (n, m) = (c.number(0), c.number(1));
        ask_member(c, n, Question::Renumber(n, m))
    }),
];

fn ask_member(call: &mut Call<'_>, number: u8, question: Question) -> Flow {
    if call
        .chassis()
        .is_some_and(|c| c.members.contains_key(&number))
    {
        return Flow::Ask(question);
    }
    call.say(format!("% Switch {number} is not present in the stack"));
    Flow::Done
}

/// Kept in the member's boot environment; in no configuration.
pub(in crate::lab::ios) fn set_priority(call: &mut Call<'_>, number: u8, priority: u8) -> Flow {
    if let Some(unit) = member(call, number) {
        unit.priority = priority;
    }
    Flow::Done
}

/// Counts after the member's next start.
pub(in crate::lab::ios) fn renumber(call: &mut Call<'_>, number: u8, new: u8) -> Flow {
    if let Some(unit) = member(call, number) {
        unit.next_number = new;
    }
    Flow::Done
}

fn member<'c>(call: &'c mut Call<'_>, number: u8) -> Option<&'c mut Unit> {
    let label = call.chassis()?.members.get(&number)?.clone();
    call.world.state.units.get_mut(&label)
}
