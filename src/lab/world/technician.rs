use super::switch::Power;
use super::{Cable, Jack, World};

impl World {
    /// Performs orders, one a line or separated by `;`: `plug A:port B:port`,
    /// `unplug A:port …`, `power-on X …`, `power-off X …`, `power-cycle X …`. Nothing is done
    /// unless all of them can be understood.
    ///
    /// # Errors
    /// Why an order can't be carried out; those before it were.
    pub fn technician(&mut self, orders: &str) -> Result<String, String> {
        let orders: Vec<Vec<&str>> = orders
            .split(['\n', ';'])
            .map(|order| order.split_whitespace().collect::<Vec<_>>())
            .filter(|words| !words.is_empty())
            .collect();
        for words in &orders {
            understand(words)?;
        }
        let mut done = Vec::new();
        for words in &orders {
            match self.order(words) {
                Ok(said) => done.push(said),
                Err(why) if done.is_empty() => return Err(why),
                Err(why) => return Err(format!("{why}; done before that: {}", done.join(", "))),
            }
        }
        Ok(done.join("\n"))
    }

    fn order(&mut self, words: &[&str]) -> Result<String, String> {
        match words {
            ["plug", a, b] => self.plug(a.parse()?, b.parse()?),
            ["unplug", jacks @ ..] if !jacks.is_empty() => {
                let jacks: Vec<Jack> = jacks.iter().map(|j| j.parse()).collect::<Result<_, _>>()?;
                let done: Vec<String> = jacks
                    .iter()
                    .map(|jack| self.unplug(jack))
                    .collect::<Result<_, _>>()?;
                Ok(done.join("\n"))
            }
            [
                power @ ("power-on" | "power-off" | "power-cycle"),
                devices @ ..,
            ] if !devices.is_empty() => {
                let done: Vec<String> = devices
                    .iter()
                    .map(|d| self.power(power, d))
                    .collect::<Result<_, _>>()?;
                Ok(done.join("\n"))
            }
            _ => understand(words).map(|()| String::new()),
        }
    }

    fn plug(&mut self, a: Jack, b: Jack) -> Result<String, String> {
        for jack in [&a, &b] {
            if !self.has_jack(jack) {
                return Err(format!("there is no jack {jack}"));
            }
            if let Some(other) = self.opposite(jack) {
                return Err(format!("{jack} already holds a cable to {other}"));
            }
        }
        if a.is_stack() != b.is_stack() {
            return Err(format!("a stack cable does not fit {a} and {b}"));
        }
        let done = format!("plugged a cable from {a} to {b}");
        self.state.cables.insert(Cable::new(a, b));
        self.restack();
        Ok(done)
    }

    fn unplug(&mut self, jack: &Jack) -> Result<String, String> {
        let cable = self
            .state
            .cables
            .iter()
            .find(|cable| cable.other(jack).is_some())
            .cloned();
        let Some(cable) = cable else {
            return Err(format!("there is no cable in {jack}"));
        };
        self.state.cables.remove(&cable);
        self.restack();
        Ok(format!(
            "took the cable between {} and {} out",
            cable.0, cable.1
        ))
    }

    fn power(&mut self, order: &str, device: &str) -> Result<String, String> {
        if let Some(server) = self.state.servers.get_mut(device) {
            server.powered = order != "power-off";
            self.settle_all();
            return Ok(format!("{order} {device}: done"));
        }
        let Some(unit) = self.state.units.get(device) else {
            return Err(format!("there is no device {device} with a power cord"));
        };
        match (order, unit.power) {
            ("power-on", Power::Off) => self.power_on(device),
            ("power-on", _) => return Err(format!("{device} is on already")),
            ("power-off", Power::Off) => return Err(format!("{device} is off already")),
            ("power-off", _) => self.power_off(device),
            _ => self.restart(device),
        }
        Ok(format!("{order} {device}: done"))
    }
}

/// Whether an order is one that can be given, whatever stands on the floor.
fn understand(words: &[&str]) -> Result<(), String> {
    match words {
        ["plug", jacks @ ..] if jacks.len() == 2 => jacks.iter().try_for_each(is_jack),
        ["plug", ..] => Err("a cable has two ends: `plug A:port B:port`".to_owned()),
        ["unplug", jacks @ ..] if !jacks.is_empty() => jacks.iter().try_for_each(is_jack),
        ["unplug"] => Err("say which cable: `unplug A:port`".to_owned()),
        ["power-on" | "power-off" | "power-cycle", _, ..] => Ok(()),
        [order @ ("power-on" | "power-off" | "power-cycle")] => {
            Err(format!("say which device: `{order} DEVICE`"))
        }
        [order, ..] => Err(format!(
            "the technician does not know how to `{order}`; orders are plug, unplug, power-on, \
             power-off and power-cycle"
        )),
        [] => Ok(()),
    }
}

fn is_jack(jack: &&str) -> Result<(), String> {
    jack.parse::<Jack>().map(drop)
}
