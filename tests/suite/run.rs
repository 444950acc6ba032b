//! The first day with the program: run the chapters, run them again, take them back.

use camino::Utf8Path;
use jiff::Timestamp;
use runsheet::event::Event;
use runsheet::lab::Lab;
use runsheet::lab::world::World;
use runsheet::wire::Clock;
use snapbox::{assert_data_eq, str};

use super::desk::Desk;

/// What the lab in the desk's folder holds.
pub(crate) fn world(desk: &Desk) -> World {
    let dir = desk.path(".runsheet/lab");
    let dir = Utf8Path::from_path(&dir).expect("the path is UTF-8");
    let paused: fn(Timestamp) -> Clock = Clock::paused;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async { Lab::open(dir, 1, paused).expect("the lab opens").world() })
}

#[test]
fn the_chapters_run_run_again_and_are_taken_back() {
    let desk = Desk::with_runbooks();
    desk.call("run runbooks")
        .success()
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
Reach the servers' management controllers
      passed  Give each CIMC an address
      passed  Replace the factory password [storage-cimc-factory]
      passed  Replace the factory password [xen1-cimc-factory]
      passed  Replace the factory password [xen2-cimc-factory]

Make the servers' RAID volumes
      passed  Switch the servers on [storage-cimc]
      passed  Switch the servers on [xen1-cimc]
      passed  Switch the servers on [xen2-cimc]
     already  Clear what other controllers left [xen1-cimc]
     already  Clear what other controllers left [xen2-cimc]
      passed  Clear what other controllers left [storage-cimc]
      passed  Mirror xen1's disks
      passed  Mirror xen2's disks
      passed  Join the storage server's disks
      passed  Boot from the volumes [storage-cimc]
      passed  Boot from the volumes [xen1-cimc]
      passed  Boot from the volumes [xen2-cimc]

Stack the two switches
      passed  Make switch 1 the leader
      passed  Number the second switch 2
      passed  Join switch 2 to switch 1
      passed  Give the stack a name, a user and an address
      passed  Turn on SSH
      passed  Turn on the safety net
      passed  Save the stack's configuration

Four networks and a router
      passed  Keep the saved configuration
      passed  Create the VLANs
      passed  Let large frames through
      passed  Give each VLAN a gateway
      passed  Route between them
      passed  Put the servers into the management VLAN
      passed  Save the networks

Install XenServer on three servers
      passed  Boot the volume, and the drive only when asked [storage-cimc]
      passed  Boot the volume, and the drive only when asked [xen1-cimc]
      passed  Boot the volume, and the drive only when asked [xen2-cimc]
      passed  Allow images to be mapped [storage-cimc]
      passed  Allow images to be mapped [xen1-cimc]
      passed  Allow images to be mapped [xen2-cimc]
      passed  Put the installer into xen1's drive
      passed  Have xen1 boot it once
      passed  Restart xen1
      passed  Install xen1
      passed  Put the installer into xen2's drive
      passed  Have xen2 boot it once
      passed  Restart xen2
      passed  Install xen2
      passed  Put the installer into storage's drive
      passed  Have storage boot it once
      passed  Restart storage
      passed  Install storage
      passed  Take the installer out of the drives [storage-cimc]
      passed  Take the installer out of the drives [xen1-cimc]
      passed  Take the installer out of the drives [xen2-cimc]

Aggregate each server's uplinks
      passed  Keep the configuration with the networks
      passed  Bundle xen1's two ports
      passed  Bundle xen2's two ports
      passed  Bundle the storage server's two ports
      passed  Label the ports
      passed  Save the port-channels

Join the two hosts in a pool
      passed  Name the pool
      passed  Join xen2

Bonds and networks of the pool
      passed  Make the network of the bonds
      passed  Bond xen1's two cards
      passed  Bond xen2's two cards
      passed  Name the networks [XenMotion]
      passed  Name the networks [Storage]
      passed  Name the networks [Data]
      passed  Put a VLAN behind each network [XenMotion]
      passed  Put a VLAN behind each network [Storage]
      passed  Put a VLAN behind each network [Data]
      passed  Give the hosts addresses [xen1 in XenMotion]
      passed  Give the hosts addresses [xen1 in Storage]
      passed  Give the hosts addresses [xen2 in XenMotion]
      passed  Give the hosts addresses [xen2 in Storage]

done: 72 steps: 70 passed, 2 already
run: .runsheet/runs/lab-1-0001

"#]]);

    desk.call("run runbooks")
        .success()
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
Reach the servers' management controllers
     already  Give each CIMC an address
     already  Replace the factory password [storage-cimc-factory]
     already  Replace the factory password [xen1-cimc-factory]
     already  Replace the factory password [xen2-cimc-factory]

Make the servers' RAID volumes
     already  Switch the servers on [storage-cimc]
     already  Switch the servers on [xen1-cimc]
     already  Switch the servers on [xen2-cimc]
     already  Clear what other controllers left [storage-cimc]
     already  Clear what other controllers left [xen1-cimc]
     already  Clear what other controllers left [xen2-cimc]
     already  Mirror xen1's disks
     already  Mirror xen2's disks
     already  Join the storage server's disks
     already  Boot from the volumes [storage-cimc]
     already  Boot from the volumes [xen1-cimc]
     already  Boot from the volumes [xen2-cimc]

Stack the two switches
     already  Make switch 1 the leader  (`join-switch-2-to-switch-1` holds)
     already  Number the second switch 2  (`join-switch-2-to-switch-1` holds)
     already  Join switch 2 to switch 1
     already  Give the stack a name, a user and an address
     already  Turn on SSH
     already  Turn on the safety net
     already  Save the stack's configuration

Four networks and a router
     already  Keep the saved configuration
     already  Create the VLANs
     already  Let large frames through
     already  Give each VLAN a gateway
     already  Route between them
     already  Put the servers into the management VLAN
     already  Save the networks

Install XenServer on three servers
     already  Boot the volume, and the drive only when asked [storage-cimc]
     already  Boot the volume, and the drive only when asked [xen1-cimc]
     already  Boot the volume, and the drive only when asked [xen2-cimc]
     already  Allow images to be mapped [storage-cimc]
     already  Allow images to be mapped [xen1-cimc]
     already  Allow images to be mapped [xen2-cimc]
     already  Put the installer into xen1's drive  (`install-xen1` holds)
     already  Have xen1 boot it once  (`install-xen1` holds)
     already  Restart xen1  (`install-xen1` holds)
     already  Install xen1
     already  Put the installer into xen2's drive  (`install-xen2` holds)
     already  Have xen2 boot it once  (`install-xen2` holds)
     already  Restart xen2  (`install-xen2` holds)
     already  Install xen2
     already  Put the installer into storage's drive  (`install-storage` holds)
     already  Have storage boot it once  (`install-storage` holds)
     already  Restart storage  (`install-storage` holds)
     already  Install storage
     already  Take the installer out of the drives [storage-cimc]
     already  Take the installer out of the drives [xen1-cimc]
     already  Take the installer out of the drives [xen2-cimc]

Aggregate each server's uplinks
     already  Keep the configuration with the networks
     already  Bundle xen1's two ports
     already  Bundle xen2's two ports
     already  Bundle the storage server's two ports
     already  Label the ports
     already  Save the port-channels

Join the two hosts in a pool
     already  Name the pool
     already  Join xen2

Bonds and networks of the pool
     already  Make the network of the bonds
     already  Bond xen1's two cards
     already  Bond xen2's two cards
     already  Name the networks [XenMotion]
     already  Name the networks [Storage]
     already  Name the networks [Data]
     already  Put a VLAN behind each network [XenMotion]
     already  Put a VLAN behind each network [Storage]
     already  Put a VLAN behind each network [Data]
     already  Give the hosts addresses [xen1 in XenMotion]
     already  Give the hosts addresses [xen1 in Storage]
     already  Give the hosts addresses [xen2 in XenMotion]
     already  Give the hosts addresses [xen2 in Storage]

done: 72 steps: 72 already
run: .runsheet/runs/lab-1-0002

"#]]);

    desk.call("undo lab-1-0002")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: run lab-1-0002 sent nothing: there is nothing to take back

"#]]);

    desk.call("undo lab-1-0001")
        .code(3)
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
Taking back run lab-1-0001
70 steps are as the run left them
Install XenServer on three servers
     no undo  Install storage  (what was on the volume is gone)
     no undo  Install xen2  (what was on the volume is gone)
     no undo  Install xen1  (what was on the volume is gone)

Make the servers' RAID volumes
     no undo  Clear what other controllers left [storage-cimc]  (a foreign configuration that was cleared is gone)

stuck: 4 steps can't be taken back; nothing was sent; `undo lab-1-0001 --yes` keeps them and takes back the others, `undo lab-1-0001 --to STEP` only what came after
run: .runsheet/runs/lab-1-0003
go on: runsheet resume lab-1-0003
       on a terminal, where it asks

"#]]);
    desk.call("undo lab-1-0001 --yes")
        .success()
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
Taking back run lab-1-0001
70 steps are as the run left them
Install XenServer on three servers
     no undo  Install storage  (what was on the volume is gone)
     no undo  Install xen2  (what was on the volume is gone)
     no undo  Install xen1  (what was on the volume is gone)

Make the servers' RAID volumes
     no undo  Clear what other controllers left [storage-cimc]  (a foreign configuration that was cleared is gone)

Bonds and networks of the pool
      undone  Give the hosts addresses [xen2 in Storage]
      undone  Give the hosts addresses [xen2 in XenMotion]
      undone  Give the hosts addresses [xen1 in Storage]
      undone  Give the hosts addresses [xen1 in XenMotion]
      undone  Put a VLAN behind each network [Data]
      undone  Put a VLAN behind each network [Storage]
      undone  Put a VLAN behind each network [XenMotion]
      undone  Name the networks [Data]
      undone  Name the networks [Storage]
      undone  Name the networks [XenMotion]
      undone  Bond xen2's two cards
      undone  Bond xen1's two cards
      undone  Make the network of the bonds

Join the two hosts in a pool
      undone  Join xen2
      undone  Name the pool

Aggregate each server's uplinks
      undone  Save the port-channels
      undone  Label the ports
      undone  Bundle the storage server's two ports
      undone  Bundle xen2's two ports
      undone  Bundle xen1's two ports
      undone  Keep the configuration with the networks

Install XenServer on three servers
      undone  Take the installer out of the drives [xen2-cimc]
      undone  Take the installer out of the drives [xen1-cimc]
      undone  Take the installer out of the drives [storage-cimc]
        kept  Install storage  (what was on the volume is gone)
      undone  Restart storage  (nothing to take back: a restart leaves nothing behind)
      undone  Have storage boot it once
      undone  Put the installer into storage's drive
        kept  Install xen2  (what was on the volume is gone)
      undone  Restart xen2  (nothing to take back: a restart leaves nothing behind)
      undone  Have xen2 boot it once
      undone  Put the installer into xen2's drive
        kept  Install xen1  (what was on the volume is gone)
      undone  Restart xen1  (nothing to take back: a restart leaves nothing behind)
      undone  Have xen1 boot it once
      undone  Put the installer into xen1's drive
      undone  Allow images to be mapped [xen2-cimc]
      undone  Allow images to be mapped [xen1-cimc]
      undone  Allow images to be mapped [storage-cimc]
      undone  Boot the volume, and the drive only when asked [xen2-cimc]
      undone  Boot the volume, and the drive only when asked [xen1-cimc]
      undone  Boot the volume, and the drive only when asked [storage-cimc]

Four networks and a router
      undone  Save the networks
      undone  Put the servers into the management VLAN
      undone  Route between them
      undone  Give each VLAN a gateway
      undone  Let large frames through
      undone  Create the VLANs
      undone  Keep the saved configuration

Stack the two switches
      undone  Save the stack's configuration
      undone  Turn on the safety net
      undone  Turn on SSH
      undone  Give the stack a name, a user and an address
      undone  Join switch 2 to switch 1
      undone  Number the second switch 2
      undone  Make switch 1 the leader

Make the servers' RAID volumes
      undone  Boot from the volumes [xen2-cimc]
      undone  Boot from the volumes [xen1-cimc]
      undone  Boot from the volumes [storage-cimc]
      undone  Join the storage server's disks
      undone  Mirror xen2's disks
      undone  Mirror xen1's disks
        kept  Clear what other controllers left [storage-cimc]  (a foreign configuration that was cleared is gone)
      undone  Switch the servers on [xen2-cimc]
      undone  Switch the servers on [xen1-cimc]
      undone  Switch the servers on [storage-cimc]

Reach the servers' management controllers
      undone  Replace the factory password [xen2-cimc-factory]
      undone  Replace the factory password [xen1-cimc-factory]
      undone  Replace the factory password [storage-cimc-factory]
      undone  Give each CIMC an address

done: 66 steps taken back, 4 kept
run: .runsheet/runs/lab-1-0004

"#]]);

    // As on the first morning, but for what can't be brought back.
    desk.call("lab diff")
        .success()
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
servers.storage.machine.disks.1.state: "Foreign" -> "Good"
servers.storage.machine.disks.2.state: "Foreign" -> "Good"
servers.storage.machine.disks.3.state: "Foreign" -> "Good"
servers.storage.machine.disks.4.state: "Foreign" -> "Good"

"#]]);

    desk.call("show").success().stdout_eq(str![[r#"
lab-1-0001  2026-01-05T09:00:00Z  done         cimc, raid, switch-stack, vlans, install-xenserver, link-aggregation, pool, pool-networks  72 steps: 70 passed, 2 already  taken back by lab-1-0004
lab-1-0002  [..]  done         cimc, raid, switch-stack, vlans, install-xenserver, link-aggregation, pool, pool-networks  72 steps: 72 already
lab-1-0003  [..]  stuck        undo of lab-1-0001  4 steps can't be taken back; nothing was sent; `undo lab-1-0001 --yes` keeps them and takes back the others, `undo lab-1-0001 --to STEP` only what came after
lab-1-0004  [..]  done         undo of lab-1-0001  66 steps taken back, 4 kept

"#]]);
}

#[test]
fn a_run_is_shown_again_in_the_words_it_was_shown_with() {
    let desk = Desk::with_runbooks();
    let live = desk.said("run runbooks/04-switch-stack.md");
    let (live, record) = live.rsplit_once("run: ").expect("the run names its folder");
    assert_eq!(record, ".runsheet/runs/lab-1-0001\n");
    assert_data_eq!(desk.said("show lab-1-0001"), live.to_owned());
}

#[test]
fn every_line_of_json_is_an_event() {
    let desk = Desk::with_runbooks();
    let printed = desk.said("run --json runbooks/04-switch-stack.md");
    let events: Vec<Event> = printed
        .lines()
        .map(|line| serde_json::from_str(line).expect("the line is an event"))
        .collect();
    assert!(matches!(events.first(), Some(Event::RunStarted { .. })));
    assert!(matches!(events.last(), Some(Event::RunEnded { .. })));
    let kept = events.iter().filter(|event| !event.is_live_only());
    let shown = desk.said("show --json lab-1-0001");
    assert!(
        shown.lines().count() == kept.count(),
        "and all but the live ones are kept"
    );
    assert!(shown.lines().all(|line| printed.contains(line)));
}

#[test]
fn a_chapter_without_what_it_needs_stops_and_names_it() {
    let desk = Desk::with_runbooks();
    desk.call("run runbooks/06-link-aggregation.md")
        .code(1)
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
failed: `cimc` must be done first; --needs does that. `cimc#give-each-cimc-an-address` does not hold now: `storage-redfish` is not there: connect to `storage-redfish` (192.168.1.23:443): no answer within 30 s
run: .runsheet/runs/lab-1-0001

"#]]);
    desk.call("run --needs runbooks/05-vlans.md")
        .success()
        .stdout_eq(str![[r#"
Reach the servers' management controllers
      passed  Give each CIMC an address
      passed  Replace the factory password [storage-cimc-factory]
      passed  Replace the factory password [xen1-cimc-factory]
      passed  Replace the factory password [xen2-cimc-factory]

Stack the two switches
      passed  Make switch 1 the leader
      passed  Number the second switch 2
      passed  Join switch 2 to switch 1
      passed  Give the stack a name, a user and an address
      passed  Turn on SSH
      passed  Turn on the safety net
      passed  Save the stack's configuration

Four networks and a router
      passed  Keep the saved configuration
      passed  Create the VLANs
      passed  Let large frames through
      passed  Give each VLAN a gateway
      passed  Route between them
      passed  Put the servers into the management VLAN
      passed  Save the networks

done: 18 steps: 18 passed
run: .runsheet/runs/lab-1-0002

"#]]);
}

#[test]
fn parts_of_a_run_are_deviations() {
    let desk = Desk::with_runbooks();
    desk.call("run runbooks --until turn-on-ssh")
        .success()
        .stdout_eq(str![[r#"
deviation: until the step `turn-on-ssh`
Reach the servers' management controllers
      passed  Give each CIMC an address
      passed  Replace the factory password [storage-cimc-factory]
      passed  Replace the factory password [xen1-cimc-factory]
      passed  Replace the factory password [xen2-cimc-factory]

Make the servers' RAID volumes
      passed  Switch the servers on [storage-cimc]
      passed  Switch the servers on [xen1-cimc]
      passed  Switch the servers on [xen2-cimc]
     already  Clear what other controllers left [xen1-cimc]
     already  Clear what other controllers left [xen2-cimc]
      passed  Clear what other controllers left [storage-cimc]
      passed  Mirror xen1's disks
      passed  Mirror xen2's disks
      passed  Join the storage server's disks
      passed  Boot from the volumes [storage-cimc]
      passed  Boot from the volumes [xen1-cimc]
      passed  Boot from the volumes [xen2-cimc]

Stack the two switches
      passed  Make switch 1 the leader
      passed  Number the second switch 2
      passed  Join switch 2 to switch 1
      passed  Give the stack a name, a user and an address
      passed  Turn on SSH

done: 21 steps: 19 passed, 2 already
run: .runsheet/runs/lab-1-0001

"#]]);
    desk.call("run runbooks/04-switch-stack.md --from turn-on-the-safety-net")
        .success()
        .stdout_eq(str![[r#"
deviation: from the step `turn-on-the-safety-net` on
Stack the two switches
      passed  Turn on the safety net
      passed  Save the stack's configuration

done: 2 steps: 2 passed
run: .runsheet/runs/lab-1-0002

"#]]);
    desk.call("run runbooks/05-vlans.md#create-the-vlans")
        .success()
        .stdout_eq(str![[r#"
deviation: only the step `create-the-vlans`
Four networks and a router
      passed  Create the VLANs

done: 1 step: 1 passed
run: .runsheet/runs/lab-1-0003

"#]]);
    desk.call("run runbooks/05-vlans.md#create-the-vlan")
        .code(2)
        .stderr_eq(str![[r#"
error: there is no step `create-the-vlan`; did you mean `create-the-vlans`?

"#]])
        .stdout_eq(str![""]);
    desk.call("run runbooks --until make-coffee")
        .code(2)
        .stderr_eq(str![[r#"
error: there is no step `make-coffee`

"#]])
        .stdout_eq(str![""]);
    desk.call("run runbooks --limit xen9")
        .code(2)
        .stderr_eq(str![[r#"
error: no step is for `xen9`, so there is nothing to limit to it

"#]])
        .stdout_eq(str![""]);
}

#[test]
fn a_plan_says_what_would_be_done_already() {
    let desk = Desk::with_runbooks();
    desk.call("plan --check runbooks").success().stderr_eq(str![""]).stdout_eq(str![[r#"
     to do  Give each CIMC an address  cimc#give-each-cimc-an-address
can't tell  Replace the factory password  cimc#replace-the-factory-password@storage-cimc-factory
              connect to `storage-cimc-factory` (192.168.1.23:443): no answer within 30 s
can't tell  Replace the factory password  cimc#replace-the-factory-password@xen1-cimc-factory
              connect to `xen1-cimc-factory` (192.168.1.21:443): no answer within 30 s
can't tell  Replace the factory password  cimc#replace-the-factory-password@xen2-cimc-factory
              connect to `xen2-cimc-factory` (192.168.1.22:443): no answer within 30 s
can't tell  Switch the servers on  raid#switch-the-servers-on@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Switch the servers on  raid#switch-the-servers-on@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Switch the servers on  raid#switch-the-servers-on@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Clear what other controllers left  raid#clear-what-other-controllers-left@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Clear what other controllers left  raid#clear-what-other-controllers-left@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Clear what other controllers left  raid#clear-what-other-controllers-left@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Mirror xen1's disks  raid#mirror-xen1s-disks
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Mirror xen2's disks  raid#mirror-xen2s-disks
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Join the storage server's disks  raid#join-the-storage-servers-disks
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Boot from the volumes  raid#boot-from-the-volumes@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Boot from the volumes  raid#boot-from-the-volumes@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Boot from the volumes  raid#boot-from-the-volumes@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
     to do  Make switch 1 the leader  switch-stack#make-switch-1-the-leader
     to do  Number the second switch 2  switch-stack#number-the-second-switch-2
     to do  Join switch 2 to switch 1  switch-stack#join-switch-2-to-switch-1
     to do  Give the stack a name, a user and an address  switch-stack#give-the-stack-a-name-a-user-and-an-address
     to do  Turn on SSH  switch-stack#turn-on-ssh
     to do  Turn on the safety net  switch-stack#turn-on-the-safety-net
     to do  Save the stack's configuration  switch-stack#save-the-stacks-configuration
can't tell  Keep the saved configuration  vlans#keep-the-saved-configuration
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Create the VLANs  vlans#create-the-vlans
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Let large frames through  vlans#let-large-frames-through
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Give each VLAN a gateway  vlans#give-each-vlan-a-gateway
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Route between them  vlans#route-between-them
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Put the servers into the management VLAN  vlans#put-the-servers-into-the-management-vlan
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Save the networks  vlans#save-the-networks
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Boot the volume, and the drive only when asked  install-xenserver#boot-the-volume-and-the-drive-only-when-asked@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Boot the volume, and the drive only when asked  install-xenserver#boot-the-volume-and-the-drive-only-when-asked@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Boot the volume, and the drive only when asked  install-xenserver#boot-the-volume-and-the-drive-only-when-asked@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Allow images to be mapped  install-xenserver#allow-images-to-be-mapped@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Allow images to be mapped  install-xenserver#allow-images-to-be-mapped@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Allow images to be mapped  install-xenserver#allow-images-to-be-mapped@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Put the installer into xen1's drive  install-xenserver#put-the-installer-into-xen1s-drive
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Have xen1 boot it once  install-xenserver#have-xen1-boot-it-once
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Restart xen1  install-xenserver#restart-xen1
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
     to do  Install xen1  install-xenserver#install-xen1
can't tell  Put the installer into xen2's drive  install-xenserver#put-the-installer-into-xen2s-drive
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Have xen2 boot it once  install-xenserver#have-xen2-boot-it-once
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Restart xen2  install-xenserver#restart-xen2
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
     to do  Install xen2  install-xenserver#install-xen2
can't tell  Put the installer into storage's drive  install-xenserver#put-the-installer-into-storages-drive
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Have storage boot it once  install-xenserver#have-storage-boot-it-once
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Restart storage  install-xenserver#restart-storage
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
     to do  Install storage  install-xenserver#install-storage
can't tell  Take the installer out of the drives  install-xenserver#take-the-installer-out-of-the-drives@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Take the installer out of the drives  install-xenserver#take-the-installer-out-of-the-drives@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Take the installer out of the drives  install-xenserver#take-the-installer-out-of-the-drives@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Keep the configuration with the networks  link-aggregation#keep-the-configuration-with-the-networks
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Bundle xen1's two ports  link-aggregation#bundle-xen1s-two-ports
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Bundle xen2's two ports  link-aggregation#bundle-xen2s-two-ports
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Bundle the storage server's two ports  link-aggregation#bundle-the-storage-servers-two-ports
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Label the ports  link-aggregation#label-the-ports
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Save the port-channels  link-aggregation#save-the-port-channels
              connect to `stack` (192.168.1.254:22): no answer within 30 s
can't tell  Name the pool  pool#name-the-pool
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
     to do  Join xen2  pool#join-xen2
can't tell  Make the network of the bonds  pool-networks#make-the-network-of-the-bonds
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Bond xen1's two cards  pool-networks#bond-xen1s-two-cards
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Bond xen2's two cards  pool-networks#bond-xen2s-two-cards
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Name the networks  pool-networks#name-the-networks@XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Name the networks  pool-networks#name-the-networks@Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Name the networks  pool-networks#name-the-networks@Data
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Put a VLAN behind each network  pool-networks#put-a-vlan-behind-each-network@XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Put a VLAN behind each network  pool-networks#put-a-vlan-behind-each-network@Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Put a VLAN behind each network  pool-networks#put-a-vlan-behind-each-network@Data
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen1 in XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen1 in Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen2 in XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen2 in Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s

"#]]);
    desk.call("run runbooks/04-switch-stack.md").success();
    desk.call("plan --check runbooks").success().stderr_eq(str![""]).stdout_eq(str![[r#"
     to do  Give each CIMC an address  cimc#give-each-cimc-an-address
can't tell  Replace the factory password  cimc#replace-the-factory-password@storage-cimc-factory
              connect to `storage-cimc-factory` (192.168.1.23:443): no answer within 30 s
can't tell  Replace the factory password  cimc#replace-the-factory-password@xen1-cimc-factory
              connect to `xen1-cimc-factory` (192.168.1.21:443): no answer within 30 s
can't tell  Replace the factory password  cimc#replace-the-factory-password@xen2-cimc-factory
              connect to `xen2-cimc-factory` (192.168.1.22:443): no answer within 30 s
can't tell  Switch the servers on  raid#switch-the-servers-on@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Switch the servers on  raid#switch-the-servers-on@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Switch the servers on  raid#switch-the-servers-on@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Clear what other controllers left  raid#clear-what-other-controllers-left@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Clear what other controllers left  raid#clear-what-other-controllers-left@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Clear what other controllers left  raid#clear-what-other-controllers-left@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Mirror xen1's disks  raid#mirror-xen1s-disks
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Mirror xen2's disks  raid#mirror-xen2s-disks
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Join the storage server's disks  raid#join-the-storage-servers-disks
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Boot from the volumes  raid#boot-from-the-volumes@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Boot from the volumes  raid#boot-from-the-volumes@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Boot from the volumes  raid#boot-from-the-volumes@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
   already  Make switch 1 the leader  switch-stack#make-switch-1-the-leader
              `join-switch-2-to-switch-1` holds
   already  Number the second switch 2  switch-stack#number-the-second-switch-2
              `join-switch-2-to-switch-1` holds
   already  Join switch 2 to switch 1  switch-stack#join-switch-2-to-switch-1
   already  Give the stack a name, a user and an address  switch-stack#give-the-stack-a-name-a-user-and-an-address
   already  Turn on SSH  switch-stack#turn-on-ssh
   already  Turn on the safety net  switch-stack#turn-on-the-safety-net
   already  Save the stack's configuration  switch-stack#save-the-stacks-configuration
     to do  Keep the saved configuration  vlans#keep-the-saved-configuration
     to do  Create the VLANs  vlans#create-the-vlans
     to do  Let large frames through  vlans#let-large-frames-through
     to do  Give each VLAN a gateway  vlans#give-each-vlan-a-gateway
     to do  Route between them  vlans#route-between-them
     to do  Put the servers into the management VLAN  vlans#put-the-servers-into-the-management-vlan
     to do  Save the networks  vlans#save-the-networks
can't tell  Boot the volume, and the drive only when asked  install-xenserver#boot-the-volume-and-the-drive-only-when-asked@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Boot the volume, and the drive only when asked  install-xenserver#boot-the-volume-and-the-drive-only-when-asked@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Boot the volume, and the drive only when asked  install-xenserver#boot-the-volume-and-the-drive-only-when-asked@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Allow images to be mapped  install-xenserver#allow-images-to-be-mapped@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Allow images to be mapped  install-xenserver#allow-images-to-be-mapped@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Allow images to be mapped  install-xenserver#allow-images-to-be-mapped@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Put the installer into xen1's drive  install-xenserver#put-the-installer-into-xen1s-drive
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Have xen1 boot it once  install-xenserver#have-xen1-boot-it-once
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Restart xen1  install-xenserver#restart-xen1
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
     to do  Install xen1  install-xenserver#install-xen1
can't tell  Put the installer into xen2's drive  install-xenserver#put-the-installer-into-xen2s-drive
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Have xen2 boot it once  install-xenserver#have-xen2-boot-it-once
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
can't tell  Restart xen2  install-xenserver#restart-xen2
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
     to do  Install xen2  install-xenserver#install-xen2
can't tell  Put the installer into storage's drive  install-xenserver#put-the-installer-into-storages-drive
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Have storage boot it once  install-xenserver#have-storage-boot-it-once
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Restart storage  install-xenserver#restart-storage
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
     to do  Install storage  install-xenserver#install-storage
can't tell  Take the installer out of the drives  install-xenserver#take-the-installer-out-of-the-drives@storage-cimc
              connect to `storage-cimc` (192.168.1.23:443): no answer within 30 s
can't tell  Take the installer out of the drives  install-xenserver#take-the-installer-out-of-the-drives@xen1-cimc
              connect to `xen1-cimc` (192.168.1.21:443): no answer within 30 s
can't tell  Take the installer out of the drives  install-xenserver#take-the-installer-out-of-the-drives@xen2-cimc
              connect to `xen2-cimc` (192.168.1.22:443): no answer within 30 s
     to do  Keep the configuration with the networks  link-aggregation#keep-the-configuration-with-the-networks
     to do  Bundle xen1's two ports  link-aggregation#bundle-xen1s-two-ports
     to do  Bundle xen2's two ports  link-aggregation#bundle-xen2s-two-ports
     to do  Bundle the storage server's two ports  link-aggregation#bundle-the-storage-servers-two-ports
     to do  Label the ports  link-aggregation#label-the-ports
     to do  Save the port-channels  link-aggregation#save-the-port-channels
can't tell  Name the pool  pool#name-the-pool
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
     to do  Join xen2  pool#join-xen2
can't tell  Make the network of the bonds  pool-networks#make-the-network-of-the-bonds
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Bond xen1's two cards  pool-networks#bond-xen1s-two-cards
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Bond xen2's two cards  pool-networks#bond-xen2s-two-cards
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Name the networks  pool-networks#name-the-networks@XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Name the networks  pool-networks#name-the-networks@Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Name the networks  pool-networks#name-the-networks@Data
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Put a VLAN behind each network  pool-networks#put-a-vlan-behind-each-network@XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Put a VLAN behind each network  pool-networks#put-a-vlan-behind-each-network@Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Put a VLAN behind each network  pool-networks#put-a-vlan-behind-each-network@Data
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen1 in XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen1 in Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen2 in XenMotion
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s
can't tell  Give the hosts addresses  pool-networks#give-the-hosts-addresses@xen2 in Storage
              connect to `xen1-xapi` (172.16.40.13:443): no answer within 30 s

"#]]);
    desk.call("plan runbooks/05-vlans.md#create-the-vlans")
        .success()
        .stdout_eq(str![[r#"
deviation: only the step `create-the-vlans`
Four networks and a router (runbooks/05-vlans.md, 1 step)

  Create the VLANs  #create-the-vlans
    run on stack, ios:
      + configure terminal
      | vlan 5
      |  name Management-VLAN
      | vlan 10
      |  name XenMotion-VLAN
      | vlan 20
      |  name Storage-VLAN
      | vlan 30
      |  name Data-VLAN
      + end
    check on stack, ios:
      | show vlan brief
      = 5 Management-VLAN active[..]
      = ...
      = 10 XenMotion-VLAN active[..]
      = ...
      = 20 Storage-VLAN active[..]
      = ...
      = 30 Data-VLAN active[..]
    undo on stack, ios:
      + configure terminal
      | no vlan 30
      | no vlan 20
      | no vlan 10
      | no vlan 5
      + end
    check after undo on stack, ios:
      | show vlan brief
      ? stdout is not matching("(?m)^(5|10|20|30)//s")

Needed: 01-cimc.md (SHA-256 fb2b56ba28be369a5e4ba8e93359095ac239fc500f5c30fb93df5c29b5aeb04a, looked at only)

  Give each CIMC an address  #give-each-cimc-an-address
    check on storage-redfish, xen1-redfish, xen2-redfish, http (within 180s, not there counts as not done):
      | GET /redfish/v1/
      ? json.Name == "Cisco RESTful Root Service"

  Replace the factory password  #replace-the-factory-password
    check on storage-cimc-factory, xen1-cimc-factory, xen2-cimc-factory, cimc (the login must be refused):
      | <configResolveDn dn="sys/user-ext/user-1"/>
    check on storage-cimc, xen1-cimc, xen2-cimc, cimc:
      | <configResolveDn dn="sys/user-ext/user-1"/>
      ? xml.configResolveDn.outConfig.aaaUser["@name"] == "admin"
      ? xml.configResolveDn.outConfig.aaaUser["@accountStatus"] == "active"

Needed: 04-switch-stack.md (SHA-256 4ab739911feec819b65457bd2584273345b403b85d6551a47060e7564275dc66, looked at only)

  Make switch 1 the leader  #make-switch-1-the-leader  (only serves `join-switch-2-to-switch-1`)
    read on sw1-console, ios:
      | show version
      = System Serial Number : <sw1_serial:word>
      = ...
      = * [..] WS-C3650-24TS <version:word> [..]
    check on sw1-console, ios:
      | show switch
      = *1 Active [..] 15 [..] Ready

  Number the second switch 2  #number-the-second-switch-2  (only serves `join-switch-2-to-switch-1`)
    check on sw2-console, ios (within 900s, every 10s):
      | show version
      = [..]2 [..] WS-C3650-24TS {{ version }} [..]

  Join switch 2 to switch 1  #join-switch-2-to-switch-1
    check on sw1-console, ios (within 900s, every 10s):
      | show switch
      = *1 Active [..] 15 [..] Ready
      =  2 Standby [..] Ready
    check on sw1-console, ios (within 120s):
      | show switch stack-ports
      = 1 OK OK
      = 2 OK OK
    check on sw1-console, ios (within 120s):
      | show switch stack-ring speed
      = Stack Ring Configuration: Full

  Give the stack a name, a user and an address  #give-the-stack-a-name-a-user-and-an-address
    check on sw1-console, ios:
      | show running-config
      ? "hostname Cisco-Stack" in lines
      ? "no ip domain lookup" in lines or "no ip domain-lookup" in lines
      ? "ip domain name workshop.example" in lines or "ip domain-name workshop.example" in lines
      ? stdout is matching("(?m)^enable secret ")
      ? stdout is matching("(?m)^username admin privilege 15 secret ")
    check on sw1-console, ios:
      | show running-config | section ^line
      = line con 0
      =  logging synchronous
      =  login local
      = ...
      = line vty 0 4
      =  login local
      =  transport input ssh
      = line vty 5 15
      =  login local
      =  transport input ssh
    check on sw1-console, ios (within 60s):
      | show ip interface brief
      = Vlan1 192.168.1.254 YES [..] up up
    check on sw1-console, ios (within 60s):
      | ping 192.168.1.10
      ? stdout is matching("Success rate is (80|100) percent")

  Turn on SSH  #turn-on-ssh
    check on sw1-console, ios:
      | show ip ssh
      = SSH Enabled - version 2.0
    check on stack, ios (within 60s, not there counts as not done):
      | show privilege
      = Current privilege level is 15

  Turn on the safety net  #turn-on-the-safety-net
    check on stack, ios (not there counts as not done):
      | show running-config | section archive
      = archive
      =  path flash:archive

  Save the stack's configuration  #save-the-stacks-configuration
    check on stack, ios (not there counts as not done):
      | show startup-config
      ? "hostname Cisco-Stack" in lines
      ? " ip address 192.168.1.254 255.255.255.0" in lines
      ? "ip ssh version 2" in lines
      ? " path flash:archive" in lines
      ? stdout is matching("(?m)^username admin privilege 15 secret ")

Targets
  stack: ios, 192.168.1.254:22 as admin, password public, enable public
  storage-cimc: cimc, 192.168.1.23:443 as admin, password public
  storage-cimc-factory: cimc, 192.168.1.23:443 as admin, password public, device storage-cimc
  storage-redfish: http, 192.168.1.23:443 as admin, password public, device storage-cimc
  sw1-console: ios, console 192.168.1.20:7001 as console, password public, enable public, login admin with public, device sw1
  sw2-console: ios, console 192.168.1.20:7002 as console, password public, enable public, login admin with public, device sw2
  xen1-cimc: cimc, 192.168.1.21:443 as admin, password public
  xen1-cimc-factory: cimc, 192.168.1.21:443 as admin, password public, device xen1-cimc
  xen1-redfish: http, 192.168.1.21:443 as admin, password public, device xen1-cimc
  xen2-cimc: cimc, 192.168.1.22:443 as admin, password public
  xen2-cimc-factory: cimc, 192.168.1.22:443 as admin, password public, device xen2-cimc
  xen2-redfish: http, 192.168.1.22:443 as admin, password public, device xen2-cimc

"#]]);
}

#[test]
fn lint_has_nothing_to_say_of_our_own_runbooks() {
    let desk = Desk::with_runbooks();
    desk.call("lint runbooks")
        .success()
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
8 runbooks: nothing to complain about

"#]]);
}

#[test]
fn colours_are_for_those_who_want_them() {
    let desk = Desk::with_runbooks();
    let plain = "show lab-1-0001";
    desk.call("run runbooks/04-switch-stack.md").success();
    assert!(!desk.said(plain).contains('\x1b'), "a pipe gets no colours");
    assert!(desk.said("show lab-1-0001 --color always").contains('\x1b'));
    let asked = desk
        .runsheet("show lab-1-0001 --color always")
        .env("NO_COLOR", "1")
        .assert();
    let asked = asked.success().get_output().stdout.clone();
    assert!(
        asked.contains(&0x1b),
        "what was asked for in so many words weighs more"
    );
}

#[test]
fn shells_and_readers_are_served() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = desk.said(&format!("completions {shell}"));
        assert!(script.contains("on-failure"), "{shell} completes options");
    }
    assert!(desk.said("man").starts_with(".ie"), "roff");
    assert!(
        !desk.path(".runsheet").exists(),
        "and nothing is left behind"
    );
}

#[test]
fn a_wrong_word_is_a_usage_error() {
    let desk = Desk::new();
    desk.call("rum")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: unrecognized subcommand 'rum'

  tip: some similar subcommands exist: 'run', 'resume'

Usage: runsheet [OPTIONS] <COMMAND>

For more information, try '--help'.

"#]]);
    desk.call("show lab-1-0001")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: there is no run `lab-1-0001`
help: there are no runs in .runsheet/runs

"#]]);
    // Where nothing ran, every verb that is for a run says so.
    for verb in ["undo", "resume", "report", "seal --unsigned"] {
        desk.call(verb)
            .code(2)
            .stdout_eq(str![""])
            .stderr_eq(str![[r#"
error: there are no runs in .runsheet/runs yet
help: `runsheet run` makes one; those of another folder are found with --state

"#]]);
    }
    desk.call("undo lab-1-0001")
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: there is no run `lab-1-0001`
help: there are no runs in .runsheet/runs

"#]]);
    desk.call("show")
        .success()
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
warning: there is no .runsheet in this folder: nothing ran here, or the runs are elsewhere
help: name the folder that they are kept in with --state

"#]]);
    desk.call("show --state elsewhere")
        .code(3)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: failed to list the runs in elsewhere: there is no such folder
help: name the folder that the runs are kept in with --state

"#]]);
}
