use super::Options;

/// What a driver sends around the lines of an effect: lines before and after, for `plan`.
pub fn wrapping(lang: &str, options: &Options) -> (Vec<String>, Vec<String>) {
    if lang != "ios" || options.exec {
        return (Vec::new(), Vec::new());
    }
    let line = |text: &str| text.to_owned();
    match options.revert {
        None => (vec![line("configure terminal")], vec![line("end")]),
        Some(after) => {
            let minutes = after.as_secs().div_ceil(60);
            let before = format!("configure terminal revert timer {minutes}");
            // Confirmed over a new connection, once the step's checks hold there.
            (vec![before], vec![line("end"), line("configure confirm")])
        }
    }
}
