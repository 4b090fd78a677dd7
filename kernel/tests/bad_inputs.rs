//! Every command, given what it cannot use: one clear message, the right exit code, nothing harmed.

mod support;

use std::path::Path;
use std::process::Stdio;
use support::{code, expect, folder, lstm_kernel, notebook, told};

/// `run` with these arguments must be a usage error that says all of `words`.
#[track_caller]
fn run_refuses(folder: &Path, arguments: &[&str], words: &[&str]) {
    expect(lstm_kernel(folder).arg("run").args(arguments), 2, words);
}

#[test]
fn run_names_the_file_that_is_no_notebook() {
    let folder = folder();
    let at = folder.path();
    let write = |name: &str, bytes: &[u8]| std::fs::write(at.join(name), bytes).unwrap();
    write("broken.ipynb", b"{");
    write("list.ipynb", b"[]");
    write("old.ipynb", br#"{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}"#);
    write("latin.ipynb", b"{\"nbformat\": 4, \"x\": \"\xe9\"}");
    write("empty.ipynb", b"");
    let python = r#"{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata":
                     {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}}"#;
    write("python.ipynb", python.as_bytes());
    run_refuses(at, &[], &["<NOTEBOOK>"]);
    run_refuses(at, &["missing.ipynb"], &["missing.ipynb: cannot be read"]);
    run_refuses(at, &["."], &["is a folder"]);
    run_refuses(at, &["broken.ipynb"], &["broken.ipynb: is not JSON"]);
    run_refuses(at, &["list.ipynb"], &["not a notebook"]);
    run_refuses(at, &["old.ipynb"], &["has format 3, expected 4", "nbconvert"]);
    run_refuses(at, &["latin.ipynb"], &["is not UTF-8 (byte 22)"]);
    run_refuses(at, &["empty.ipynb"], &["is not JSON"]);
    run_refuses(at, &["python.ipynb"], &["language `python`, expected `rust`"]);
}

#[test]
fn run_checks_where_results_go_before_anything_runs() {
    let folder = folder();
    let at = folder.path();
    let one = notebook(at, "a/n.ipynb", &[code("1", &[])]);
    let source = std::fs::read(&one).unwrap();
    notebook(at, "b/n.ipynb", &[]);
    std::fs::write(at.join("file"), "").unwrap();
    std::os::unix::fs::symlink(&one, at.join("b/link.ipynb")).unwrap();
    run_refuses(at, &["a/n.ipynb", "b/n.ipynb", "--out", "out"], &["a/n.ipynb and b/n.ipynb would both be written"]);
    run_refuses(at, &["a/n.ipynb", "a/../a/n.ipynb", "--in-place"], &["would both be written"]);
    run_refuses(at, &["a/n.ipynb", "--out", "a"], &["--out would overwrite the source a/n.ipynb"]);
    run_refuses(at, &["b/link.ipynb", "--out", "b"], &["--out would overwrite the source"]);
    run_refuses(at, &["a/n.ipynb", "--out", "file/out"], &["--out file/out: cannot be written to"]);
    run_refuses(at, &["a/n.ipynb", "--out", "o", "--in-place"], &["cannot be used with"]);
    run_refuses(at, &["a/n.ipynb", "--junit", "a"], &["--junit a: is a folder"]);
    run_refuses(at, &["a/n.ipynb", "--jobs", "0"], &["--jobs"]);
    run_refuses(at, &["a/n.ipynb", "--timeout", "-1"], &["'-1'"]);
    run_refuses(at, &["a/n.ipynb", "--kernelspec", "none.json"], &["--kernelspec none.json: cannot be read"]);
    run_refuses(at, &["a/n.ipynb", "--kernelspec", "a/n.ipynb"], &["is not a kernel.json"]);
    assert_eq!(std::fs::read(&one).unwrap(), source);
    assert!(!at.join("cache").exists(), "nothing was prepared for a run that cannot be");
}

#[test]
fn run_tells_a_kernel_that_does_not_start_from_a_cell_that_fails() {
    let folder = folder();
    let at = folder.path();
    notebook(at, "n.ipynb", &[code("1", &[])]);
    let spec = |argv: &str| format!(r#"{{"argv": {argv}, "display_name": "x", "language": "rust"}}"#);
    std::fs::write(at.join("dies.json"), spec(r#"["sh", "-c", "echo reason >&2; exit 7"]"#)).unwrap();
    std::fs::write(at.join("none.json"), spec(r#"["/nonexistent/kernel"]"#)).unwrap();
    std::fs::write(at.join("empty.json"), spec("[]")).unwrap();
    let run = |file: &str| {
        let mut command = lstm_kernel(at);
        command.args(["run", "n.ipynb", "--out", "out", "--junit", "reports/j.xml", "--kernelspec", file]);
        command
    };
    expect(&mut run("dies.json"), 4, &["ended with exit code 7 while it was starting", "reason", "did not run"]);
    expect(&mut run("none.json"), 4, &["/nonexistent/kernel failed: it does not start"]);
    expect(&mut run("empty.json"), 2, &["empty `argv`"]);
    assert!(!at.join("out/n.ipynb").exists());
    let junit = std::fs::read_to_string(at.join("reports/j.xml")).unwrap();
    assert!(junit.contains("errors=\"1\""), "{junit}");
}

#[test]
fn install_and_uninstall_say_where_and_refuse_what_is_not_theirs() {
    let folder = folder();
    let at = folder.path();
    expect(lstm_kernel(at).args(["install", "--prefix", "none"]), 2, &["--prefix none: no such folder"]);
    expect(lstm_kernel(at).args(["install", "--name", "a/b"]), 2, &["--name `a/b`: expected"]);
    expect(lstm_kernel(at).args(["install", "--user", "--sys-prefix"]), 2, &["cannot be used with"]);
    expect(lstm_kernel(at).arg("uninstall"), 2, &["no kernelspec lstm in"]);
    let installed = at.join("jupyter/kernels/lstm");
    expect(lstm_kernel(at).arg("install"), 0, &["installed kernelspec lstm in", &installed.display().to_string()]);
    expect(lstm_kernel(at).args(["install", "--user"]), 0, &["installed"]);
    let spec: serde_json::Value =
        serde_json::from_slice(&std::fs::read(installed.join("kernel.json")).unwrap()).unwrap();
    assert_eq!(spec["argv"][0], support::BINARY);
    assert_eq!(spec["interrupt_mode"], "message");
    expect(lstm_kernel(at).arg("uninstall"), 0, &["removed"]);
    assert!(!installed.exists());
    std::fs::create_dir(at.join("env")).unwrap();
    expect(lstm_kernel(at).env("VIRTUAL_ENV", at.join("env")).args(["install", "--sys-prefix"]), 0, &["installed"]);
    assert!(at.join("env/share/jupyter/kernels/lstm/logo-64x64.png").is_file());
    std::fs::create_dir_all(at.join("jupyter/kernels/other")).unwrap();
    expect(lstm_kernel(at).args(["install", "--name", "other"]), 2, &["was not written by lstm-kernel"]);
    expect(lstm_kernel(at).args(["uninstall", "--name", "other"]), 2, &["was not written by lstm-kernel"]);
    assert!(at.join("jupyter/kernels/other").exists());
}

#[test]
fn clean_removes_nothing_that_is_not_ours() {
    let folder = folder();
    let at = folder.path();
    let cache = at.join("cache");
    expect(lstm_kernel(at).arg("clean"), 0, &["nothing to remove"]);
    std::fs::create_dir(&cache).unwrap();
    std::fs::write(cache.join("thesis.txt"), "years of work").unwrap();
    expect(lstm_kernel(at).args(["clean", "--yes"]), 2, &["nothing was removed", "LSTM_CACHE"]);
    assert!(cache.join("thesis.txt").exists());
    let mark =
        "Signature: 8a477f597d28d172789f06886806bc55\n# made by lstm-kernel; `lstm-kernel clean` empties this folder\n";
    std::fs::write(cache.join("CACHEDIR.TAG"), mark).unwrap();
    expect(lstm_kernel(at).arg("clean").stdin(Stdio::null()), 2, &["--yes", "thesis.txt"]);
    assert!(cache.join("thesis.txt").exists());
    expect(lstm_kernel(at).args(["clean", "--yes"]), 0, &["0.0 MB  thesis.txt", "removed"]);
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 1, "the mark stays");
    expect(lstm_kernel(at).args(["clean", "--yes"]), 0, &["nothing to remove"]);
}

#[test]
fn without_python_the_message_says_how_to_get_it() {
    let folder = folder();
    let at = folder.path();
    let bare = || {
        let mut command = lstm_kernel(at);
        command.env("PATH", at);
        command
    };
    expect(bare().arg("python"), 3, &["no python3 on the search path", "sudo apt install python3"]);
    std::fs::create_dir(at.join("notebooks")).unwrap();
    expect(bare().args(["lab", "notebooks"]), 3, &["no python3"]);
    expect(bare().args(["lab", "none"]), 2, &["none: no such folder"]);
    expect(bare().args(["lab", "--port", "0"]), 2, &["--port"]);
    expect(bare().arg("doctor"), 3, &["missing  cargo", "rustup.rs", "missing  python", "checks failed"]);
    expect(
        bare().env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX").args(["install", "--sys-prefix"]),
        3,
        &["--prefix"],
    );
}

#[test]
fn an_old_python_or_one_without_venv_is_told_apart() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let at = folder.path();
    let fake = |script: &str| {
        let path = at.join("python3");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    fake("echo 3.8.18 cpython linux");
    expect(lstm_kernel(at).env("PATH", at).arg("python"), 3, &["python3 is 3.8.18", "expected 3.10 or later"]);
    fake("case \"$2\" in *ensurepip*) exit 1;; esac; echo 3.12.1 cpython linux");
    expect(lstm_kernel(at).env("PATH", at).arg("python"), 3, &["lacks its modules venv and ensurepip", "python3-venv"]);
}

#[test]
fn a_cache_that_cannot_be_made_is_named() {
    let folder = folder();
    let at = folder.path();
    std::fs::write(at.join("file"), "").unwrap();
    let cache = at.join("file/cache");
    expect(lstm_kernel(at).env("LSTM_CACHE", &cache).arg("python"), 4, &["cannot create", "file/cache"]);
}

#[test]
fn doctor_survives_a_course_that_is_not_there() {
    let folder = folder();
    let at = folder.path();
    expect(lstm_kernel(at).env("LSTM_COURSE", at).arg("doctor"), 3, &["missing  course", "LSTM_COURSE"]);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = folder();
    let mut child =
        lstm_kernel(folder.path()).arg("install").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
}
