//! `create-virtual-drive`, as it is typed.

use super::Bench;
use crate::lab::cimc;
use crate::lab::world::World;
use crate::lab::world::machine::{DiskState, Drive, RaidLevel};

/// Where volumes are made.
const ADAPTER: &str = "scope chassis\nscope storageadapter SLOT-HBA\n";
/// Answers up to the size, and then no more than the defaults.
const MIRROR: &str = "create-virtual-drive\n1\n1,2\nXS\n571250 MB\n\n\n\n\n\n\n";

/// A server whose host is on and through with its self-test, as it comes out of its box.
fn unpacked(server: &'static str) -> Bench {
    let mut world = World::unpacked(1);
    world
        .technician(&format!("power-on {server}"))
        .expect("an order that can be carried out");
    let mut bench = Bench::at(world, server);
    bench.wait(120);
    bench.types(ADAPTER);
    bench
}

fn drives(bench: &Bench) -> Vec<(u8, Drive)> {
    let machine = bench.world.machine(bench.server).expect("a server");
    let drives = machine.drives.iter();
    drives
        .map(|(number, drive)| (*number, drive.clone()))
        .collect()
}

#[test]
fn a_volume_is_made_question_by_question() {
    let mut bench = unpacked("xen1");
    let screen = bench.types("create-virtual-drive\n1\n1,2\nXS\n500 GB\n4\n\n1\n2\n\n\ny");
    assert_eq!(
        screen,
        "\
C220-FCH2017V24J /chassis/storageadapter # create-virtual-drive
Please enter RAID level
  0, 1, 5, 6, 10, 50, 60 --> 1
Please choose from the following 2 unused physical drives:
  ID  Size(MB)  Interface  Type
   1    571250  SAS        HDD
   2    571250  SAS        HDD
  Enter comma-separated PDs from above list--> 1,2
Please enter Virtual Drive name (15 characters maximum)--> XS
Please enter Virtual Drive size in MB, GB, or TB
  Example format: '400 GB' --> 500 GB
Optional attributes:

  stripsize: defaults to 64K Bytes
    0: 8K Bytes
    1: 16K Bytes
    2: 32K Bytes
    3: 64K Bytes
    4: 128K Bytes
    5: 256K Bytes
    6: 512K Bytes
    7: 1024K Bytes
  Choose number from above options or hit return to pick default--> 4
stripsize will be set to 128K Bytes

  Disk Cache Policy: defaults to Unchanged
    0: Unchanged
    1: Enabled
    2: Disabled
  Choose number from above options or hit return to pick default--> 
Disk Cache Policy will be set to Unchanged

  Read Policy: defaults to No Read Ahead
    0: No Read Ahead
    1: Always Read Ahead
  Choose number from above options or hit return to pick default--> 1
Read Policy will be set to Always Read Ahead

  Write Policy: defaults to Write Through
    0: Write Through
    1: Write Back Good BBU
    2: Always Write Back
  Choose number from above options or hit return to pick default--> 2
Write Policy will be set to Always Write Back

  IO Policy: defaults to Direct I/O
    0: Direct I/O
    1: Cached I/O
  Choose number from above options or hit return to pick default--> 
IO Policy will be set to Direct I/O

  Access Policy: defaults to Read Write
    0: Read Write
    1: Read Only
    2: Blocked
  Choose number from above options or hit return to pick default--> 
Access Policy will be set to Read Write

New virtual drive will have the following characteristics:
  - Spans: '[1,2]'
  - RAID level: '1'
  - Name: 'XS'
  - Size: 500 GB
  - stripsize: 128K Bytes
  - Disk Cache Policy: Unchanged
  - Read Policy: Always Read Ahead
  - Write Policy: Always Write Back
  - IO Policy: Direct I/O
  - Access Policy: Read Write

OK? (y or n)--> y
C220-FCH2017V24J /chassis/storageadapter # "
    );
    let made = Drive {
        name: "XS".to_owned(),
        level: RaidLevel::Raid1,
        size: 500 * 1024,
        spans: vec![vec![1, 2]],
        strip: "128k".to_owned(),
        system: None,
    };
    assert_eq!(drives(&bench), [(0, made)]);
}

#[test]
fn it_makes_what_the_xml_api_makes_of_the_same_answers() {
    let mut typed = unpacked("xen1");
    typed.types(&format!("{MIRROR}y"));
    let mut posted = unpacked("xen1");
    let object = "<storageVirtualDriveCreatorUsingUnusedPhysicalDrive adminState='trigger' \
                  dn='sys/rack-unit-1/board/storage-SAS-SLOT-HBA/virtual-drive-create' \
                  driveGroup='[1,2]' raidLevel='1' size='571250 MB' virtualDriveName='XS'/>";
    assert_eq!(cimc::order(&mut posted.world, "xen1", object), None);
    assert!(!drives(&typed).is_empty());
    assert_eq!(typed.world.state, posted.world.state);
}

#[test]
fn no_size_is_all_that_the_disks_have() {
    let mut bench = unpacked("storage");
    bench.types("clear-foreign-config\nyes");
    let screen = bench.types("create-virtual-drive\n5\n1,2,3,4\nSTORE\n\n\n\n\n\n\n\ny");
    assert!(screen.contains("  - Size: 1713750 MB\n"), "{screen}");
    assert_eq!(drives(&bench)[0].1.size, 3 * 571_250);
}

#[test]
fn a_level_over_spans_asks_for_one_span_after_the_other() {
    let mut bench = unpacked("storage");
    bench.types("clear-foreign-config\nyes");
    let screen = bench.types("create-virtual-drive\n10\n1,2\n2,3\n3,4\n\nSTORE\n\n\n\n\n\n\n\ny");
    assert!(
        screen.contains(
            "Specify physical disks for span 1, or hit return if there are no more:\n  \
             Enter comma-separated PDs from above list--> 2,3\n\
             Error: Physical drive 2 is given twice\n"
        ),
        "{screen}"
    );
    let drive = &drives(&bench)[0].1;
    assert_eq!((drive.level, drive.size), (RaidLevel::Raid10, 2 * 571_250));
    assert_eq!(drive.spans, [[1, 2], [3, 4]]);
}

#[test]
fn who_says_no_or_interrupts_leaves_everything_as_it_was() {
    let mut bench = unpacked("xen1");
    let before = bench.world.state.clone();
    let screen = bench.types(&format!("{MIRROR}perhaps\nn"));
    assert!(
        screen.contains(
            "OK? (y or n)--> n\nOperation cancelled.\nC220-FCH2017V24J /chassis/storageadapter # "
        ),
        "{screen}"
    );
    assert_eq!(screen.matches("OK? (y or n)--> ").count(), 2, "{screen}");
    let answers: Vec<&str> = MIRROR.lines().collect();
    for typed in 1..=answers.len() {
        bench.types(&answers[..typed].join("\n"));
        bench.cli.interrupt();
        assert_eq!(
            bench.cli.prompt(),
            "C220-FCH2017V24J /chassis/storageadapter # "
        );
    }
    assert_eq!(bench.world.state, before);
}

#[test]
fn an_answer_that_cannot_be_one_is_asked_for_again() {
    let mut bench = unpacked("xen1");
    let screen = bench.types(
        "create-virtual-drive\n7\n1\n1,9\n1,1\n\n1, 2\nSixteen-letters-\nXS\nall of it\n1 TB\n8\n3",
    );
    for (answer, refusal, again) in [
        ("7", "'7' is no RAID level", "Please enter RAID level\n"),
        (
            "1,9",
            "'9' is not in the list above",
            "Please choose from the following",
        ),
        (
            "1,1",
            "Physical drive 1 is given twice",
            "Please choose from the following",
        ),
        (
            "Sixteen-letters-",
            "The name has more than 15 characters",
            "Please enter Virtual Drive name",
        ),
        (
            "all of it",
            "'all of it' is no size",
            "Please enter Virtual Drive size",
        ),
        (
            "8",
            "'8' is not one of the options above",
            "Optional attributes:",
        ),
    ] {
        let told = format!("--> {answer}\nError: {refusal}\n{again}");
        assert!(screen.contains(&told), "{told}\nis not in\n{screen}");
    }
    assert!(
        screen.contains("Error: '' is not in the list above\n"),
        "{screen}"
    );
    assert!(
        screen.contains("stripsize will be set to 64K Bytes\n"),
        "{screen}"
    );
}

#[test]
fn what_the_raid_controller_refuses_is_told_at_the_end_in_its_words() {
    let refused = |bench: &mut Bench, answers: &str, words: &str| {
        let before = bench.world.state.clone();
        let screen = bench.types(&format!("create-virtual-drive\n{answers}\n\n\n\n\n\n\ny"));
        let told = format!("--> y\nError: Operation failed. {words}\nC220-FCH2017V24J /chassis");
        assert!(screen.contains(&told), "{words}\nis not in\n{screen}");
        assert_eq!(bench.world.state, before);
    };
    let mut bench = unpacked("xen1");
    refused(
        &mut bench,
        "1\n1\nXS\n500 GB",
        "Invalid number of physical drives for RAID 1",
    );
    refused(
        &mut bench,
        "5\n1,2\nXS\n500 GB",
        "Invalid number of physical drives for RAID 5",
    );
    refused(
        &mut bench,
        "1\n1,2\nXS\n1 TB",
        "The maximum size is 571250 MB",
    );
    // Somebody else takes a disk before it comes to the last answer.
    bench.types(MIRROR);
    let taken = "<storageVirtualDriveCreatorUsingUnusedPhysicalDrive adminState='trigger' \
                 driveGroup='[2]' raidLevel='0' size='1 GB'/>";
    assert_eq!(cimc::order(&mut bench.world, "xen1", taken), None);
    let screen = bench.types("y");
    assert!(screen.contains("Physical drive 2 is Online"), "{screen}");

    let mut bench = unpacked("xen1");
    bench.types("exit\npower off\ny\nscope storageadapter SLOT-HBA");
    let asleep = "storage subsystem not ready yet";
    refused(&mut bench, "1\n1,2\nXS\n500 GB", asleep);
    bench.types("exit\npower on\ny\nscope storageadapter SLOT-HBA");
    refused(&mut bench, "1\n1,2\nXS\n500 GB", asleep);
    bench.wait(40);
    bench.types(&format!("{MIRROR}y"));
    assert_eq!(drives(&bench).len(), 1);
}

#[test]
fn disks_that_are_foreign_or_jbod_are_not_offered() {
    let mut bench = unpacked("storage");
    let screen = bench.types("create-virtual-drive\n5");
    assert!(
        screen.ends_with(
            "--> 5\nError: There are no unused physical drives.\n\
             C220-FCH2017V24J /chassis/storageadapter # "
        ),
        "{screen}"
    );
    let machine = bench.world.machine_mut("storage").expect("storage");
    for (slot, disk) in &mut machine.disks {
        disk.state = match slot {
            1 => DiskState::Foreign,
            2 => DiskState::Jbod,
            _ => DiskState::Good,
        };
    }
    let screen = bench.types("create-virtual-drive\n0\n1\n2\n");
    assert!(
        screen.contains("following 2 unused physical drives"),
        "{screen}"
    );
    for slot in [1, 2] {
        let refusal = format!("Error: '{slot}' is not in the list above\n");
        assert!(screen.contains(&refusal), "{screen}");
    }
    bench.cli.interrupt();

    let screen =
        bench.types("scope physical-drive 2\nshow detail\nmake-unconfigured-good\nyes\nexit");
    assert!(
        screen.contains("Physical Drive 2:\n    Status: JBOD\n"),
        "{screen}"
    );
    assert!(
        screen.contains("Enter 'yes' to confirm -> yes\n"),
        "{screen}"
    );
    let screen = bench.types("create-virtual-drive\n0\n2");
    assert!(
        screen.contains("following 3 unused physical drives"),
        "{screen}"
    );
    assert!(
        screen.contains("Please enter Virtual Drive name"),
        "{screen}"
    );
}
