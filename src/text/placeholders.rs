/// A text with something of the same length where values will stand, made of the character that
/// `with` gives for what stands between the braces.
pub fn filled(text: &str, with: impl Fn(&str) -> char) -> String {
    let mut filled = text.to_owned();
    let mut from = 0;
    while let Some(start) = filled[from..].find("{{").map(|at| from + at) {
        let Some(end) = filled[start..].find("}}").map(|at| start + at + 2) else {
            break;
        };
        let with = with(&filled[start + 2..end - 2]);
        let value = String::from(with).repeat((end - start) / with.len_utf8());
        from = start + value.len();
        filled.replace_range(start..end, &value);
    }
    filled
}
