//! The run as a JUnit file: a suite for each notebook, a case for each code cell.

use super::execute::{NotebookRun, Outcome};
use super::report::{headline, place};
use crate::error::{Error, Result};
use crate::{output, text};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::path::Path;

/// Writes the file, and the folders above it.
pub(crate) fn write(path: &Path, runs: &[NotebookRun]) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    }
    let xml = to_xml(runs).map_err(|error| Error::file("write", path)(std::io::Error::other(error)))?;
    output::write(path, xml.as_bytes())
}

fn to_xml(runs: &[NotebookRun]) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new("lstm-kernel run");
    for run in runs {
        let mut suite = TestSuite::new(&run.notebook.label);
        suite.set_time(run.took);
        if let Some(trouble) = &run.trouble {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(text::plain(&trouble.to_string()));
            suite.add_test_case(case(run, "notebook".to_owned(), status));
        }
        for cell in &run.cells {
            let mut case = case(run, place(run, cell), status(&cell.outcome));
            case.set_time(cell.took);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string()
}

fn case(run: &NotebookRun, name: String, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(&run.notebook.label);
    case
}

fn status(outcome: &Outcome) -> TestCaseStatus {
    match outcome {
        Outcome::Passed | Outcome::Raised => TestCaseStatus::success(),
        Outcome::Skipped | Outcome::NotReached => TestCaseStatus::skipped(),
        Outcome::Failed(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(text::plain(&failure.ename));
            status.set_message(text::plain(&headline(failure)));
            status.set_description(text::plain(&failure.traceback.join("\n")));
            status
        }
    }
}
