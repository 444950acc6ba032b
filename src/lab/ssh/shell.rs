use super::gate::{Behind, Client, Trouble};
use crate::lab::dom0;
use crate::lab::floor::{Input, Outcome};
use crate::lab::world::World;

/// The shell of a host.
pub(super) struct Shell {
    pub(super) server: String,
}

impl Behind for Shell {
    fn lets_in(&mut self, world: &World, user: &str, password: &str) -> bool {
        dom0::check_login(world, &self.server, user, password)
    }

    /// There is nobody to type to.
    fn shell(&mut self, client: &mut Client<'_>) -> Result<(), Trouble> {
        client.accept()?;
        client.complain("the lab's hosts run single commands: ssh root@HOST COMMAND\r\n")?;
        client.end(1)
    }

    fn exec(&mut self, client: &mut Client<'_>, command: &[u8]) -> Result<(), Trouble> {
        client.accept()?;
        let input = Input::Shell {
            server: self.server.clone(),
            line: String::from_utf8_lossy(command).into_owned(),
        };
        let Outcome::Ran(ran) = client.visit.lab.happen(input)? else {
            return client.close();
        };
        client.show(ran.stdout)?;
        client.complain(ran.stderr)?;
        client.end(ran.status)
    }
}
