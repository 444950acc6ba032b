use minijinja::ErrorKind;

use super::environment::environment;

/// What stands behind `|`, or behind `is`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    Filter,
    Test,
}

impl Applied {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Applied::Filter => "filter",
            Applied::Test => "test",
        }
    }

    /// The ones that runbooks are likely to mean.
    pub(super) fn common(self) -> &'static [&'static str] {
        match self {
            Applied::Filter => &[
                "default",
                "first",
                "float",
                "from_json",
                "int",
                "join",
                "last",
                "length",
                "lines",
                "list",
                "lower",
                "map",
                "max",
                "min",
                "reject",
                "replace",
                "round",
                "select",
                "selectattr",
                "sort",
                "split",
                "string",
                "sum",
                "trim",
                "unique",
                "upper",
                "verbatim",
            ],
            Applied::Test => &[
                "defined",
                "divisibleby",
                "endingwith",
                "eq",
                "even",
                "false",
                "in",
                "iterable",
                "mapping",
                "matching",
                "none",
                "number",
                "odd",
                "sequence",
                "startingwith",
                "string",
                "true",
                "undefined",
            ],
        }
    }

    /// Whether the environment has one of this name.
    pub(super) fn exists(self, name: &str) -> bool {
        if self.common().contains(&name) {
            return true;
        }
        // There is no list to look into; calling it with nothing tells.
        let mut state = environment().empty_state();
        match self {
            Applied::Filter => !matches!(
                state.apply_filter(name, &[]),
                Err(error) if error.kind() == ErrorKind::UnknownFilter
            ),
            Applied::Test => !matches!(
                state.perform_test(name, &[]),
                Err(error) if error.kind() == ErrorKind::UnknownTest
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_ones_exist() {
        for (applied, unknown) in [
            (Applied::Filter, ErrorKind::UnknownFilter),
            (Applied::Test, ErrorKind::UnknownTest),
        ] {
            for name in applied.common() {
                let mut state = environment().empty_state();
                let result = match applied {
                    Applied::Filter => state.apply_filter(name, &[]).map(|_| ()),
                    Applied::Test => state.perform_test(name, &[]).map(|_| ()),
                };
                assert_ne!(result.map_err(|error| error.kind()), Err(unknown), "{name}");
            }
            assert!(!applied.exists("matchin"));
        }
    }
}
