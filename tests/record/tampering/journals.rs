//! Lines of the journal that are deleted, doubled, swapped or spliced, and sealed again.

use runsheet::record::{Bundle, JOURNAL};

use super::super::bench::{Bench, succeeded};
use super::{rejected, utf8, with};

/// What the holder of the key could do: change the journal and seal it again.
#[test]
fn a_journal_that_was_changed_before_it_was_sealed_again_contradicts_itself() {
    let bench = Bench::new();
    let bundle = Bundle::read(utf8(&bench.sealed())).expect("a record");
    succeeded(&bench.runsheet("undo -i inventory.yaml"));
    let other = Bundle::read(utf8(&bench.sealed())).expect("another record");
    let lines = |bundle: &Bundle| -> Vec<Vec<u8>> {
        let journal = bundle.get(JOURNAL).expect("a journal");
        journal
            .split_inclusive(|b| *b == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (own, foreign) = (lines(&bundle), lines(&other));
    let mut forgeries = vec![bundle.get(JOURNAL).expect("a journal")[..100].to_vec()];
    for at in 0..own.len() {
        let mut deleted = own.clone();
        deleted.remove(at);
        let mut doubled = own.clone();
        doubled.insert(at, own[at].clone());
        let mut spliced = own.clone();
        spliced[at] = foreign[at].clone();
        forgeries.extend([deleted.concat(), doubled.concat(), spliced.concat()]);
        forgeries.push(own[..at].concat());
        for with in at + 1..own.len() {
            let mut swapped = own.clone();
            swapped.swap(at, with);
            forgeries.push(swapped.concat());
        }
    }
    for journal in &forgeries {
        let said = rejected(&bench, &with(&bundle, JOURNAL, journal));
        assert!(
            said.starts_with("it was sealed like this, but contradicts itself"),
            "{said}"
        );
    }
    println!("verify: {0} of {0} forged journals found", forgeries.len());
}
