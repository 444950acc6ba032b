//! The way in: addresses, passwords, and proofs that one does not work any more.

use snapbox::{assert_data_eq, str};

use super::floor::{Book, Floor, UNIT};

const LABEL: &str = "<computeRackUnit usrLbl=\"rack 2\"/>";

const PROOF: &str = "```http check on=xen1-redfish refused\nGET /redfish/v1/Systems\n```\n";

fn label(book: Book) -> Book {
    let holds = "xml.configResolveDn.outConfig.computeRackUnit[\"@usrLbl\"] == \"rack 2\"";
    book.step("Label it", UNIT, LABEL, UNIT, holds)
}

#[test]
fn a_controller_from_the_factory_is_not_on_the_network() {
    let mut floor = Floor::in_the_box();
    floor.order("plug xen1:cimc office:2; power-on xen1");
    floor.wait("3m");
    floor.run(label(Book::default())).stdout_eq(str![[r#"
Book
      failed  Label it
              on xen1-cimc-factory:
              not sent | <configConfMo dn="sys/rack-unit-1">
              not sent |   <inConfig><computeRackUnit usrLbl="rack 2"/></inConfig>
              not sent | </configConfMo>
              connect to `xen1-cimc-factory` (192.168.1.21:443): no answer within 30 s

failed: `book#label-it` failed; nothing was sent
run: .runsheet/runs/lab-1-0001

"#]]);
}

#[test]
fn nobody_presses_a_key_at_a_screen_that_is_dark() {
    let mut floor = Floor::in_the_box();
    let early = Book::default().hands("Press F8", "f8 xen1 address=192.168.1.21/24");
    floor.told(early, "the screen of xen1 is dark");
}

#[test]
fn a_password_that_still_works_is_no_proof_that_it_is_refused() {
    let mut floor = Floor::new();
    let book = label(Book::default())
        .text("```cimc check on=xen1-cimc-factory refused\n<configResolveDn dn=\"sys\"/>\n```\n");
    assert_data_eq!(
        floor.trouble(book),
        str![[r#"
on xen1-cimc-factory: <configResolveDn dn="sys"/>
`xen1-cimc-factory` accepted our login, it should have refused it

"#]]
    );
}

#[test]
fn a_web_server_refuses_a_login_with_its_status_and_with_nothing_else() {
    let mut floor = Floor::new();
    // The controller has its factory password, so that ours is the wrong one.
    floor.done(label(Book::default()).text(PROOF));

    let public = PROOF.replace("/redfish/v1/Systems", "/redfish/v1/");
    assert_data_eq!(
        floor.trouble(label(Book::default()).text(&public)),
        str![[r#"
on xen1-redfish: GET /redfish/v1/
`xen1-redfish` accepted our login, it should have refused it

"#]]
    );
}

#[test]
fn a_page_that_is_not_there_proves_nothing_about_a_login() {
    let mut floor = Floor::new();
    let nowhere = PROOF.replace("/redfish/v1/Systems", "/nowhere");
    assert_data_eq!(
        floor.trouble(label(Book::default()).text(&nowhere)),
        str![[r#"
on xen1-redfish: GET /nowhere
log in to `xen1-redfish` as `admin`: HTTP 404 Not Found
help: only HTTP 401 says that a login is refused: ask for a page that needs one

"#]]
    );
}

#[test]
fn a_new_address_ends_the_session_and_the_old_one_does_not_answer() {
    let mut floor = Floor::new();
    let moves = "<mgmtIf extIp=\"192.168.1.29\" extMask=\"255.255.255.0\"/>";
    let book = Book::default().change("Move it", &format!("{UNIT}/mgmt/if-1"), moves);
    floor.run(book).stdout_eq(str![[r#"
Book
     unknown  Move it
              on xen1-cimc-factory:
                       | <configConfMo dn="sys/rack-unit-1/mgmt/if-1">
                       |   <inConfig><mgmtIf extIp="192.168.1.29" extMask="255.255.255.0"/></inConfig>
                       | </configConfMo>
              get an answer from `xen1-cimc-factory` (192.168.1.21:443): none within 60 s
              on xen1-cimc-factory: <configResolveDn dn="sys/rack-unit-1/mgmt/if-1"/>
              connect to `xen1-cimc-factory` (192.168.1.21:443): no answer within 30 s

stuck: `book#move-it` needs a decision
run: .runsheet/runs/lab-1-0001
go on: runsheet resume lab-1-0001
       on a terminal, where it asks

"#]]);
}

#[test]
fn a_controller_that_is_told_to_restart_knows_no_session_afterwards() {
    let mut floor = Floor::new();
    let restarts = "<computeRackUnit adminPower=\"bmc-reset-immediate\"/>";
    floor.done(label(Book::default().change("Restart it", UNIT, restarts)));
    let journal = floor.journal();
    assert_eq!(
        journal.matches("\"event\":\"intent\"").count(),
        2,
        "{journal}"
    );
}
