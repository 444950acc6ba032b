//! SIGKILL strikes the program itself at calls that have to do with a disk, wherever in its life.

mod resumed;
mod sealed;

use super::thorough::everything;

/// The step between the calls at which it is killed: `RUNSHEET_KILLS=all` takes them all, the
/// pipeline (`RUNSHEET_EVERYTHING=1`) one in `pipeline`, others one in `sample`.
fn one_in(pipeline: usize, sample: usize) -> usize {
    let all = std::env::var_os("RUNSHEET_KILLS").is_some_and(|wanted| wanted == "all");
    match everything() {
        _ if all => 1,
        true => pipeline,
        false => sample,
    }
}
