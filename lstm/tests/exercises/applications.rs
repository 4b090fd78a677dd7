//! `11_applications`, answered by hand.

use super::{assert_hint, assert_right};

#[test]
fn a_program_by_hand() {
    assert_right("11/execute", Some(5 + 30));
    assert_hint("11/execute", Some(12 + 3 * 40 + 30), "comparison");
    assert_hint("11/execute", Some(12 + 3 * 40), "after the loop");
}

#[test]
fn symbols_that_count() {
    assert_right("11/counted", Some("100".len() + 1));
    assert_hint("11/counted", Some(3), "over");
    assert_hint("11/counted", Some(12), "what is written");
}

#[test]
fn stages_of_the_naive_curriculum() {
    assert_right("11/stages", Some(4 * 2));
    assert_hint("11/stages", Some(5), "begins again");
}

#[test]
fn a_whole_sentence() {
    assert_right("11/sentence", Some(0.99f64.powi(8)));
    assert_hint("11/sentence", Some(1.0 - 8.0 * 0.01), "multiply");
}

#[test]
fn how_long_an_echo_lasts() {
    assert!(0.9f64.powi(44) < 0.01 && 0.9f64.powi(43) > 0.01);
    assert_right("11/echo", Some(44));
    assert_hint("11/echo", Some(22), "tenth");
}

#[test]
fn true_or_false() {
    assert_right("11/true-or-false", "BDE");
    assert_hint("11/true-or-false", "ABDE", "Whose words");
}
