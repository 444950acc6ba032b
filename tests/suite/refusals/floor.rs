//! A server out of its box, and runbooks for it that are written on the spot.

use std::fmt::Write as _;

use snapbox::cmd::OutputAssert;

use crate::desk::Desk;

pub(super) const UNIT: &str = "sys/rack-unit-1";
pub(super) const STORE: &str = "sys/rack-unit-1/board/storage-SAS-SLOT-HBA";
pub(super) const MEDIA: &str = "sys/svc-ext/vmedia-svc";

/// What stands before each line of what is said of a step.
const INDENT: &str = "              ";

/// The desk beside a server that has its cords, its controller's address and its factory
/// password.
pub(super) struct Floor {
    desk: Desk,
    runs: u32,
}

/// A runbook that grows step by step. Nothing in it has an undo, so that a failure is all that
/// is told.
#[derive(Default)]
pub(super) struct Book(String);

impl Book {
    /// A step that changes an object and then finds it there.
    pub(super) fn change(self, title: &str, dn: &str, object: &str) -> Self {
        self.step(
            title,
            dn,
            object,
            dn,
            "\"<out\" in stdout and \"dn\" in stdout",
        )
    }

    /// A step that changes an object, and then has a look at one.
    pub(super) fn step(
        mut self,
        title: &str,
        dn: &str,
        object: &str,
        looked_at: &str,
        holds: &str,
    ) -> Self {
        let on = "on=xen1-cimc-factory";
        let _ = write!(
            self.0,
            "## {title}\n\n\
             ```cimc run {on} always undo=none reason=\"a test\"\n\
             <configConfMo dn=\"{dn}\">\n  <inConfig>{object}</inConfig>\n</configConfMo>\n```\n\n\
             ```cimc check {on} within=3m every=10s\n<configResolveDn dn=\"{looked_at}\"/>\n```\n\n\
             ```assert\n{holds}\n```\n\n"
        );
        self
    }

    /// A step of the technician's.
    pub(super) fn hands(mut self, title: &str, orders: &str) -> Self {
        let _ = write!(
            self.0,
            "## {title}\n\n\
             ```manual run on=floor always undo=none reason=\"a test\" lab=\"{orders}\"\n{title}.\n```\n\n"
        );
        self
    }

    /// As it is written.
    pub(super) fn whole(&self) -> String {
        format!("# Book\n\n{}", self.0)
    }

    /// The same at another controller.
    pub(super) fn on(self, target: &str) -> Self {
        Self(self.0.replace("xen1-cimc-factory", target))
    }

    /// The same with checks that are tried once.
    pub(super) fn without_patience(self) -> Self {
        Self(self.0.replace(" within=3m every=10s", ""))
    }

    /// Any other fence or step.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.0.push_str(text);
        self
    }
}

impl Floor {
    /// xen1, switched on and through with its self-test.
    pub(super) fn new() -> Self {
        let floor = Self::in_the_box();
        floor.order("plug xen1:cimc office:2; power-on xen1; f8 xen1 address=192.168.1.21/24");
        floor.wait("3m");
        floor
    }

    /// Everything is still in its box.
    pub(super) fn in_the_box() -> Self {
        let desk = Desk::new();
        desk.call("lab reset --stage unpacked").success();
        Self { desk, runs: 0 }
    }

    pub(super) fn desk(self) -> Desk {
        self.desk
    }

    pub(super) fn order(&self, orders: &str) {
        self.desk
            .call(&format!("lab technician {orders}"))
            .success();
    }

    pub(super) fn wait(&self, time: &str) {
        self.desk.call(&format!("lab wait {time}")).success();
    }

    pub(super) fn shown(&self) -> String {
        self.desk.said("lab show")
    }

    pub(super) fn run(&mut self, book: Book) -> OutputAssert {
        self.runs += 1;
        self.desk.file("book.md", book.whole());
        self.desk.call("run book.md --unattended")
    }

    /// Runs what must succeed.
    pub(super) fn done(&mut self, book: Book) {
        self.run(book).success();
    }

    /// Runs a book whose only change must fail, and is nothing to take back; returns what is
    /// said of it.
    pub(super) fn trouble(&mut self, book: Book) -> String {
        let ran = self.run(book).code(1);
        let shown = String::from_utf8_lossy(&ran.get_output().stdout).into_owned();
        let (trouble, rest) = shown.split_once("\n\n").expect("a failed step");
        assert!(rest.starts_with("Backing out 1 step"), "{shown}");
        assert!(rest.contains("(nothing to take back: a test)"), "{shown}");
        let lines = trouble
            .lines()
            .skip(2)
            .map(|line| line.strip_prefix(INDENT).unwrap_or(line));
        lines.fold(String::new(), |text, line| text + line + "\n")
    }

    /// Runs what must fail with these words, which the journal has too.
    pub(super) fn told(&mut self, book: Book, words: &str) {
        let ran = self.run(book).code(1);
        let shown = String::from_utf8_lossy(&ran.get_output().stdout).into_owned();
        assert!(shown.contains(words), "{words}\nis not in\n{shown}");
        let journal = self.journal();
        let words = words.replace('"', "\\\"");
        assert!(journal.contains(&words), "{words}\nis not in\n{journal}");
    }

    pub(super) fn journal(&self) -> String {
        let runs = self.runs;
        self.desk.said(&format!("show lab-1-{runs:04} --json"))
    }
}
