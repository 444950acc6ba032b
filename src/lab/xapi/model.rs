use std::sync::LazyLock;

use super::value::Value;

/// The classes, fields and messages, one a line; the file says how.
const TEXT: &str = include_str!("model.txt");

/// A class of objects.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) name: &'static str,
    /// Whether all of its objects are told to anybody who asks.
    pub(super) listed: bool,
    /// Whether its objects are found by their names.
    pub(super) named: bool,
    pub(super) fields: Vec<Field>,
    /// What it does besides reading and setting fields.
    pub(super) messages: Vec<&'static str>,
}

/// A field of a class.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether it is set just so.
    pub(super) writable: bool,
    /// What it says when nobody has set it.
    pub(super) default: &'static str,
    /// The class and the field whose references it collects.
    pub(super) collects: Option<(&'static str, &'static str)>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Float,
    Flag,
    Datetime,
    Enum,
    Ref,
    Set,
    Map,
}

static CLASSES: LazyLock<Vec<Class>> = LazyLock::new(|| read(TEXT));

/// All classes.
pub(super) fn classes() -> &'static [Class] {
    &CLASSES
}

/// A class by its name.
pub(super) fn class(name: &str) -> Option<&'static Class> {
    classes().iter().find(|class| class.name == name)
}

impl Class {
    /// One of its fields.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names of what can be asked of it, without the class.
    fn methods(&self) -> Vec<String> {
        let mut methods: Vec<String> = self
            .messages
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        if self.fields.iter().any(|field| field.name == "uuid") {
            methods.extend(["get_by_uuid", "get_record"].map(str::to_owned));
            methods.extend(
                self.fields
                    .iter()
                    .map(|field| format!("get_{}", field.name)),
            );
        }
        if self.listed {
            methods.extend(["get_all", "get_all_records"].map(str::to_owned));
        }
        if self.named {
            methods.push("get_by_name_label".to_owned());
        }
        for field in self.fields.iter().filter(|field| field.writable) {
            let name = field.name;
            methods.push(format!("set_{name}"));
            match field.kind {
                Kind::Map => {
                    methods.extend([format!("add_to_{name}"), format!("remove_from_{name}")])
                }
                Kind::Set => methods.extend([format!("add_{name}"), format!("remove_{name}")]),
                _ => {}
            }
        }
        methods
    }
}

/// The names of all methods.
pub(super) fn methods() -> Value {
    let of = |class: &Class| {
        let methods = class.methods().into_iter();
        methods
            .map(|method| format!("{}.{method}", class.name))
            .collect::<Vec<_>>()
    };
    let own = ["system.listMethods", "system.isAlive"].map(str::to_owned);
    let all = own.into_iter().chain(classes().iter().flat_map(of));
    Value::Set(all.map(Value::Text).collect())
}

/// Lines that say nothing that is known here are passed over; a test sees that there are none.
fn read(text: &'static str) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for line in text.lines() {
        let words: Vec<&'static str> = line.split_whitespace().collect();
        match (words.as_slice(), classes.last_mut()) {
            // A class has a field of this name.
            (["class", name, how @ ..], _) if line.starts_with('c') => classes.push(Class {
                name,
                listed: !how.contains(&"unlisted"),
                named: false,
                fields: Vec::new(),
                messages: Vec::new(),
            }),
            (["!", messages @ ..], Some(class)) => class.messages.extend(messages),
            ([name, kind, access, more @ ..], Some(class)) => {
                let Some(kind) = Kind::read(kind) else {
                    continue;
                };
                class.fields.push(Field {
                    name,
                    kind,
                    writable: *access == "rw",
                    default: match more {
                        ["=", default] => default,
                        _ => "",
                    },
                    collects: match more {
                        ["<", from] => from.split_once('.'),
                        _ => None,
                    },
                });
            }
            _ => {}
        }
    }
    for class in &mut classes {
        let labelled = class.fields.iter().any(|field| field.name == "name_label");
        // There is one pool; nobody looks for it.
        class.named = labelled && class.name != "pool";
    }
    classes
}

impl Kind {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "string" => Self::Text,
            "int" => Self::Number,
            "float" => Self::Float,
            "bool" => Self::Flag,
            "datetime" => Self::Datetime,
            "enum" => Self::Enum,
            "ref" => Self::Ref,
            "set" => Self::Set,
            "map" => Self::Map,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_model_is_understood() {
        let lines = TEXT
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let fields = lines
            .clone()
            .filter(|line| line.starts_with("  ") && !line.starts_with("  !"));
        let heads = lines.filter(|line| line.starts_with("class "));
        assert_eq!(heads.count(), classes().len());
        let read: usize = classes().iter().map(|class| class.fields.len()).sum();
        assert_eq!(fields.count(), read);
    }

    #[test]
    fn what_a_field_collects_is_a_reference_of_another_class() {
        for field in classes().iter().flat_map(|class| &class.fields) {
            if let Some((of, by)) = field.collects {
                let by = class(of).and_then(|class| class.field(by));
                assert_eq!(by.map(|by| by.kind), Some(Kind::Ref), "{}", field.name);
            }
        }
    }
}
