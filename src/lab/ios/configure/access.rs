use super::edit;
use crate::lab::ios::call::{Call, Flow};
use crate::lab::ios::grammar::{Command, Table};
use crate::lab::ios::mode::Mode;
use crate::lab::ios::question::Question;
use crate::lab::ios::secret;
use crate::lab::world::switch::User;

/// Who may come in, and with which keys.
pub(super) const ACCESS: Table = &[
    Command::new(
        "enable secret LINE",
        "The UNENCRYPTED (cleartext) 'enable' secret",
        |c| {
            let secret = secret::read(&c.text(0));
            edit(c, |g| g.enable_secret = Some(secret))
        },
    ),
    Command::new("no enable secret", "", |c| {
        edit(c, |g| g.enable_secret = None)
    }),
    Command::new(
        "username WORD privilege <0-15> secret LINE",
        "The UNENCRYPTED (cleartext) user secret",
        username,
    ),
    Command::new(
        "username WORD secret LINE",
        "The UNENCRYPTED (cleartext) user secret",
        |c| {
            let (name, secret) = (c.text(0), secret::read(&c.text(1)));
            edit(c, |g| {
                let fresh = User {
                    privilege: 1,
                    secret: String::new(),
                };
                g.users.entry(name).or_insert(fresh).secret = secret;
            })
        },
    ),
    Command::new(
        "username WORD privilege <0-15>",
        "User privilege level",
        |c| {
            let (name, privilege) = (c.text(0), c.number(1));
            edit(c, |g| {
                if let Some(user) = g.users.get_mut(&name) {
                    user.privilege = privilege;
                }
            })
        },
    ),
    Command::new("no username WORD", "", no_username),
    Command::new("crypto key generate rsa", "Generate RSA keys", |c| {
        generate_key(c, 1024)
    }),
    Command::new(
        "crypto key generate rsa modulus <360-4096>",
        "size of the key modulus",
        |c| {
            let bits = c.number(0);
            generate_key(c, bits)
        },
    ),
    Command::new(
        "crypto key generate rsa general-keys modulus <360-4096>",
        "size of the key modulus",
        |c| {
            let bits = c.number(0);
            generate_key(c, bits)
        },
    ),
    Command::new("crypto key zeroize rsa", "Remove RSA keys", zeroize),
];

fn username(call: &mut Call<'_>) -> Flow {
    let (name, privilege, secret) = (call.text(0), call.number(1), secret::read(&call.text(2)));
    edit(call, |g| {
        drop(g.users.insert(name, User { privilege, secret }))
    })
}

fn no_username(call: &mut Call<'_>) -> Flow {
    let name = call.text(0);
    if !call.running().users.contains_key(&name) {
        return Flow::Done;
    }
    Flow::Ask(Question::RemoveUser(name))
}

fn generate_key(call: &mut Call<'_>, bits: u16) -> Flow {
    let running = call.running();
    let Some(domain) = running.domain_name else {
        call.say("% Please define a domain-name first.");
        return Flow::Done;
    };
    if running.hostname == "Switch" {
        call.say("% Please define a hostname other than Switch.");
        return Flow::Done;
    }
    call.say(format!(
        "The name for the keys will be: {}.{domain}\n",
        running.hostname
    ));
    call.say(format!("% The key modulus size is {bits} bits"));
    call.say(format!("% Generating {bits} bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 2 seconds)\n"));
    let owner = call.owner.clone();
    call.world
        .configure_chassis(&owner, |chassis| chassis.rsa_key = Some(bits));
    call.world
        .syslog(&owner, "%SSH-5-ENABLED: SSH 1.99 has been enabled");
    call.enter(Mode::Global)
}

fn zeroize(call: &mut Call<'_>) -> Flow {
    if call.chassis().is_none_or(|c| c.rsa_key.is_none()) {
        call.say("% No Signature RSA Keys found in configuration.\n");
        return Flow::Done;
    }
    Flow::Ask(Question::ZeroizeKeys)
}

/// Once it was asked.
pub(in crate::lab::ios) fn zeroize_now(call: &mut Call<'_>) -> Flow {
    let owner = call.owner.clone();
    call.world
        .configure_chassis(&owner, |chassis| chassis.rsa_key = None);
    call.world
        .syslog(&owner, "%SSH-5-DISABLED: SSH 1.99 has been disabled");
    Flow::Done
}
