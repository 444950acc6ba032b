/// A text with something of the same length, made of `with`, where values will stand.
pub fn filled(text: &str, with: char) -> String {
    let mut filled = text.to_owned();
    let mut from = 0;
    while let Some(start) = filled[from..].find("{{").map(|at| from + at) {
        let Some(end) = filled[start..].find("}}").map(|at| start + at + 2) else {
            break;
        };
        let value = String::from(with).repeat((end - start) / with.len_utf8());
        from = start + value.len();
        filled.replace_range(start..end, &value);
    }
    filled
}
