//! Tables as command lines print them: `show interfaces status`, `show vlan brief`, `df -h`.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Map, Value};

/// The rows of the first table in a text, as maps from column header to cell.
///
/// The header is the line above a line of dashes, else the first line with words. A column is
/// what is under a group of dashes, else under a header word; header words with one blank in
/// between are one header where no row has a cell for each. A cell belongs to the header it
/// stands under, so that right-aligned numbers and empty cells come out right. The table ends at
/// a blank line; a row whose first cell is empty continues the row above.
///
/// # Errors
/// There is none: the text has no line with two columns where its header should be, or two columns
/// have the same header; or there is too much to compare.
pub(super) fn rows(text: &str) -> Result<Value, String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let (header, columns, first) = match lines.iter().position(|line| is_ruler(line)) {
        Some(ruler) if ruler > 0 && !lines[ruler - 1].is_empty() => {
            let columns = words(&lines[ruler].replace(['+', '|'], " "));
            (lines[ruler - 1], columns, ruler + 1)
        }
        _ => match lines.iter().position(|line| !line.is_empty()) {
            Some(at) => (lines[at], Vec::new(), at + 1),
            None => return Err("it is empty".to_owned()),
        },
    };
    let body: Vec<&str> = lines
        .get(first..)
        .unwrap_or_default()
        .iter()
        .copied()
        .take_while(|l| !l.is_empty())
        .collect();
    let columns = if columns.is_empty() {
        header_columns(header, &body)?
    } else {
        columns
    };
    if columns.len() < 2 {
        return Err("its first line is no header of two columns or more".to_owned());
    }
    let names = cells(header, &columns);
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
        return Err(format!("two of its columns are `{twice}`"));
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in body {
        let row = cells(line, &columns);
        match rows.last_mut() {
            Some(above) if row[0].is_empty() => {
                for (cell, more) in above
                    .iter_mut()
                    .zip(row)
                    .filter(|(_, more)| !more.is_empty())
                {
                    let glue = if cell.contains(", ") || more.contains(", ") {
                        ", "
                    } else {
                        " "
                    };
                    let glue = if cell.is_empty() { "" } else { glue };
                    *cell = format!("{}{glue}{more}", cell.trim_end_matches(','));
                }
            }
            _ => rows.push(row),
        }
    }
    let object = |row: Vec<String>| {
        let pairs = names
            .iter()
            .cloned()
            .zip(row.into_iter().map(Value::String));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    Ok(Value::Array(rows.into_iter().map(object).collect()))
}

fn is_ruler(line: &str) -> bool {
    line.contains("--") && line.chars().all(|c| "-=+| ".contains(c))
}

/// The words of a line, as ranges of characters.
fn words(line: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, c) in line.chars().enumerate().filter(|(_, c)| !c.is_whitespace()) {
        debug_assert!(!c.is_whitespace());
        match words.last_mut() {
            Some(word) if word.end == at => word.end += 1,
            _ => words.push(at..at + 1),
        }
    }
    words
}

/// How much is compared at most: words of lines, and columns that they may stand in.
const MOST: usize = 20_000_000;

fn header_columns(header: &str, body: &[&str]) -> Result<Vec<Range<usize>>, String> {
    let mut columns = words(header);
    let is_close = |pair: &&[Range<usize>]| pair[1].start == pair[0].end + 1;
    let close = columns.windows(2).filter(is_close).count();
    let lines: Vec<Vec<Range<usize>>> = body.iter().map(|line| words(line)).collect();
    let work = lines.iter().map(|words| words.len() + columns.len());
    if work.sum::<usize>().saturating_mul(close) > MOST {
        return Err(format!(
            "{close} words of its first line may be parts of headers, and it is too long to compare \
             them with all its lines: have the command print less of it"
        ));
    }
    let mut at = 1;
    while at < columns.len() {
        if columns[at].start != columns[at - 1].end + 1 {
            at += 1;
            continue;
        }
        let has_both = |words: &&Vec<Range<usize>>| {
            has_cell(words, &columns, at - 1) && has_cell(words, &columns, at)
                || is_pushed(words, &columns)
        };
        let with_both = lines.iter().filter(has_both).count();
        if with_both * 2 < lines.len().max(1) {
            columns[at - 1].end = columns[at].end;
            columns.remove(at);
        } else {
            at += 1;
        }
    }
    Ok(columns)
}

/// Whether a word of a line stands in a column. Later words stand in the same column or a later one.
fn has_cell(words: &[Range<usize>], columns: &[Range<usize>], column: usize) -> bool {
    let at = words.partition_point(|word| column_of(word, columns) < column);
    words
        .get(at)
        .is_some_and(|word| column_of(word, columns) == column)
}

/// Whether a long cell pushed the others out of their columns, so that only their order is left.
fn is_pushed(words: &[Range<usize>], columns: &[Range<usize>]) -> bool {
    words.len() == columns.len() && words.iter().any(|word| under(word, columns).len() > 1)
}

fn cells(line: &str, columns: &[Range<usize>]) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let words = words(line);
    let text = |word: &Range<usize>| chars[word.clone()].iter().collect::<String>();
    if is_pushed(&words, columns) {
        return words.iter().map(text).collect();
    }
    let mut cells = vec![String::new(); columns.len()];
    for word in &words {
        let cell = &mut cells[column_of(word, columns)];
        if !cell.is_empty() {
            cell.push(' ');
        }
        cell.push_str(&text(word));
    }
    cells
}

/// The columns that a word stands under. They are in order, and none touches another.
fn under(word: &Range<usize>, columns: &[Range<usize>]) -> Range<usize> {
    let first = columns.partition_point(|column| column.end <= word.start);
    let behind = columns.partition_point(|column| column.start < word.end);
    first..behind.max(first)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

/// The column whose header a word stands under, else the last one that starts before it.
fn column_of(word: &Range<usize>, columns: &[Range<usize>]) -> usize {
    let mut best = (0, None);
    for number in under(word, columns) {
        let shared = overlap(word, &columns[number]);
        if shared > best.0 {
            best = (shared, Some(number));
        }
    }
    best.1.unwrap_or_else(|| {
        let before = columns.partition_point(|column| column.start <= word.start);
        before.saturating_sub(1)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows_of(text: &str) -> Value {
        rows(text).expect("a table")
    }

    #[test]
    fn a_table_with_empty_cells_and_shifted_ones() {
        let rows = rows_of(concat!(
            "\nPort         Name               Status       Vlan       Duplex  Speed Type\n",
            "Gi1/0/1      xen1 nic1          connected    trunk      a-full a-1000 10/100/1000BaseTX\n",
            "Gi1/0/2                         notconnect   5            auto   auto Not Present\n",
        ));
        assert_eq!(rows[0]["Name"], "xen1 nic1");
        assert_eq!(rows[0]["Speed"], "a-1000");
        assert_eq!(
            rows[1],
            json!({"Port": "Gi1/0/2", "Name": "", "Status": "notconnect", "Vlan": "5",
                   "Duplex": "auto", "Speed": "auto", "Type": "Not Present"})
        );
    }

    #[test]
    fn a_ruler_gives_the_columns_and_rows_may_continue() {
        let rows = rows_of(concat!(
            "VLAN Name                             Status    Ports\n",
            "---- -------------------------------- --------- -------------------------------\n",
            "1    default                          active    Gi1/0/1, Gi1/0/2\n",
            "                                                Gi1/0/3\n",
            "30   storage                          active    \n",
        ));
        assert_eq!(rows[0]["Ports"], "Gi1/0/1, Gi1/0/2, Gi1/0/3");
        assert_eq!(
            rows[1],
            json!({"VLAN": "30", "Name": "storage", "Status": "active", "Ports": ""})
        );
    }

    #[test]
    fn right_aligned_numbers_and_a_header_of_two_words() {
        let rows = rows_of(concat!(
            "Filesystem               1K-blocks      Used Available Use% Mounted on\n",
            "/dev/sda1                103081248  12345678  85466306  13% /\n",
            "/dev/mapper/a-very-long-name-of-a-volume 10 5 5 50% /srv\n",
        ));
        assert_eq!(rows[0]["Mounted on"], "/");
        assert_eq!(rows[0]["Used"], "12345678");
        assert_eq!(rows[1]["Available"], "5");
        assert_eq!(rows[1]["Mounted on"], "/srv");
    }

    #[test]
    fn a_header_of_many_words_is_soon_read_or_refused() {
        let start = std::time::Instant::now();
        let header = |words: usize| (0..words).map(|n| format!("w{n}")).collect::<Vec<_>>();
        let table = |words: usize, lines: usize| {
            let header = header(words).join(" ");
            format!("{header}\n{}", format!("{header}\n").repeat(lines))
        };
        assert_eq!(rows_of(&table(800, 3))[2]["w799"], "w799");
        assert!(rows(&table(400, 20)).is_ok());
        assert!(rows(&table(800, 0)).is_err_and(|why| why.contains("no header")));
        let why = rows(&table(5_000, 100)).expect_err("it is too much");
        assert!(why.contains("too long to compare"), "{why}");
        assert!(rows(&header(50_000).join("  ")).is_ok());
        let took = start.elapsed();
        assert!(took.as_secs() < 20, "{took:?}");
    }

    #[test]
    fn text_without_columns_is_no_table() {
        for (text, why) in [
            (
                "hello\nworld\n",
                "its first line is no header of two columns or more",
            ),
            (
                "Error: the switch database was lost\n",
                "its first line is no header of two columns or more",
            ),
            (" \n", "it is empty"),
            (
                "Port  Vlan  Vlan\nGi1   5     6\n",
                "two of its columns are `Vlan`",
            ),
        ] {
            assert_eq!(rows(text), Err(why.to_owned()), "{text}");
        }
        assert_eq!(
            rows("Group  Port-channel\n------+-------------\n"),
            Ok(json!([]))
        );
    }
}
