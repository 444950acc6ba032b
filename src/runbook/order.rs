use std::collections::BTreeSet;

use super::{Runbook, Spanned};
use crate::text::{Diagnostic, wording};

/// The order in which runbooks can run: each after those that it `needs`, and otherwise by
/// file name. Needs that are not among them are left to [`lint`](super::lint).
///
/// # Errors
///
/// Two files with one name, or runbooks that need each other in a circle.
pub fn order(runbooks: &[Runbook]) -> Result<Vec<usize>, Vec<Diagnostic>> {
    let mut by_file: Vec<usize> = (0..runbooks.len()).collect();
    by_file.sort_by_key(|&i| runbooks[i].source.path());
    let same_name = same_names(runbooks, &by_file);
    if !same_name.is_empty() {
        return Err(same_name);
    }

    let mut walk = Walk {
        runbooks,
        by_file: &by_file,
        done: BTreeSet::new(),
        order: Vec::new(),
    };
    let mut found = Vec::new();
    for &i in &by_file {
        found.extend(walk.visit(i, &mut Vec::new()).err().map(|circle| *circle));
    }
    if found.is_empty() {
        Ok(walk.order)
    } else {
        Err(found)
    }
}

struct Walk<'a> {
    runbooks: &'a [Runbook],
    by_file: &'a [usize],
    done: BTreeSet<usize>,
    order: Vec<usize>,
}

impl<'a> Walk<'a> {
    /// Adds what `i` needs, then `i`. `path`: the runbooks whose needs led here, each with the
    /// need that was followed.
    fn visit(
        &mut self,
        i: usize,
        path: &mut Vec<(usize, &'a Spanned<String>)>,
    ) -> Result<(), Box<Diagnostic>> {
        if !self.done.insert(i) {
            let Some(start) = path.iter().position(|&(on_path, _)| on_path == i) else {
                return Ok(());
            };
            return Err(Box::new(self.circle(&path[start..])));
        }
        for need in &self.runbooks[i].meta.needs {
            let needed = self
                .by_file
                .iter()
                .find(|&&other| self.runbooks[other].is_called(&need.value));
            if let Some(&needed) = needed {
                path.push((i, need));
                let visited = self.visit(needed, path);
                path.pop();
                visited?;
            }
        }
        self.order.push(i);
        Ok(())
    }

    fn circle(&self, path: &[(usize, &Spanned<String>)]) -> Diagnostic {
        let (first, need) = path[0];
        let runbook = &self.runbooks[first];
        let message = if path.len() == 1 {
            format!("`{}` needs itself", runbook.name)
        } else {
            let names = path.iter().map(|&(i, _)| self.runbooks[i].name.as_str());
            let mut names = wording::quoted(names);
            names.push(format!("`{}`", runbook.name));
            format!(
                "these runbooks need each other in a circle: {}",
                names.join(" → ")
            )
        };
        Diagnostic::error("circular-needs", &runbook.source, need.span, message)
            .help("a runbook can only need what is done before it; remove one of the needs")
    }
}

fn same_names(runbooks: &[Runbook], by_file: &[usize]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (n, &i) in by_file.iter().enumerate() {
        let runbook = &runbooks[i];
        let same = by_file[..n]
            .iter()
            .find(|&&other| runbooks[other].name == runbook.name);
        if let Some(&other) = same {
            let message = format!(
                "`{}` is called `{}` too",
                runbooks[other].source.path(),
                runbook.name
            );
            let start = crate::text::Span::new(0, 0);
            found.push(
                Diagnostic::error("same-name", &runbook.source, start, message)
                    .help("rename one of the files: `needs` goes by the name without its number"),
            );
        }
    }
    found
}
