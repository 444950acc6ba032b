use std::collections::BTreeMap;

use camino::Utf8Path;
use serde_json::Value;

use super::parse_secret::{secret, secret_lines, secret_values};
use super::parse_target::target;
use super::{Inventory, SecretRef};
use crate::text::yaml::{self, Entry, Node};
use crate::text::{Diagnostic, Fields, Source, Span};

const KEYS: [&str; 4] = ["targets", "groups", "vars", "secrets"];

/// Reads an inventory. What is wrong with it is left out and reported.
///
/// Paths in it are relative to its own folder; `~/` is the user's home.
pub fn parse(source: Source) -> (Inventory, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut inventory = Inventory::default();
    let whole = Span::new(0, source.text().len());
    let hidden;
    match yaml::parse(&source, whole) {
        Ok(node) => {
            hidden = secret_values(&node);
            let fields = Fields::new(&source, &mut found);
            let folder = source.path().parent().unwrap_or(Utf8Path::new(""));
            Reader {
                fields,
                folder,
                names: Vec::new(),
            }
            .read(node, &mut inventory);
        }
        Err(refused) => {
            hidden = secret_lines(source.text());
            found.push(*refused);
        }
    }
    // A finding shows its line, and what another one is about may stand in it too.
    if !found.is_empty() && !hidden.is_empty() {
        let masked = source.masked(&hidden);
        for finding in &mut found {
            finding.source = masked.clone();
        }
    }
    (inventory, found)
}

struct Reader<'a> {
    fields: Fields<'a>,
    folder: &'a Utf8Path,
    /// Uses of target names, checked once all are known.
    names: Vec<(String, Span)>,
}

impl Reader<'_> {
    fn read(&mut self, node: Node, inventory: &mut Inventory) {
        let mut groups = Vec::new();
        for entry in self.fields.entries("inventory", node) {
            match entry.key.as_str() {
                "targets" => {
                    for entry in self.fields.entries("targets", entry.value) {
                        self.target(entry, inventory);
                    }
                }
                "groups" => groups = self.fields.entries("groups", entry.value),
                "vars" => inventory.vars = self.vars(entry.value),
                "secrets" => inventory.secrets = self.secrets(entry.value),
                _ => self.fields.unknown_key(&entry, "an inventory", &KEYS),
            }
        }
        for entry in groups {
            self.group(entry, inventory);
        }
        self.unknown_targets(inventory);
        self.jump_loops(inventory);
    }

    fn target(&mut self, entry: Entry, inventory: &mut Inventory) {
        let name = entry.key.clone();
        let (spec, via) = target(&mut self.fields, self.folder, entry);
        if let (Some(via), Some(span)) = (&spec.via, via) {
            self.names.push((via.clone(), span));
        }
        inventory.targets.insert(name, spec);
    }

    fn group(&mut self, entry: Entry, inventory: &mut Inventory) {
        let name = entry.key;
        if inventory.targets.contains_key(&name) {
            self.fields.error(
                "duplicate-name",
                entry.key_span,
                format!("`{name}` names a target and a group"),
                "give the group another name".to_owned(),
            );
            return;
        }
        let members = self.fields.texts(&name, entry.value);
        self.names.extend(members.iter().cloned());
        let known = members.into_iter().map(|(member, _)| member);
        let known = known
            .filter(|member| inventory.targets.contains_key(member))
            .collect();
        inventory.groups.insert(name, known);
    }

    fn vars(&mut self, node: Node) -> BTreeMap<String, Value> {
        let entries = self.fields.entries("vars", node);
        entries
            .into_iter()
            .map(|entry| (entry.key, entry.value.to_value()))
            .collect()
    }

    fn secrets(&mut self, node: Node) -> BTreeMap<String, SecretRef> {
        let entries = self.fields.entries("secrets", node);
        entries
            .into_iter()
            .filter_map(|entry| {
                let value = secret(&mut self.fields, self.folder, &entry.key, entry.value)?;
                Some((entry.key, value))
            })
            .collect()
    }

    /// `local` may be named without being declared: every inventory has it.
    fn unknown_targets(&mut self, inventory: &Inventory) {
        let known: Vec<&str> = inventory.targets.keys().map(String::as_str).collect();
        for (name, span) in std::mem::take(&mut self.names) {
            if name != "local" && !known.contains(&name.as_str()) {
                self.fields.unknown_name("target", &name, span, &known);
            }
        }
    }

    /// A target that jumps through itself can never be reached.
    fn jump_loops(&mut self, inventory: &Inventory) {
        for spec in inventory.targets.values() {
            let mut at = spec;
            for _ in 0..inventory.targets.len() {
                let next = at.via.as_ref().and_then(|via| inventory.targets.get(via));
                let Some(next) = next else { break };
                if next.name == spec.name {
                    self.fields.error(
                        "jump-loop",
                        spec.span,
                        format!("`{}` is reached through itself", spec.name),
                        "follow the `via` keys and break the circle".to_owned(),
                    );
                    break;
                }
                at = next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::inventory::DriverKind;
    use crate::text::{ColorChoice, render};
    use crate::wire::Endpoint;

    fn read(text: &str) -> (Inventory, Vec<String>) {
        let (inventory, found) = parse(Source::new("site/inventory.yaml", text));
        let found = found
            .into_iter()
            .map(|d| {
                let at = d.source.slice(d.primary.span);
                format!("{} at `{at}`; {}", d.message, d.help.unwrap_or_default())
            })
            .collect();
        (inventory, found)
    }

    #[test]
    fn an_inventory_says_how_to_reach_each_target() {
        let (inventory, found) = read(
            "\
targets:
  jump: {driver: ssh, address: jump.example, user: ops, agent: true, known-hosts: known}
  stack:
    driver: ios
    address: 192.168.1.2:2222
    via: jump
    user: admin
    password: env:STACK_PASSWORD
    enable: {value: cisco, public: true}
    legacy: cisco-ios
    host-key: SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    vars: {native_vlan: 5}
groups:
  all: [jump, stack]
secrets:
  root: file:root.txt
",
        );
        assert_eq!(found, [""; 0]);
        let stack = &inventory.targets["stack"];
        assert_eq!(stack.driver, DriverKind::Ios);
        assert_eq!(
            stack.address,
            Some(Endpoint {
                host: "192.168.1.2".to_owned(),
                port: 2222
            })
        );
        assert_eq!(stack.device, "stack");
        assert_eq!(
            stack.password,
            Some(SecretRef::Env("STACK_PASSWORD".to_owned()))
        );
        assert_eq!(stack.enable, Some(SecretRef::Public("cisco".to_owned())));
        assert!(stack.legacy_cisco_ios);
        assert_eq!(
            inventory.targets["jump"].known_hosts,
            Some(vec!["site/known".into()])
        );
        assert_eq!(
            inventory.secrets["root"],
            SecretRef::File("site/root.txt".into())
        );
        let all = inventory.resolve("all").unwrap_or_default();
        assert_eq!(
            all.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
            ["jump", "stack"]
        );
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let (_, found) = read(
            "\
targets:
  xen1: {driver: ssh, adress: xen1, user: root, password: hunter2hunter2}
groups:
  all: [xen2]
",
        );
        assert_eq!(
            found,
            [
                "unknown key `adress` in a target at `adress`; did you mean `address`?",
                "`password` must say where the secret is at `**************`; write `env:NAME`, \
                 `file:PATH`, `command:COMMAND`, `prompt`, or for a published default \
                 `{value: …, public: true}`",
                "the target `xen1` has no `address` at `xen1`; write `address: HOST` or \
                 `address: HOST:PORT`",
                "unknown target `xen2` at `xen2`; did you mean `xen1`?",
            ]
        );
    }

    #[test]
    fn what_may_be_a_secret_is_shown_by_no_finding() {
        for text in [
            "targets:\n  a: {driver: shh, address: a, password: SuperSecret99pass}\n",
            "targets:\n  a: {driver: ssh, address: a, user: u, pasword: SuperSecret99pass}\n",
            "targets:\n  a: {driver: ios, address: a, user: u, enable: [SuperSecret99pass]}\n",
            "targets:\n  a: {driver: ssh, console-login: {user: a, password: SuperSecret99pass}}\n",
            "secrets:\n  db: SuperSecret99pass\n",
            "secrets:\n  db: {value: SuperSecret99pass}\n",
            "secrets:\n  db: {value: SuperSecret99pass, public: yes please}\n",
            "secrets:\n  db: {valeu: SuperSecret99pass, public: true}\n",
            "secrets:\n  db: \"cmd:echo SuperSecret99pass\"\n",
            "secrets:\n  db: {value: \"SuperSecret99pass}\n",
            "targets:\n  a: {password: \"SuperSecret99pass}\n",
        ] {
            let (_, found) = parse(Source::new("inventory.yaml", text));
            assert!(!found.is_empty(), "{text}");
            let shown = render(&found, ColorChoice::Never);
            assert!(!shown.contains("Secret99"), "{shown}");
        }
        let text = "targets:\n  a: {driver: shh, address: a, password: env:A_PASSWORD}\n";
        let (_, found) = parse(Source::new("inventory.yaml", text));
        let shown = render(&found, ColorChoice::Never);
        assert!(shown.contains("password: env:A_PASSWORD"), "{shown}");
    }

    #[test]
    fn a_target_cannot_be_reached_through_itself() {
        let (_, found) = read(
            "\
targets:
  a: {driver: ssh, address: a, user: u, via: b}
  b: {driver: ssh, address: b, user: u, via: a}
",
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].starts_with("`a` is reached through itself"),
            "{found:?}"
        );
    }
}
