//! `09_word_generation`, answered by hand.

use lstm::models::{LanguageModel, LanguageModelOptions};
use lstm::prelude::*;
use lstm::text::{Cleaning, LineBreaks};

use super::{assert_hint, assert_right};

const VERSE: &str = "Let me not to the marriage of true minds\nAdmit impediments. Love is not love\n\
                     Which alters when it alteration finds,\nOr bends with the remover to remove:";

#[test]
fn numbers() {
    // 9 + 6 + 6 + 7; minds|Admit and love|Which have nothing between them
    assert_right("09/joined-lines", [28, 26]);
    assert_hint("09/joined-lines", [28, 25], "third and the fourth");
    // one of each 50
    assert_right("09/rolled-targets", 1.0 / 50.0);
    assert_hint("09/rolled-targets", 1.0 / 51.0, "only 50");
    // 500 000 + 800 · 302 + 1 005 000
    assert_right("09/parameters", 1_746_600);
    assert_hint("09/parameters", 1_745_800, "Keras");
    // 7 bits for 5 characters
    assert_right("09/bits-per-character", 7.0 / 5.0);
    assert_hint("09/bits-per-character", 7, "one of its characters");
    assert_hint("09/bits-per-character", 128f64.ln() / 5.0, "nats");
    // ln (e + 999) - 1
    assert_right("09/softmax-twice", 5.909_44);
    assert_hint("09/softmax-twice", 1000f64.ln(), "as likely");
    // none of eight: 0.9⁸
    assert_right("09/word-from-nowhere", 1.0 - 0.9f64.powi(8));
    assert_hint("09/word-from-nowhere", 0.9f64.powi(8), "no word of the line");
    assert_right("09/true-or-false", "B, D, E, G");
    assert_hint("09/true-or-false", "BCDEG", "loss by position");
}

#[test]
fn the_numbers_are_those_of_the_library() {
    let count = |breaks| text::words_at_spaces(&Cleaning::for_words().line_breaks(breaks).apply(VERSE)).len();
    assert_right("09/joined-lines", [count(LineBreaks::Space), count(LineBreaks::Join)]);

    let options = LanguageModelOptions { embedding_size: Some(100), hidden_sizes: vec![200], ..Default::default() };
    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    let model = LanguageModel::new(5000, options, parameters.builder()).unwrap();
    assert_right("09/parameters", model.parameter_count());

    let loss_of_a_word = 128f64.ln();
    assert!((train::perplexity(loss_of_a_word) - 128.0).abs() < 1e-9);
    assert_right("09/bits-per-character", train::bits(loss_of_a_word) / 5.0);

    let mut certain = vec![0f32; 1000];
    certain[7] = 1.0;
    let logits = Tensor::from_vec(certain, (1, 1000), &Device::Cpu).unwrap();
    let target = Tensor::new(&[7u32], &Device::Cpu).unwrap();
    assert_right("09/softmax-twice", loss::cross_entropy(&logits, &target).unwrap().to_scalar::<f32>().unwrap());
}

#[test]
fn mixed_probability() {
    fn right(pair: f64, before: f64, alone: f64) -> Option<f64> {
        if before == 0.0 { Some(alone) } else { Some(0.5 * pair / before + 0.5 * alone) }
    }
    fn divides_by_zero(pair: f64, before: f64, alone: f64) -> f64 {
        (pair / before + alone) / 2.0
    }
    fn loses_half(pair: f64, before: f64, alone: f64) -> f64 {
        0.5 * pair / before.max(1.0) + 0.5 * alone
    }
    assert!(exercise("09/mixed-probability").check_fn(right).unwrap().is_right());
    let hint = exercise("09/mixed-probability").check_fn(divides_by_zero).unwrap();
    assert!(hint.message().contains("division by zero"), "{hint}");
    let hint = exercise("09/mixed-probability").check_fn(loses_half).unwrap();
    assert!(hint.message().contains("one half"), "{hint}");
}
