//! `lstm-kernel run` from start to end, with stock evcxr_jupyter as the kernel: it needs no warm build.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{code, expect, folder, lstm_kernel, notebook};

/// Describes the stock kernel, which this binary is when told to.
fn stock(folder: &Path) -> PathBuf {
    let spec = json!({
        "argv": [support::BINARY, "--control_file", "{connection_file}"],
        "display_name": "stock",
        "language": "rust",
        "interrupt_mode": "message",
        "env": {"LSTM_KERNEL_ENGINE": "1"}
    });
    let path = folder.join("kernel.json");
    std::fs::write(&path, spec.to_string()).unwrap();
    path
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Command lines of processes that mention this folder.
fn processes_of(folder: &Path) -> Vec<String> {
    let name = folder.to_string_lossy().into_owned();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    let lines = lines.map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "));
    lines.filter(|line| line.contains(&name) && line.contains("--control_file")).collect()
}

#[test]
fn cells_run_and_their_outputs_and_failures_are_kept() {
    let folder = folder();
    let at = folder.path();
    let spec = stock(at);
    let markdown = json!({"cell_type": "markdown", "metadata": {}, "source": "# kept"});
    let good = notebook(
        at,
        "good.ipynb",
        &[
            markdown,
            code("println!(\"in {}\", std::env::current_dir().unwrap().display());\n1 + 1", &[]),
            code("no_such_name", &["raises-exception"]),
            code("not rust at all", &["skip-execution"]),
            code("", &[]),
        ],
    );
    let source = std::fs::read(&good).unwrap();
    let red = [code("let x = 1;", &[]), code("let y: i32 = \"text\";", &[]), code("x + 1", &[])];
    notebook(at, "sub/red.ipynb", &red);
    notebook(at, "empty.ipynb", &[]);
    let mut command = lstm_kernel(at);
    command.args(["run", "good.ipynb", "sub/red.ipynb", "empty.ipynb", "--jobs", "2", "--out", "out"]);
    command.args(["--junit", "j.xml", "--kernelspec"]).arg(&spec).env("TMPDIR", at);
    let told = expect(
        &mut command,
        1,
        &[
            "FAILED  sub/red.ipynb",
            "sub/red.ipynb: code cell 2 (In [4], id c2)",
            "mismatched types",
            "1 of 3 notebooks red",
        ],
    );
    assert!(told.contains("ok      good.ipynb") && told.contains("ok      empty.ipynb"), "{told}");

    assert_eq!(std::fs::read(&good).unwrap(), source, "the source is never touched");
    let cells = &read(&at.join("out/good.ipynb"))["cells"];
    let here = at.canonicalize().unwrap();
    assert_eq!(cells[0]["source"], json!(["# kept"]));
    // Stock evcxr begins to count at 2, and counts the silent request that `run` waits for as well.
    assert_eq!(cells[1]["execution_count"], 3);
    assert_eq!(
        cells[1]["outputs"],
        json!([
            {"output_type": "stream", "name": "stdout", "text": [format!("in {}\n", here.display())]},
            {"output_type": "execute_result", "data": {"text/plain": ["2"]}, "execution_count": 3, "metadata": {}}
        ])
    );
    assert_eq!(cells[2]["outputs"][0]["output_type"], "error");
    assert_eq!((&cells[3]["outputs"], &cells[3]["execution_count"]), (&json!([]), &Value::Null));
    let red = read(&at.join("out/red.ipynb"));
    assert_eq!(red["cells"][1]["outputs"][0]["evalue"], "mismatched types");
    assert_eq!(red["cells"][2]["execution_count"], Value::Null, "it stops at the first failure");
    assert_eq!(red["metadata"]["language_info"]["file_extension"], ".rs");
    assert!(at.join("out/empty.ipynb").is_file());
    let junit = std::fs::read_to_string(at.join("j.xml")).unwrap();
    assert!(junit.contains("tests=\"7\" failures=\"1\" errors=\"0\""), "{junit}");
    assert_eq!(processes_of(at), Vec::<String>::new());
}

#[test]
fn a_cell_without_end_is_interrupted_and_the_rest_runs_on_request() {
    let folder = folder();
    let at = folder.path();
    let spec = stock(at);
    let endless = "println!(\"begun\"); loop { std::thread::sleep(std::time::Duration::from_secs(1)); }";
    let path = notebook(at, "n.ipynb", &[code("1", &[]), code(endless, &["raises-exception"]), code("2 + 3", &[])]);
    let mut command = lstm_kernel(at);
    command.args(["run", "n.ipynb", "--in-place", "--keep-going", "--timeout", "12", "--kernelspec"]).arg(&spec);
    expect(&mut command, 1, &["n.ipynb: code cell 2", "CellTimeout: the cell ran longer than 12 s"]);
    let cells = &read(&path)["cells"];
    let outputs = cells[1]["outputs"].as_array().unwrap();
    assert_eq!(outputs[0]["text"], json!(["begun\n"]));
    assert_eq!(outputs.last().unwrap()["ename"], "CellTimeout");
    assert_eq!(cells[2]["outputs"][0]["data"]["text/plain"], json!(["5"]), "{cells}");
}

#[test]
fn a_signal_ends_the_run_and_its_kernel() {
    let folder = folder();
    let at = folder.path();
    let spec = stock(at);
    notebook(at, "n.ipynb", &[code("1", &[]), code("std::thread::sleep(std::time::Duration::from_secs(600));", &[])]);
    let mut command = lstm_kernel(at);
    // The connection file is made under TMPDIR: by its path the kernel is found below.
    command.args(["run", "n.ipynb", "--out", "out", "--kernelspec"]).arg(&spec).env("TMPDIR", at);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().contains("cell 1 of 2 ok")), "the first cell never ended");
    assert_eq!(processes_of(at).len(), 1);
    let began = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(processes_of(at), Vec::<String>::new());
    assert!(!at.join("out/n.ipynb").exists());
}
