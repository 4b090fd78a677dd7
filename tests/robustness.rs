//! What may go wrong around a cell, a kernel and a spare engine: interrupts, killed processes, floods, bad requests, folders
//! and clients that are not as they should be. Nothing is left behind.

use crate::support::{self, text};

#[track_caller]
fn passes(script: &str) {
    let _turn = support::one_at_a_time();
    let output = support::python().args(["-m", "pytest", "-q", "-x"]).arg(script).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn the_kernel_survives_what_goes_wrong() {
    passes("python/robustness_test.py");
}

#[test]
fn cells_are_built_without_cargo_until_something_changes() {
    passes("python/builds_test.py");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_that_was_acknowledged_is_lost() {
    passes("python/faults_test.py");
}

#[cfg(target_os = "linux")]
#[test]
fn a_spare_engine_goes_to_the_next_kernel_and_nobody_else() {
    passes("python/spare_test.py");
}
