use super::{SECRETS, TARGETS};
use crate::text::Needed;

/// Whether a text is a plan as [`show`](super::show) prints one: what an approval is given for
/// must not be some other file.
///
/// # Errors
/// It is not, and why.
pub fn is_printed(text: &str) -> Result<(), String> {
    if text.contains("\r\n") {
        return Err(
            "its lines end with CRLF, which no plan's do: keep it as it was printed".into(),
        );
    }
    let (mut runbooks, mut steps, mut targets) = (0, 0, false);
    for (number, line) in (1..).zip(text.lines()) {
        let is_known = match line.strip_prefix("  ") {
            _ if line.is_empty() || line == TARGETS || line == SECRETS => {
                targets |= !line.is_empty();
                true
            }
            None => {
                let is_runbook = is_runbook(line);
                runbooks += usize::from(is_runbook);
                is_runbook || line.starts_with("deviation: ") || Needed::of_line(line).is_some()
            }
            Some(way) if targets => way.contains(": "),
            Some(of_step) if of_step.starts_with("  ") => steps > 0,
            Some(step) => {
                steps += 1;
                runbooks > 0 && step.contains("  #")
            }
        };
        if !is_known {
            return Err(format!("its line {number} stands in no plan"));
        }
    }
    match (runbooks, steps, text.ends_with('\n')) {
        (1.., 1.., true) => Ok(()),
        (1.., 1.., false) => Err("its last line is cut off".to_owned()),
        _ => Err("it names no step".to_owned()),
    }
}

/// `Title (path.md, 2 steps)`, and maybe `, on failure: stop` in it.
fn is_runbook(line: &str) -> bool {
    let Some(line) = line.strip_suffix(')') else {
        return false;
    };
    let (line, _) = line.rsplit_once(", on failure: ").unwrap_or((line, ""));
    let (path, steps) = line.rsplit_once(", ").unwrap_or((line, ""));
    let (number, word) = steps.split_once(' ').unwrap_or(("", steps));
    path.contains(" (") && number.parse::<usize>().is_ok() && matches!(word, "step" | "steps")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "deviation: only on `a`\nOne (one.md, 1 step, on failure: stop)\n\n  \
        A  #a  (drill)\n    run on x, sh:\n      | echo\n\nTwo (b/two.md, 2 steps)\n\n  B  #b\n    \
        no undo: it is gone\n\nNeeded: base.md (SHA-256 \
        0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, looked at only)\n\n  \
        C  #c\n    check on x, sh:\n      | test -e c\n\nTargets\n  x: this machine\nSecrets\n  \
        pw: env:PW\n";

    #[test]
    fn a_plan_is_told_from_other_files() {
        is_printed(PLAN).expect("a plan");
        for other in [
            "",
            "# Greet\n\n```sh run\nx\n```\n",
            "targets:\n  x: {driver: local}\n",
            "One (one.md, 1 step)\n",
            &PLAN.replace('\n', "\r\n"),
            PLAN.trim_end(),
            &format!("error: it went wrong\n{PLAN}"),
            &format!("\u{feff}{PLAN}  more\n"),
        ] {
            is_printed(other).expect_err(other);
        }
    }
}
