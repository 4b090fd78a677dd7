//! `LSTM_GRADING=1`, in a process of its own: a test must not change the environment of the others.

use std::process::Command;

use lstm::prelude::*;

/// Runs only as a child, where the environment says so.
#[test]
#[ignore = "a part of the tests below"]
fn child() {
    let answer: Option<f64> = std::env::var("ANSWER").unwrap().parse().ok();
    match exercise("00/elements").check(answer) {
        Ok(verdict) => println!("verdict: {verdict}"),
        Err(error) => println!("error: {error:?}"),
    }
}

fn graded(grading: &str, answer: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "grading::child", "--ignored", "--nocapture"])
        .env("LSTM_GRADING", grading)
        .env("ANSWER", answer)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn missing_and_wrong_answers_are_errors_when_graded() {
    assert!(graded("1", "none").contains("error: exercise `00/elements` is not answered: The shape says"));
    assert!(graded("1", "17").contains("error: exercise `00/elements` is not right: You added"));
    assert!(graded("1", "120").contains("verdict: Right."));
}

#[test]
fn nothing_is_an_error_while_learning() {
    for grading in ["", "0"] {
        assert!(graded(grading, "none").contains("verdict: Not answered yet."));
        assert!(graded(grading, "17").contains("verdict: Not yet."));
    }
}
