//! `lstm-kernel doctor`: what the course needs of this machine, whether it is there, and the command that mends it.

mod checks;

use crate::error::{Error, Result};
use crate::output;
use std::fmt::Write as _;

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    name: &'static str,
    state: State,
}

#[derive(Debug)]
enum State {
    /// All is well; what was found.
    Well(String),
    /// It is missing or wrong.
    Wrong {
        what: String,
        /// The command or step that mends it.
        remedy: String,
    },
}

/// Looks at everything and prints a table.
///
/// # Errors
/// [`Error::Missing`], which counts what is not well.
pub(crate) fn examine() -> Result<()> {
    let findings = checks::all();
    output::say(&table(&findings))?;
    let wrong = findings.iter().filter(|finding| matches!(finding.state, State::Wrong { .. })).count();
    if wrong == 0 {
        return Ok(());
    }
    Err(Error::Missing {
        what: format!("{wrong} of {} checks failed", findings.len()),
        remedy: "run the commands above, then lstm-kernel doctor again".to_owned(),
    })
}

fn table(findings: &[Finding]) -> String {
    let mut text = String::new();
    let width = findings.iter().map(|finding| finding.name.len()).max().unwrap_or(0);
    for Finding { name, state } in findings {
        let _ = match state {
            State::Well(what) => writeln!(text, "ok       {name:width$}  {what}"),
            State::Wrong { what, remedy } => {
                writeln!(text, "missing  {name:width$}  {what}\n         {:width$}  -> {remedy}", "")
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_the_remedy_under_what_is_wrong() {
        let findings = [
            Finding { name: "cc", state: State::Well("cc 12".to_owned()) },
            Finding { name: "disk", state: State::Wrong { what: "1 GB".to_owned(), remedy: "clean".to_owned() } },
        ];
        assert_eq!(table(&findings), "ok       cc    cc 12\nmissing  disk  1 GB\n               -> clean\n");
    }
}
