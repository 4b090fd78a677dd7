//! Every way in which a cell can fail is red: in `run` and in nbclient, with a name, a reason and a place.

use crate::support::{self, cell, error_of, joined, notebook, result, run, stream, text};
use serde_json::Value;

fn cases() -> Vec<Value> {
    let file = support::root().join("tests/failures.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn run_reports_each_failure_with_its_name_reason_and_place() {
    let _turn = support::one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let mut cells = Vec::new();
    for (index, case) in cases().iter().enumerate() {
        cells.push(cell(&format!("before-{index}"), case["before"].as_str().unwrap_or("let kept = 41;"), &[]));
        if case["before"].is_string() {
            cells.push(cell(&format!("kept-{index}"), "let kept = 41;", &[]));
        }
        cells.push(cell(&format!("fails-{index}"), case["code"].as_str().unwrap(), &[]));
        cells.push(cell(&format!("after-{index}"), "kept + 1", &[]));
    }
    let (output, executed) = run(&notebook(folder.path(), "failures.ipynb", cells));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let find = |id: String| executed.iter().find(|cell| cell["id"] == id.as_str()).unwrap();
    let said = text(&output);
    for (index, case) in cases().iter().enumerate() {
        let name = case["name"].as_str().unwrap();
        let failed = find(format!("fails-{index}"));
        let error = error_of(failed).unwrap_or_else(|| panic!("{name} is green: {failed:#}"));
        assert_eq!(error["ename"], case["ename"], "{name}: {error:#}");
        let evalue = error["evalue"].as_str().unwrap();
        assert!(evalue.contains(case["says"].as_str().unwrap()), "{name}: {error:#}");
        let traceback: Vec<&str> = error["traceback"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(traceback.join("\n").contains(case["traceback"].as_str().unwrap()), "{name}: {error:#}");
        assert!(said.contains(&format!("fails-{index}")), "{name}: the summary does not name the cell\n{said}");

        let after = find(format!("after-{index}"));
        if case["lost"] == true {
            // The process is gone and its variables with it; the kernel says so and goes on.
            assert_eq!(error_of(after).unwrap()["ename"], "CompileError", "{name}: {after:#}");
        } else {
            assert_eq!(result(after), "42", "{name}: variables of earlier cells survive: {after:#}");
        }
    }
    let exit = cases().iter().position(|case| case["name"] == "exit with 3").unwrap();
    let last_words = find(format!("fails-{exit}"));
    assert_eq!(stream(last_words, "stdout"), "last words\n", "printed before the end, so shown");
}

#[test]
fn nbclient_raises_for_each_failure() {
    let _turn = support::one_at_a_time();
    let output = support::python().args(["python/nbclient_failures.py", "failures.json"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(&format!("{} of {} red", cases().len(), cases().len())), "{said}");
}

#[test]
fn cells_are_numbered_from_one_and_stderr_holds_only_what_the_cell_wrote() {
    let _turn = support::one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let cells = vec![
        cell("first", "println!(\"one\");", &[]),
        cell("partial", "print!(\"no newline\"); eprintln!(\"mine\");", &[]),
        cell("caught", "let caught = std::panic::catch_unwind(|| panic!(\"caught\")).is_err(); caught", &[]),
        cell("unit", "for _ in 0..2 {}", &[]),
        cell("number", "let a = 42; a", &[]),
        cell("float", "let b = 0.1 + 0.2;\nb", &[]),
        cell("mention", "println!(\"see EVCXR_PANIC_NOTIFICATION in the docs\");", &[]),
        cell("unclosed", "println!(\"EVCXR_BEGIN_CONTENT text/plain\\nnever closed\");", &[]),
        cell("bytes", "std::io::Write::write_all(&mut std::io::stdout(), b\"a\\xff\\n\")?;", &[]),
        cell(
            "two",
            "display(&Tensor::new(&[1f32], &Device::Cpu)?)?;\ndisplay(&Tensor::new(&[2f32], &Device::Cpu)?)?;",
            &[],
        ),
    ];
    let (output, executed) = run(&notebook(folder.path(), "green.ipynb", cells));
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(executed[0]["execution_count"], 1);
    assert_eq!(stream(&executed[0], "stdout"), "one\n");
    assert_eq!(stream(&executed[1], "stdout"), "no newline", "flushed although no newline ends it");
    for (index, stderr) in ["", "mine\n"].into_iter().enumerate() {
        assert_eq!(stream(&executed[index], "stderr"), stderr);
    }
    assert_eq!(result(&executed[2]), "true");
    assert!(stream(&executed[2], "stderr").contains("panicked"), "a panic that was caught is printed as Rust does");
    assert_eq!(executed[3]["outputs"].as_array().map(Vec::len), Some(0), "a loop has no value to show");
    assert_eq!(result(&executed[4]), "42");
    assert_eq!(result(&executed[5]), "0.30000000000000004");
    assert_eq!(stream(&executed[6], "stdout"), "see EVCXR_PANIC_NOTIFICATION in the docs\n");
    assert_eq!(stream(&executed[7], "stdout"), "never closed\n");
    assert_eq!(stream(&executed[8], "stdout"), "a\u{fffd}\n");
    let shown: Vec<_> = executed[9]["outputs"].as_array().unwrap().iter().collect();
    assert_eq!(shown.len(), 2, "two displays, not the last one alone: {shown:?}");
    assert!(joined(&shown[0]["data"]["text/plain"]).contains('1'));
    assert!(joined(&shown[1]["data"]["text/plain"]).contains('2'));
}
