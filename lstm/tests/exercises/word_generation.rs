//! `09_word_generation`, answered by hand.

use lstm::generate::Sampler;
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
    // (1 + 2 + 3 + 2) / 4 bits
    assert_right("09/perplexity", 4);
    assert_hint("09/perplexity", 4.5, "taken of the logarithms");
    assert_hint("09/perplexity", 256, "fourth root");
    // ln (e + 999) - 1
    assert_right("09/softmax-twice", 5.909_44);
    assert_hint("09/softmax-twice", 1000f64.ln(), "as likely");
    // 0.45 + 0.25 + 0.15 = 0.85
    assert_right("09/top-p", [3.0, 0.45 / 0.85]);
    assert_hint("09/top-p", [3.0, 0.45 / 0.8], "really have");
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

    let losses = [0.5f64, 0.25, 0.125, 0.25].map(|p| -p.ln());
    assert_right("09/perplexity", train::perplexity(losses.iter().sum::<f64>() / 4.0));

    let mut certain = vec![0f32; 1000];
    certain[7] = 1.0;
    let logits = Tensor::from_vec(certain, (1, 1000), &Device::Cpu).unwrap();
    let target = Tensor::new(&[7u32], &Device::Cpu).unwrap();
    assert_right("09/softmax-twice", loss::cross_entropy(&logits, &target).unwrap().to_scalar::<f32>().unwrap());

    let logits = [0.45f32, 0.25, 0.15, 0.10, 0.05].map(f32::ln);
    let kept = Sampler::seeded(1).top_p(0.8).unwrap().distribution(&logits).unwrap();
    assert_right("09/top-p", [kept.len() as f64, kept[0].1]);
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
