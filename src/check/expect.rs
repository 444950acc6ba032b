use serde_json::Value;

use super::excerpt::{self, ExpectError, Item, Placeholder, normal};
use super::search::{self, Search};
use super::taken::Taken;
use super::{Miss, Type, miss};
use crate::text::Span;
use crate::value::Scope;

/// The names that an excerpt bound, in order of appearance.
pub type Bindings = Vec<(String, Value)>;

/// An excerpt of the expected output.
///
/// Its lines occur in the output in this order, adjacent unless a line `...` stands between.
/// Runs of blanks are equal, blanks at both ends of a line don't count. `[..]` is anything
/// within a line, also nothing. `<name:type>` matches one value and binds it; a name that is
/// bound already must have its value there. `\` before `\`, `<`, `[` or `.` takes its meaning
/// away.
#[derive(Clone, Debug)]
pub struct Expect {
    whole: bool,
    items: Vec<Item>,
    /// The lines as written.
    raw: Vec<String>,
    names: Vec<String>,
    holes: Vec<Placeholder>,
}

impl Expect {
    /// Parses an excerpt. `whole`: its first and last line are those of the output, where blank
    /// lines at both ends of the output don't count.
    ///
    /// # Errors
    /// A placeholder of a type that does not exist, or an excerpt that expects nothing.
    pub fn parse(text: &str, whole: bool) -> Result<Self, ExpectError> {
        let (mut names, mut holes) = (Vec::new(), Vec::new());
        let (mut items, mut raw) = (Vec::new(), Vec::new());
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            items.push(excerpt::line(content, at, &mut names, &mut holes)?);
            raw.push(content.to_owned());
            at += line.len();
        }
        if !whole && items.iter().all(|item| *item == Item::Gap) {
            return Err(ExpectError {
                span: Span::new(0, text.len()),
                message: "this excerpt expects nothing".to_owned(),
                help: Some("write the lines that must occur, or `whole` for no output".to_owned()),
            });
        }
        Ok(Self {
            whole,
            items,
            raw,
            names,
            holes,
        })
    }

    /// The placeholders in it: name, type and where.
    pub fn placeholders(&self) -> impl Iterator<Item = (&str, Type, Span)> {
        self.holes
            .iter()
            .map(|hole| (hole.name.as_str(), hole.kind, hole.span))
    }

    /// Looks for the excerpt. Names of `bound` must have their values.
    ///
    /// # Errors
    /// It is not there: what comes nearest.
    pub fn matches(&self, output: &str, bound: &Scope) -> Result<Bindings, Miss> {
        let mut lines: Vec<&str> = output.lines().collect();
        if self.whole {
            let blank = |line: &&str| line.trim().is_empty();
            let end = lines
                .iter()
                .rposition(|line| !blank(line))
                .map_or(0, |last| last + 1);
            lines.truncate(end);
            lines.drain(..lines.iter().take_while(|line| blank(line)).count());
        }
        let normal: Vec<String> = lines.iter().map(|line| normal(line)).collect();
        // A list or a map can't stand in a line: nothing matches it.
        let unmatchable = || Some(Taken::from("\n"));
        let given = |name: &String| {
            bound
                .get(name)
                .and_then(|v| search::as_text(v).or_else(unmatchable))
        };
        let given: Vec<_> = self.names.iter().map(given).collect();
        let search = Search::new(&self.items, &normal, self.whole, self.names.len());
        match search.run(given.clone()) {
            Ok(found) => {
                let kinds = search::kinds(&self.items, self.names.len());
                let fresh = (0..self.names.len()).filter(|name| given[*name].is_none());
                let bind = |name: usize| {
                    let text = found.values[name].as_ref()?;
                    Some((self.names[name].clone(), kinds[name].value(text)))
                };
                Ok(fresh.filter_map(bind).collect())
            }
            Err(nearest) => Err(miss::explain(&miss::Attempt {
                items: &self.items,
                raw: &self.raw,
                names: &self.names,
                lines: &lines,
                nearest,
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn bind(excerpt: &str, output: &str) -> Option<Bindings> {
        let expect = Expect::parse(excerpt, false).expect("an excerpt");
        expect.matches(output, &Scope::default()).ok()
    }

    fn fits(excerpt: &str, output: &str) -> bool {
        bind(excerpt, output).is_some()
    }

    #[test]
    fn lines_are_adjacent_unless_dots_stand_between() {
        let output = "one\ntwo\nthree\n";
        assert!(fits("two", output));
        assert!(fits("one\ntwo", output));
        assert!(!fits("one\nthree", output));
        assert!(fits("one\n...\nthree", output));
        assert!(fits("one\n...\ntwo", output));
        assert!(!fits("two\n...\none", output));
        assert!(!fits("tw", output));
    }

    #[test]
    fn a_later_start_is_tried_where_an_earlier_one_fails() {
        assert!(fits("a\nb", "a\na\nb\n"));
        assert!(fits("a\n...\nb\nc", "a\nb\nx\nb\nc\n"));
    }

    #[test]
    fn runs_of_blanks_are_equal_and_ends_do_not_count() {
        assert!(fits("a  b", "  a\tb  \r\n"));
        assert!(!fits("ab", "a b"));
        assert!(fits("a\n\nb", "a\n   \nb\n"));
        assert!(
            fits("5\u{a0}GiB free", "5\u{a0}GiB free\n"),
            "blanks of any kind"
        );
        assert!(fits("5 GiB free", "5\u{a0}GiB free\u{b}\n"));
    }

    #[test]
    fn dots_in_brackets_stand_for_anything_within_a_line() {
        assert!(fits("a [..] c", "a b c"));
        assert!(fits("a [..] c", "a c"));
        assert!(!fits("a [..] c", "ac"));
        assert!(fits("Native: 5 [..]", "Native: 5 (VLAN0005)"));
        assert!(fits("Native: 5 [..]", "Native: 5"));
        assert!(fits("[..]fig", "config"));
        assert!(!fits("[..]fig", "figs"));
        assert!(!fits("a [..] b", "a\nb"));
    }

    #[test]
    fn placeholders_bind_values_of_their_type() {
        let output = "vif 8f0a1b2c-0000-4000-8000-1234567890ab 00:1a:2b:3c:4d:5e 192.168.1.10/24 iqn.2020-01.org.x:lun0,1 1.5T -7\n";
        let excerpt = "vif <u:uuid> <m:mac> <i:ip>/24 <q:iqn>,1 <s:size> <n:int>";
        let expected = json!({"u": "8f0a1b2c-0000-4000-8000-1234567890ab", "m": "00:1a:2b:3c:4d:5e", "i": "192.168.1.10", "q": "iqn.2020-01.org.x:lun0", "s": "1.5T", "n": -7});
        let bound: serde_json::Map<_, _> = bind(excerpt, output)
            .expect("matches")
            .into_iter()
            .collect();
        assert_eq!(Value::Object(bound), expected);
        assert!(!fits("<n:int>2", "12"), "a number is taken as a whole");
        assert!(!fits("vlan <n:int>", "vlan x"));
    }

    #[test]
    fn a_number_beside_anything_is_all_of_a_number() {
        let number = |excerpt: &str, output: &str| Some(bind(excerpt, output)?[0].1.clone());
        for (excerpt, output) in [
            ("[..]<n:int>% packet loss", "3 sent, 50.0% packet loss"),
            ("3 sent, <n:int>[..]", "3 sent, 50.0% packet loss"),
            ("free <n:int>[..]", "free 1,024 MB"),
            ("free [..]<n:int> MB", "free 1,024 MB"),
            ("v <n:int>[..]", "v 0x10"),
            ("v [..]<n:int>", "v 0x10"),
            ("v <n:int>[..]", "v 1e6"),
            ("v [..]<n:int>", "v 1e-6"),
            ("v [..]<n:int>", "v .5"),
            ("v <n:int>[..]", "v 5ms"),
            ("v <n:int>[..]", "v 5_000"),
            ("[..]<n:int>", "eth_5"),
            ("v <n:int>[..]", "v 10.0.0.1"),
            ("v [..]<n:int>", "v 10.0.0.1"),
            ("v [..]<n:size> free", "v 1,024M free"),
            ("v <n:size>[..]", "v 1.5.2"),
            ("free <n:int><rest:any>", "free 1,024 MB"),
            ("v <n:int><rest:word>", "v 1e6"),
            ("v <n:int><rest:word>", "v 0x10"),
            ("<a:any><n:int>%", "lost 50.5%"),
        ] {
            assert_eq!(number(excerpt, output), None, "{excerpt:?} in {output:?}");
        }
        for (excerpt, output, found) in [
            (
                "[..]<n:int>% packet loss",
                "3 sent, 50% packet loss",
                json!(50),
            ),
            ("[..]<n:int>[..]", "up 5, or so.", json!(5)),
            ("took <n:int>[..]", "took 5. Good", json!(5)),
            ("took <n:int>[..]", "took 5, then 6", json!(5)),
            ("at [..]<n:int> C", "at x -5 C", json!(-5)),
            ("at <n:int>/[..]", "at 5/10", json!(5)),
            ("at <n:int>[..]", "at 2026-11-30", json!(2026)),
            ("<n:int>.<rest:int>", "1.5", json!(1)),
            ("<n:int>GB", "5GB", json!(5)),
            ("Gi<n:int>", "Gi1", json!(1)),
            ("[..]Gi<n:int>", "on Gi1", json!(1)),
            ("<n:int><unit:word>", "5GB", json!(5)),
            ("<n:size>[..]", "1.5 GiB free", json!("1.5 GiB")),
        ] {
            let number = number(excerpt, output);
            assert_eq!(number, Some(found), "{excerpt:?} in {output:?}");
        }
    }

    #[test]
    fn a_bound_name_must_match_its_value() {
        assert!(fits("<a:word> = <a:word>", "x = x"));
        assert!(!fits("<a:word> = <a:word>", "x = y"));
        assert_eq!(
            bind("id <a:int>\n...\nuse <a:int>", "id 1\nid 2\nuse 2\n"),
            Some(vec![("a".into(), json!(2))])
        );
        let mut scope = Scope::default();
        scope.bind("mac", "001A.2B3C.4D5E");
        scope.bind("vlan", 5);
        let expect = Expect::parse("<vlan:int> <mac:mac>", false).expect("parses");
        assert!(
            expect
                .matches("5 00:1a:2b:3c:4d:5e", &scope)
                .is_ok_and(|bound| bound.is_empty())
        );
        let miss = expect
            .matches("6 00:1a:2b:3c:4d:5e", &scope)
            .expect_err("another vlan");
        assert_eq!(miss.bound[0], ("vlan".into(), "5".into()));
    }

    #[test]
    fn what_is_no_placeholder_is_literal() {
        assert!(fits("<none> <a b:int>", "<none> <a b:int>"));
        assert!(fits(r"\<x:int> \[..] \\ \...", r"<x:int> [..] \ ..."));
        assert!(!fits(r"\...", "anything"));
        let error = Expect::parse("ok\n<x:imt>", false).expect_err("no such type");
        assert_eq!(
            (error.span, error.message.as_str()),
            (Span::new(6, 9), "there is no type `imt` of placeholder")
        );
        assert!(
            error
                .help
                .is_some_and(|help| help.starts_with("did you mean `int`?"))
        );
    }

    #[test]
    fn whole_anchors_both_ends() {
        let fits = |excerpt: &str, output: &str| {
            Expect::parse(excerpt, true)
                .expect("parses")
                .matches(output, &Scope::default())
                .is_ok()
        };
        assert!(fits("a\nb\n", "\na\nb\n\n"));
        assert!(!fits("a\n", "a\nb\n"));
        assert!(!fits("b\n", "a\nb\n"));
        assert!(fits("a\n...\n", "a\nb\n"));
        assert!(fits("", "\n"));
        assert!(!fits("", "x\n"));
    }

    #[test]
    fn an_excerpt_that_expects_nothing_is_refused() {
        assert!(Expect::parse("", false).is_err());
        assert!(Expect::parse("...\n", false).is_err());
    }

    #[test]
    fn the_miss_shows_both_sides_and_marks_the_first_difference() {
        let expect = Expect::parse("power-state: running\nname: web\n", false).expect("parses");
        let output = "uuid: 1\npower-state: halted\nname: web\n";
        let miss = expect
            .matches(output, &Scope::default())
            .expect_err("halted is not running");
        assert_eq!(
            miss.render(80),
            "line 1 of the excerpt is not in the output\n\
             \x20 expected             | actual\n\
             > power-state: running | power-state: halted\n\
             \x20 name: web            | name: web"
        );
        let miss = expect.matches(
            "power-state: running\nname: \x1b[31mdb\n",
            &Scope::default(),
        );
        let shown = miss.expect_err("another name").render(80);
        assert!(
            shown.contains("> name: web            | name: \\x1b[31mdb"),
            "{shown}"
        );
        assert!(
            shown.starts_with("line 2 of the excerpt differs\n"),
            "{shown}"
        );
    }

    #[test]
    fn hostile_output_ends_soon() {
        let line = format!("{}\n", "a b ".repeat(200));
        assert!(!fits("<x:any> <y:any> <x:any> <y:any>c", &line.repeat(20)));
        assert!(!fits("[..]a[..]a[..]a[..]a[..]c", &line));
        assert!(!fits("x\n...\nx\n...\nx\n...\ny", &"x\n".repeat(2000)));
        let brackets = "[..]".repeat(3300);
        assert!(!fits(&format!("{brackets}<x:any>!"), &brackets));
        assert!(!fits(
            "[..]<x:any> [..]<y:any> [..]<z:any>!",
            &line.repeat(20)
        ));
        assert!(!fits("[..]<i:ip>", &"a".repeat(13_000)));
        assert!(!fits("[..]<n:int>!", &"1".repeat(13_000)));
    }

    #[test]
    fn many_names_on_a_long_line_are_too_much_to_be_judged() {
        let start = std::time::Instant::now();
        let holes: Vec<String> = (0..20).map(|n| format!("[..]<a{n}:word>")).collect();
        let expect = Expect::parse(&format!("{} [..]y", holes.join(" ")), false);
        let expect = expect.expect("an excerpt");
        let missed = expect.matches(&"x ".repeat(20_000), &Scope::default());
        let miss = missed.expect_err("it is not there");
        assert!(miss.gave_up && miss.message.contains("too long to be judged"));
        let took = start.elapsed();
        assert!(took.as_secs() < 15, "{took:?}");
        // What an excerpt of a wide table asks for is no trouble.
        let row = "a b c d e f g h i j k l m n o p q r s t";
        let holes = (0..20)
            .map(|n| format!("<a{n}:word>"))
            .collect::<Vec<_>>()
            .join(" ");
        assert!(fits(
            &holes,
            &format!("{}\n{row}\n", "x ".repeat(19).trim()).repeat(200)
        ));
    }

    /// Every way to read the excerpt, one after the other.
    fn reference(items: &[&str], lines: &[&str]) -> bool {
        fn here(items: &[&str], lines: &[&str], bound: Option<&str>) -> bool {
            match (items.split_first(), lines.split_first()) {
                (None, _) => true,
                (Some((&"...", rest)), _) => {
                    (0..=lines.len()).any(|skip| here(rest, &lines[skip..], bound))
                }
                (Some(_), None) => false,
                (Some((item, rest)), Some((line, below))) => words(
                    &item.split(' ').collect::<Vec<_>>(),
                    &line.split(' ').collect::<Vec<_>>(),
                    bound,
                )
                .into_iter()
                .any(|bound| here(rest, below, bound.as_deref())),
            }
        }
        /// The values of `x` with which the words match.
        fn words(items: &[&str], line: &[&str], bound: Option<&str>) -> Vec<Option<String>> {
            match (items.split_first(), line.split_first()) {
                (None, None) => vec![bound.map(str::to_owned)],
                (None, Some(_)) => vec![],
                (Some((&"[..]", rest)), _) => (0..=line.len())
                    .flat_map(|skip| words(rest, &line[skip..], bound))
                    .collect(),
                (Some(_), None) => vec![],
                (Some((&"<x:word>", rest)), Some((word, more))) => match bound {
                    Some(value) if value != *word => vec![],
                    _ => words(rest, more, Some(word)),
                },
                (Some((item, rest)), Some((word, more))) => {
                    if item == word {
                        words(rest, more, bound)
                    } else {
                        vec![]
                    }
                }
            }
        }
        (0..=lines.len()).any(|start| here(items, &lines[start..], None))
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_obvious_matcher(
            items in prop::collection::vec(
                prop_oneof![
                    1 => Just("...".to_owned()),
                    3 => prop::collection::vec(prop::sample::select(vec!["a", "b", "[..]", "<x:word>"]), 1..4)
                        .prop_map(|words| words.join(" ")),
                ],
                1..5,
            ),
            lines in prop::collection::vec(
                prop::collection::vec(prop::sample::select(vec!["a", "b"]), 1..4).prop_map(|words| words.join(" ")),
                0..6,
            ),
        ) {
            prop_assume!(items.iter().any(|item| item != "..."));
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            prop_assert_eq!(fits(&items.join("\n"), &lines.join("\n")), reference(&items, &lines));
        }
    }
}
