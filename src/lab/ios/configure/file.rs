use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::question;

/// Takes the lines of a file as if they were typed in configuration mode: what they say is added
/// to the running configuration, and what they don't mention stays. A line that is no command is
/// shown with the reason.
pub(in crate::lab::ios) fn merge(call: &mut Call<'_>, text: &str) {
    let mode = call.mode();
    call.enter(Mode::Global);
    for line in text.lines().take_while(|line| line.trim() != "end") {
        if line.trim().is_empty() || line.trim_start().starts_with('!') {
            continue;
        }
        let said = std::mem::take(&mut call.out);
        call.line = line.to_owned();
        call.prompt = 0;
        match super::run(call, line) {
            // Nobody is there to ask.
            Ok(Flow::Ask(question)) => drop(question::agree(call, question)),
            Ok(_) => {}
            Err(refusal) => {
                call.refuse(&refusal);
                call.out.insert_str(0, &format!("{line}\n"));
                if !line.starts_with(' ') {
                    // The lines of a section whose head was refused are for no other section.
                    call.enter(Mode::Global);
                }
            }
        }
        call.out.insert_str(0, &said);
    }
    call.enter(mode);
}
