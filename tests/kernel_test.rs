//! The kernel passes `jupyter_kernel_test`, the suite that Jupyter offers to kernel authors, and skips none of it; and every
//! request causes what the messaging specification says.

use crate::support::{self, text};

#[test]
fn jupyter_kernel_test_passes() {
    let _turn = support::one_at_a_time();
    let output = support::python().args(["-m", "pytest", "-q", "-rs", "python/kernel_test.py"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert!(!text(&output).contains("skipped"), "{}", text(&output));
}

#[test]
fn every_request_causes_what_the_specification_says() {
    let _turn = support::one_at_a_time();
    let output = support::python().args(["-m", "pytest", "-q", "python/protocol_test.py"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}
