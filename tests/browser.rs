//! The course in JupyterLab in a real browser. Needs Chromium: `cargo test --release --workspace --test course -- --ignored browser`.

use crate::support::{self, text};

#[test]
#[ignore = "needs Chromium"]
fn browser_shows_what_a_cell_does_while_it_does_it() {
    let _turn = support::one_at_a_time();
    let mut python = support::python();
    python.env("LSTM_KERNEL", env!("CARGO_BIN_EXE_lstm-kernel"));
    let output = python.args(["-m", "pytest", "-q", "-x", "python/browser_test.py"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}
