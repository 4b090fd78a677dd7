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
        let mut suite = TestSuite::new(xml(&run.notebook.label));
        suite.set_time(run.took);
        if let Some(trouble) = &run.trouble {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(xml(&trouble.to_string()));
            suite.add_test_case(case(run, "notebook".to_owned(), status));
        }
        for cell in &run.cells {
            let mut case = case(run, xml(&place(run, cell)), status(&cell.outcome));
            case.set_time(cell.took);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string()
}

fn case(run: &NotebookRun, name: String, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(xml(&run.notebook.label));
    case
}

fn status(outcome: &Outcome) -> TestCaseStatus {
    match outcome {
        Outcome::Passed | Outcome::Raised => TestCaseStatus::success(),
        Outcome::Skipped | Outcome::NotReached => TestCaseStatus::skipped(),
        Outcome::Failed(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(xml(&failure.ename));
            status.set_message(xml(&headline(failure)));
            status.set_description(xml(&failure.traceback.join("\n")));
            status
        }
    }
}

/// The text without what XML 1.0 has no way to write: most control characters, and two that are no characters.
fn xml(text: &str) -> String {
    text::plain(text).replace(['\u{fffe}', '\u{ffff}'], "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::execute::Failure;

    #[test]
    fn what_cells_print_cannot_break_the_file() {
        let failed = Outcome::Failed(Failure {
            ename: "E<&>".to_owned(),
            evalue: "\"quoted\" \u{1b}[31mred\u{1b}[0m \u{0}\u{8}\u{fffe}".to_owned(),
            traceback: vec!["]]> <b>".to_owned()],
        });
        let mut suite = TestSuite::new("a<b>.ipynb");
        suite.add_test_case(TestCase::new("1", status(&failed)));
        suite.add_test_case(TestCase::new("2", status(&Outcome::NotReached)));
        let mut report = Report::new("lstm-kernel run");
        report.add_test_suite(suite);
        let xml = report.to_string().unwrap();
        assert!(xml.contains(r#"tests="2""#) && xml.contains(r#"failures="1""#) && xml.contains("<skipped/>"), "{xml}");
        assert!(xml.contains("a&lt;b&gt;.ipynb") && xml.contains("]]&gt; &lt;b&gt;"), "{xml}");
        assert!(xml.contains("&quot;quoted&quot; red "), "{xml}");
        assert!(!xml.contains(['\u{0}', '\u{8}', '\u{1b}', '\u{fffe}']), "{xml}");
    }
}
