//! Data sets that are not on the machine, in processes of their own: a test must not change the environment of the others.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use lstm::data;

/// Runs only as a child, where the environment says what is there.
#[test]
#[ignore = "a part of the tests below"]
fn child() {
    println!("folder: {}", data::folder().unwrap().display());
    match data::alice() {
        Ok(text) => println!("text: {text:?}"),
        Err(error) => println!("error: {error:?}"),
    }
}

/// What the child says with these variables and no others of ours.
fn said(variables: &[(&str, &Path)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "missing::child", "--ignored", "--nocapture"])
        .env_remove("LSTM_DATA")
        .env_remove("LSTM_CACHE")
        .env_remove("LSTM_KERNEL_PROGRAM")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_folder_is_named_by_the_environment() {
    let here = Path::new("/nonexistent");
    assert!(said(&[("LSTM_DATA", here), ("LSTM_CACHE", Path::new("/x"))]).contains("folder: /nonexistent\n"));
    assert!(said(&[("LSTM_CACHE", here)]).contains("folder: /nonexistent/data\n"));
    let user = said(&[("LSTM_DATA", Path::new("")), ("HOME", here), ("XDG_CACHE_HOME", Path::new("/c"))]);
    assert!(user.contains("lstm-kernel/data\n"), "{user}");
}

#[test]
fn without_the_kernel_the_error_names_the_command() {
    let said = said(&[("LSTM_DATA", Path::new("/nonexistent"))]);
    assert!(said.contains("error: no data set `alice`: it is not in /nonexistent/alice; fetch it with"), "{said}");
    assert!(said.contains("`lstm-kernel data fetch alice`") && said.contains("cargo run"), "{said}");
}

/// A program that stands in for the kernel's.
fn program(folder: &Path, script: &str) -> std::path::PathBuf {
    let path = folder.join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn the_kernel_fetches_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"echo "fetching $*, part: [$LSTM_KERNEL_ENGINE$EVCXR_IS_RUNTIME]" >&2
        mkdir -p "$LSTM_DATA/alice" && printf 'CHAPTER I\nstory\nTHE END\n' > "$LSTM_DATA/alice/alice29.txt""#;
    let program = program(folder.path(), script);
    let data = folder.path().join("data");
    let one = Path::new("1");
    let variables: [(&str, &Path); 4] = [
        ("LSTM_DATA", &data),
        ("LSTM_KERNEL_PROGRAM", &program),
        ("LSTM_KERNEL_ENGINE", one),
        ("EVCXR_IS_RUNTIME", one),
    ];
    let first = said(&variables);
    assert!(first.contains("fetching data fetch alice, part: []\n"), "{first}");
    assert!(first.contains(r#"text: "CHAPTER I\nstory\n""#), "{first}");
    let second = said(&variables);
    assert!(second.contains("text: ") && !second.contains("fetching"), "{second}");
}

#[test]
fn what_the_kernel_says_is_the_error() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let failing =
        program(folder.path(), "echo working >&2; echo 'lstm-kernel: no network\n  to mend it: wait' >&2; exit 3");
    let text = said(&[("LSTM_DATA", &data), ("LSTM_KERNEL_PROGRAM", &failing)]);
    assert!(text.contains("working\n"), "{text}");
    assert!(text.contains("data fetch alice` failed: no network\n  to mend it: wait\n"), "{text}");
    assert!(!text.contains("lstm-kernel: no network"), "told once, as the error:\n{text}");

    let idle = program(folder.path(), "exit 0");
    let text = said(&[("LSTM_DATA", &data), ("LSTM_KERNEL_PROGRAM", &idle)]);
    assert!(text.contains("fetching it left it incomplete"), "{text}");

    let nowhere = said(&[("LSTM_DATA", &data), ("LSTM_KERNEL_PROGRAM", Path::new("/no/such/program"))]);
    assert!(nowhere.contains("`/no/such/program data fetch alice` failed: "), "{nowhere}");
}
