//! How much is tried: a sample, or everything where `RUNSHEET_EVERYTHING=1`.

/// The step between those that are tried, of which a sample takes one in `sample`.
pub(crate) fn one_in(sample: usize) -> usize {
    if everything() { 1 } else { sample }
}

/// How many rounds are played.
pub(crate) fn rounds(sample: usize, all: usize) -> usize {
    if everything() { all } else { sample }
}

/// Whether everything is tried.
pub(crate) fn everything() -> bool {
    std::env::var_os("RUNSHEET_EVERYTHING").is_some_and(|wanted| wanted == "1")
}
