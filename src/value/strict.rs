//! Filters that go through a list, and through what is in it. minijinja's own skip an item that
//! does not have an attribute, and take its absence for a value, so a column's name that is
//! misspelt would find nothing wrong.

use minijinja::value::{Kwargs, Rest, ValueKind, ValueOrKwargs, from_args};
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};

use super::compare;

/// A filter, what its own is called here, and what it does with its items.
struct Strict {
    name: &'static str,
    own: &'static str,
    /// The attribute may be its first argument.
    by_place: bool,
    does: Does,
}

/// What a filter does with its items or their attributes.
#[derive(Clone, Copy)]
enum Does {
    /// It takes them as they are.
    Takes,
    /// It puts them in order.
    Orders,
    /// It asks whether they are so, unless a test stands at this place among its arguments.
    Asks(usize),
}

use Does::{Asks, Orders, Takes};

const STRICT: [Strict; 11] = [
    strict("map", "(map)", false, Takes),
    strict("select", "(select)", false, Asks(0)),
    strict("reject", "(reject)", false, Asks(0)),
    strict("selectattr", "(selectattr)", true, Asks(1)),
    strict("rejectattr", "(rejectattr)", true, Asks(1)),
    strict("sum", "(sum)", true, Takes),
    strict("groupby", "(groupby)", true, Takes),
    strict("unique", "(unique)", false, Takes),
    strict("sort", "(sort)", false, Orders),
    strict("min", "(min)", false, Orders),
    strict("max", "(max)", false, Orders),
];

const fn strict(name: &'static str, own: &'static str, by_place: bool, does: Does) -> Strict {
    Strict {
        name,
        own,
        by_place,
        does,
    }
}

/// Tests that ask whether something is there at all.
const ABOUT_ABSENCE: [&str; 2] = ["defined", "undefined"];

pub(super) fn add_to(env: &mut Environment<'_>) {
    env.add_filter("(map)", filters::map);
    env.add_filter("(select)", filters::select);
    env.add_filter("(reject)", filters::reject);
    env.add_filter("(selectattr)", filters::selectattr);
    env.add_filter("(rejectattr)", filters::rejectattr);
    env.add_filter("(sum)", filters::sum);
    env.add_filter("(groupby)", filters::groupby);
    env.add_filter("(unique)", filters::unique);
    env.add_filter("(sort)", filters::sort);
    env.add_filter("(min)", filters::min);
    env.add_filter("(max)", filters::max);
    env.add_filter("(dictsort)", filters::dictsort);
    env.add_filter("dictsort", dictsort);
    for filter in STRICT {
        env.add_filter(
            filter.name,
            move |state: &mut State<'_, '_>, all: Value, args: Rest<ValueOrKwargs>| {
                filter.apply(state, all, args.into_values())
            },
        );
    }
}

impl Strict {
    fn apply(
        &self,
        state: &mut State<'_, '_>,
        all: Value,
        args: Vec<Value>,
    ) -> Result<Value, Error> {
        let (by_place, named): (&[Value], Kwargs) = from_args(&args)?;
        let attribute = match by_place.first() {
            Some(first) if self.by_place => first.as_str(),
            _ => named.peek::<Option<&str>>("attribute")?,
        };
        let is_about_absence = by_place
            .get(1)
            .and_then(Value::as_str)
            .is_some_and(|test| ABOUT_ABSENCE.contains(&test));
        // What can't be gone through is for the filter itself to refuse.
        let minds = match self.does {
            Takes => false,
            Orders => true,
            Asks(test) => by_place.len() <= test,
        };
        let looks = (attribute.is_some() || minds)
            && !is_about_absence
            && !named.has("default")
            && all.try_iter().is_ok();
        if looks {
            let mut keys = Vec::new();
            for (n, item) in all.try_iter()?.enumerate() {
                compare::pay(state, n)?;
                keys.push(match attribute {
                    Some(attribute) => entry(item, attribute)?,
                    None => item,
                });
            }
            match self.does {
                Orders => compare::require_order(state, keys)?,
                Asks(_) if minds => keys.iter().try_for_each(compare::require_condition)?,
                Takes | Asks(_) => {}
            }
        }
        let args: Vec<Value> = std::iter::once(all).chain(args).collect();
        state.apply_filter(self.own, &args)
    }
}

/// Puts a map in order, by its values if it is told so.
fn dictsort(
    state: &mut State<'_, '_>,
    map: Value,
    args: Rest<ValueOrKwargs>,
) -> Result<Value, Error> {
    let args = args.into_values();
    let (_, named): (&[Value], Kwargs) = from_args(&args)?;
    if map.kind() == ValueKind::Map {
        let by_value = named.peek::<Option<&str>>("by")? == Some("value");
        let mut all = Vec::new();
        for (n, key) in map.try_iter()?.enumerate() {
            compare::pay(state, n)?;
            all.push(match by_value {
                true => map.get_item(&key)?,
                false => key,
            });
        }
        compare::require_order(state, all)?;
    }
    let args: Vec<Value> = std::iter::once(map).chain(args).collect();
    state.apply_filter("(dictsort)", &args)
}

/// What stands under `a.b` in an item of a list.
fn entry(item: Value, path: &str) -> Result<Value, Error> {
    let found = path.split('.').try_fold(item, |value, name| {
        let found = match name.parse::<usize>() {
            Ok(number) => value.get_item_by_index(number),
            Err(_) => value.get_attr(name),
        };
        found.ok().filter(|found| !found.is_undefined())
    });
    found.ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("an item of the list has no `{path}`"),
        )
    })
}
