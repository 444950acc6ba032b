//! The first login with the factory's password.

use super::Bench;
use crate::lab::cimc::{self, Cli};
use crate::lab::world::World;

/// Somebody who has just come in to xen1's controller, which is as from the factory.
fn first_login() -> Bench {
    Bench {
        world: World::unpacked(1),
        server: "xen1",
        cli: Cli::forcing("C220", 1),
    }
}

fn lets_in(bench: &mut Bench, password: &str) -> bool {
    let login = format!("<aaaLogin inName='admin' inPassword='{password}'/>");
    cimc::answer(&mut bench.world, "xen1", &login).contains("outCookie")
}

#[test]
fn the_factory_password_is_changed_before_there_is_a_prompt() {
    let mut bench = first_login();
    assert!(lets_in(&mut bench, "password"), "the XML API takes it");
    assert_eq!(
        bench.cli.notice(),
        "The password is the factory's default password. It must be changed before anything \
         else.\n"
    );
    let screen = bench.types("password\nWorkshop-3650\nWorkshop-3650");
    assert_eq!(
        screen,
        "Enter current password: \nEnter new password: \nRe-enter new password: \nC220# "
    );
    assert!(lets_in(&mut bench, "Workshop-3650"));
    assert!(!lets_in(&mut bench, "password"));
    assert_eq!(bench.cli.notice(), "");
}

#[test]
fn a_password_that_is_refused_is_asked_for_again() {
    let mut bench = first_login();
    let screen = bench.types(
        "show chassis\nWorkshop-3650\npassword\npassword\nshort\nshort\n\
         more-than-twenty-letters\nmore-than-twenty-letters\n\
         Workshop-3650\nWorkshop-3651",
    );
    assert_eq!(
        screen,
        "\
Enter current password: 
Error: The current password is not correct.
Enter current password: 
Error: The current password is not correct.
Enter current password: 
Enter new password: 
Error: The new password must not be the default password.
Enter new password: 
Re-enter new password: 
Error: Operation failed. Password must be between 8 and 20 characters
Enter new password: 
Re-enter new password: 
Error: Operation failed. Password must be between 8 and 20 characters
Enter new password: 
Re-enter new password: 
Error: Passwords do not match.
Enter new password: "
    );
    assert!(lets_in(&mut bench, "password"), "nothing has changed");
    let screen = bench.types("Workshop-3650\nWorkshop-3650");
    assert!(screen.ends_with("\nC220# "), "{screen}");
    assert!(lets_in(&mut bench, "Workshop-3650"));
}

#[test]
fn who_interrupts_is_out() {
    let mut bench = first_login();
    bench.types("password\nWorkshop-3650");
    assert!(bench.cli.interrupt());
    assert!(lets_in(&mut bench, "password"));

    let mut bench = Bench::new();
    bench.types("scope user 1\nset password\nAnother-3650");
    assert!(
        !bench.cli.interrupt(),
        "a password that nobody has to change"
    );
    assert!(bench.cli.prompt().ends_with("/user # "));
}

#[test]
fn only_the_user_from_the_factory_has_its_password() {
    let mut world = World::unpacked(1);
    let controller = &mut world.machine_mut("xen1").expect("xen1").controller;
    assert!(controller.has_factory_password(1));
    let mut second = controller.users[&1].clone();
    "operator".clone_into(&mut second.name);
    controller.users.insert(2, second);
    assert!(!controller.has_factory_password(2));
    assert!(!controller.has_factory_password(3));
}
