use super::client::log_in;
use crate::lab::{Lab, PASSWORD};

pub(super) const STACK: &str = "192.168.1.254:22";

/// Gives switch 1, alone, a name, a user, an address and SSH, over its console.
pub(super) async fn one_switch_on_the_network(lab: &Lab) {
    let mut console = log_in(lab, "192.168.1.20:7001", "console").await.unwrap();
    console.ask("", "Switch>").await.unwrap();
    console.ask("enable", "Switch#").await.unwrap();
    console
        .ask("configure terminal", "Switch(config)#")
        .await
        .unwrap();
    let lines = format!(
        "hostname Cisco-Stack\n\
         ip domain-name workshop.example\n\
         enable secret {PASSWORD}\n\
         username admin privilege 15 secret {PASSWORD}\n\
         interface Vlan1\n\
         ip address 192.168.1.254 255.255.255.0\n\
         no shutdown\n\
         line vty 0 4\n\
         login local\n\
         transport input ssh\n\
         exit"
    );
    for line in lines.lines() {
        console.ask(line, ")#").await.unwrap();
    }
    console
        .ask("crypto key generate rsa general-keys modulus 2048", ")#")
        .await
        .unwrap();
    console.ask("end", "Cisco-Stack#").await.unwrap();
    // The SVI is up once a port in its VLAN forwards.
    lab.skip(60_000).unwrap();
}
