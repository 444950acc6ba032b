use super::{Ran, check_login, run};
use crate::lab::PASSWORD;
use crate::lab::world::World;

fn xen1(line: &str) -> Ran {
    run(&mut World::installed(1), "xen1", line)
}

fn out(line: &str) -> String {
    let ran = xen1(line);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{line}");
    ran.stdout
}

#[test]
fn it_knows_who_and_where_it_is() {
    assert_eq!(out("hostname"), "xen1\n");
    assert!(out("ip -4 addr show xenbr0").contains("    inet 172.16.40.13/24 brd 172.16.40.255 "));
    assert_eq!(
        out("ip route"),
        "default via 172.16.40.254 dev xenbr0\n\
         172.16.40.0/24 dev xenbr0 proto kernel scope link src 172.16.40.13\n"
    );
    assert_eq!(
        out("cat /etc/sysconfig/clock"),
        "ZONE=Asia/Kathmandu\nUTC=true\nARC=false\n"
    );
}

#[test]
fn scripts_are_words_quotes_and_lists() {
    assert_eq!(out("echo 'a  b' \"c d\" e\\ f"), "a  b c d e f\n");
    assert_eq!(
        out("exec 'sh' '-c' 'hostname\n# done\necho '\\''x'\\'''"),
        "xen1\nx\n"
    );
    assert_eq!(xen1("false && echo no; echo yes").stdout, "yes\n");
    assert_eq!(xen1("false\nexit 3").status, 3);
}

#[test]
fn what_it_does_not_know_is_refused_before_anything_runs() {
    let ran = xen1("hostname; cat /etc/hostname | wc -l");
    assert_eq!(ran.stdout, "");
    assert_eq!(
        ran.stderr,
        "sh: -c: line 0: syntax error near unexpected token `|'\n"
    );
    assert_eq!(ran.status, 2);
    assert_eq!(
        xen1("frobnicate").stderr,
        "sh: frobnicate: command not found\n"
    );
    assert_eq!(xen1("frobnicate").status, 127);
    assert_eq!(xen1("echo 'x").status, 2);
}

#[test]
fn its_pings_go_through_the_world() {
    let ran = xen1("ping -c 2 172.16.40.254");
    assert_eq!(ran.status, 1);
    assert!(
        ran.stdout
            .contains("2 packets transmitted, 0 received, 100% packet loss")
    );
    let mut world = World::installed(1);
    // The switch's ports listen before they forward.
    world.advance_to(60_000);
    let near = run(&mut world, "xen1", "ping -c 1 172.16.40.14").stdout;
    assert!(
        near.contains("64 bytes from 172.16.40.14: icmp_seq=1"),
        "{near}"
    );
}

#[test]
fn only_root_with_the_password_of_the_installation_gets_in() {
    let mut world = World::installed(1);
    assert!(check_login(&world, "xen1", "root", PASSWORD));
    assert!(!check_login(&world, "xen1", "root", "password"));
    assert!(!check_login(&world, "xen1", "admin", PASSWORD));
    world.switch_off("xen1");
    assert!(!check_login(&world, "xen1", "root", PASSWORD));
}
