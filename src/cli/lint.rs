use super::Exit;
use super::args::{Common, LintArgs};
use super::load::{Loaded, load};
use super::site::Site;
use crate::text::wording::count;

pub(crate) fn lint(common: &Common, args: &LintArgs) -> Exit {
    let inventory = match Site::inventory(common) {
        Ok(inventory) => inventory,
        Err(exit) => return exit,
    };
    let paths: Vec<String> = args.paths.iter().map(|path| path.to_string()).collect();
    match load(common, &paths, &inventory) {
        Ok(Loaded {
            runbooks, warnings, ..
        }) => {
            let found = match warnings {
                0 => "nothing to complain about".to_owned(),
                _ => {
                    complain!("");
                    format!("{}, no error", count(warnings, "warning"))
                }
            };
            say!("{}: {found}", count(runbooks.len(), "runbook"));
            Exit::Done
        }
        Err(exit) => exit,
    }
}
