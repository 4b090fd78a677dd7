//! The options of `lstm-kernel run` and what they mean together, checked before anything runs.

use super::execute::Settings;
use super::notebook::Notebook;
use super::spec::Spec;
use crate::error::{Error, Result};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Seconds that a cell may take where nothing else is said.
const CELL_LIMIT: u32 = 600;

/// Executes notebooks headlessly; nothing is written unless --out, --in-place or --junit says so.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// The notebooks, format 4, written for a Rust kernel
    #[arg(required = true, value_name = "NOTEBOOK")]
    notebooks: Vec<PathBuf>,
    /// Write the executed notebooks to this folder, under the same file names
    #[arg(long, value_name = "DIR", conflicts_with = "in_place")]
    out: Option<PathBuf>,
    /// Write the executed notebooks over their sources
    #[arg(long)]
    in_place: bool,
    /// How many notebooks run at the same time, each with a kernel of its own
    #[arg(long, short, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Seconds that one cell may take before it is interrupted and counts as failed; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = CELL_LIMIT)]
    timeout: u32,
    /// Go on in a notebook after a cell that failed (other notebooks always run)
    #[arg(long)]
    keep_going: bool,
    /// Write a JUnit report: a suite for each notebook, a case for each code cell
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Run with the kernel that this kernel.json describes, instead of this program's own
    #[arg(long, value_name = "KERNEL_JSON")]
    kernelspec: Option<PathBuf>,
}

/// Everything that the options ask for, found possible.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The notebooks, each with the file that it is to be written to.
    pub(crate) notebooks: Vec<(Notebook, Option<PathBuf>)>,
    /// How to run them.
    pub(crate) settings: Settings,
    /// How many at once.
    pub(crate) jobs: usize,
    /// The JUnit file.
    pub(crate) junit: Option<PathBuf>,
    /// Whether they run with this program's own kernel.
    pub(crate) own_kernel: bool,
}

impl Options {
    /// What `run --out FOLDER --jobs JOBS NOTEBOOK…` asks for.
    pub(crate) fn into_folder(notebooks: Vec<PathBuf>, folder: PathBuf, jobs: u16) -> Self {
        Self {
            notebooks,
            out: Some(folder),
            in_place: false,
            jobs,
            timeout: CELL_LIMIT,
            keep_going: false,
            junit: None,
            kernelspec: None,
        }
    }

    /// Reads all notebooks and checks where they are to go.
    ///
    /// # Errors
    /// A usage error for the first thing that cannot be done; nothing has run then, and at most the folder of `--out`
    /// has been created.
    pub(crate) fn plan(self) -> Result<Plan> {
        let own_kernel = self.kernelspec.is_none();
        let spec = self.kernelspec.as_deref().map_or_else(Spec::own, Spec::read)?;
        let read: Result<Vec<_>> = self.notebooks.iter().map(|path| Notebook::read(path, &spec.language)).collect();
        let notebooks = self.place(read?)?;
        if let Some(junit) = self.junit.as_deref().filter(|path| path.is_dir()) {
            return Err(Error::Usage(format!("--junit {}: is a folder, expected a file", junit.display())));
        }
        let limit = (self.timeout > 0).then(|| Duration::from_secs(self.timeout.into()));
        let settings = Settings { spec, limit, keep_going: self.keep_going };
        Ok(Plan { notebooks, settings, jobs: self.jobs.into(), junit: self.junit, own_kernel })
    }

    fn place(&self, notebooks: Vec<Notebook>) -> Result<Vec<(Notebook, Option<PathBuf>)>> {
        let folder = self.out.as_deref().map(ready_folder).transpose()?;
        let mut taken: HashMap<PathBuf, String> = HashMap::new();
        let mut placed = Vec::new();
        for notebook in notebooks {
            let place = match (&folder, self.in_place) {
                (Some(folder), _) => {
                    let name = Path::new(&notebook.label).file_name().unwrap_or(notebook.path.as_os_str());
                    Some(folder.join(name))
                }
                (None, true) => Some(notebook.path.clone()),
                (None, false) => None,
            };
            if let Some(place) = &place
                && let Some(other) = taken.insert(place.clone(), notebook.label.clone())
            {
                return Err(Error::Usage(format!(
                    "notebooks {other} and {} would both be written to {}; run them apart, or with another --out",
                    notebook.label,
                    place.display()
                )));
            }
            placed.push((notebook, place));
        }
        self.spare_sources(&placed)?;
        Ok(placed)
    }

    /// `--out` must not reach a source, be it by the same folder or by a link.
    fn spare_sources(&self, placed: &[(Notebook, Option<PathBuf>)]) -> Result<()> {
        if self.in_place {
            return Ok(());
        }
        for place in placed.iter().filter_map(|(_, place)| place.as_deref()) {
            let real = place.canonicalize().unwrap_or_else(|_| place.to_owned());
            if let Some((notebook, _)) = placed.iter().find(|(notebook, _)| notebook.path == real) {
                return Err(Error::Usage(format!(
                    "--out would overwrite the source {}; give another folder, or --in-place if that is meant",
                    notebook.label
                )));
            }
        }
        Ok(())
    }
}

/// Creates the folder and makes sure that files can be made there, before an hour of work depends on it.
fn ready_folder(folder: &Path) -> Result<PathBuf> {
    let usage = |source: std::io::Error| {
        Error::Usage(format!("--out {}: cannot be written to: {source}; give another folder", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(usage)?;
    tempfile::tempfile_in(folder).map_err(usage)?;
    folder.canonicalize().map_err(usage)
}
