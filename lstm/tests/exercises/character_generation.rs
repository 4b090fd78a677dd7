//! `08_character_generation`, answered by hand and by the library.

use lstm::generate::Sampler;
use lstm::models::{LanguageModel, LanguageModelOptions};
use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn numbers() {
    // (1 + 2 + 3 + 3) / 4 = 2.25 bits, and 2^2.25
    assert_right("08/three-currencies", [2.25, 4.76]);
    assert_hint("08/three-currencies", [2.25, 9.49], "base");
    // 10 000 / 20 / 50
    assert_right("08/updates-per-epoch", 10);
    assert_hint("08/updates-per-epoch", 9_951, "windows");
    // 9 : 1 becomes 3 : 1
    assert_right("08/temperature", 0.75);
    assert_hint("08/temperature", 0.988, "one half");
    // 0.5, 0.2 and 0.15 of 0.85
    assert_right("08/top-p", vec![0.588, 0.235, 0.176]);
    assert_hint("08/top-p", vec![0.714, 0.286], "not reached");
    assert_hint("08/top-p", vec![1.0], "another length");
    // 4 · 800 · 1802
    assert_right("08/second-layer", 5_766_400);
    assert_hint("08/second-layer", 5_763_200, "Keras");
    assert_right("08/true-or-false", "A, B, D, E, H");
    assert_hint("08/true-or-false", "ABDEFH", "likeliest step");
    assert_hint("08/true-or-false", "ABDEGH", "both curves");
}

#[test]
fn the_numbers_are_those_of_the_library() {
    let nats = [0.5f64, 0.25, 0.125, 0.125].map(|p| -p.ln()).iter().sum::<f64>() / 4.0;
    assert_right("08/three-currencies", [train::bits(nats), train::perplexity(nats)]);
    let ids: Vec<u32> = (0..10_001).map(|k| k % 7).collect();
    assert_right("08/updates-per-epoch", text::Stream::new(&ids, 20, 50).unwrap().len());
    let logits = [0.9f32.ln(), 0.1f32.ln()];
    let warm = Sampler::seeded(1).temperature(2.0).unwrap().distribution(&logits).unwrap();
    assert_right("08/temperature", warm[0].1);
    let logits = [0.05f32, 0.5, 0.1, 0.2, 0.15].map(f32::ln);
    let head = Sampler::seeded(1).top_p(0.8).unwrap().distribution(&logits).unwrap();
    assert_right("08/top-p", head.iter().map(|(_, p)| *p).collect::<Vec<f64>>());
    let parameters = Parameters::new(DType::F32, &Device::Cpu);
    let layer = Lstm::new(1000, 800, Options::default(), parameters.builder()).unwrap();
    assert_right("08/second-layer", layer.vars().iter().map(|var| var.elem_count()).sum::<usize>());
}

#[test]
fn bits_per_character() {
    fn right(p: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((p.log()?.mean_all()? / -std::f64::consts::LN_2)?))
    }
    fn nats(p: &Tensor) -> Result<Tensor> {
        Ok(p.log()?.mean_all()?.neg()?)
    }
    assert!(exercise("08/bits-per-character").check_fn(right).unwrap().is_right());
    let hint = exercise("08/bits-per-character").check_fn(nats).unwrap();
    assert!(!hint.is_right() && hint.message().contains("nats"), "{hint}");
}

#[test]
fn one_hot_model() {
    fn right(v: usize, h: usize) -> Option<usize> {
        let options =
            LanguageModelOptions { embedding_size: None, hidden_sizes: vec![h], ..LanguageModelOptions::default() };
        let parameters = Parameters::new(DType::F32, &Device::Cpu);
        Some(LanguageModel::new(v, options, parameters.builder()).unwrap().parameter_count())
    }
    fn with_a_table(v: usize, h: usize) -> usize {
        v * v + 4 * h * (v + h + 2) + v * (h + 1)
    }
    assert!(exercise("08/one-hot-model").check_fn(right).unwrap().is_right());
    let hint = exercise("08/one-hot-model").check_fn(with_a_table).unwrap();
    assert!(!hint.is_right() && hint.message().contains("no table"), "{hint}");
}
