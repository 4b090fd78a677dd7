//! Logistic regression on bags of words.

use lstm::Parameters;
use lstm::candle_core::{DType, Device, Tensor};
use lstm::models::{BagOfWords, Weighting};
use lstm::text::Padded;

/// The logit of class 0 for one sentence, where entry `k` counts `10^k`.
fn logit(weighting: Weighting, sentences: &[Vec<u32>]) -> Vec<f64> {
    let parameters = Parameters::seeded(1, DType::F64, &Device::Cpu);
    let model = BagOfWords::new(3, 1, weighting, parameters.builder()).unwrap();
    let weight = Tensor::new(&[[1f64], [10.0], [100.0]], &Device::Cpu).unwrap();
    parameters.get("weight").unwrap().set(&weight).unwrap();
    let batch = Padded::new(sentences, 2, &Device::Cpu).unwrap();
    let logits = model.forward(&batch).unwrap();
    assert_eq!(logits.dims(), [sentences.len(), 1]);
    let swapped = model.forward(&batch.batch_first().unwrap()).unwrap();
    assert_eq!(swapped.to_vec2::<f64>().unwrap(), logits.to_vec2::<f64>().unwrap());
    logits.flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn counts_and_presence() {
    // The padding is id 2, and counts nothing where it fills up.
    let sentences = [vec![1], vec![1, 0, 1, 1], vec![2, 0]];
    assert_eq!(logit(Weighting::Counts, &sentences), [10.0, 31.0, 101.0]);
    assert_eq!(logit(Weighting::Binary, &sentences), [10.0, 11.0, 101.0]);
}

#[test]
fn tf_idf_by_hand() {
    // N = 3 sentences; entry 0 is in 3, entry 1 in 1, entry 2 in none.
    let sentences = [vec![0, 0], vec![0], vec![1, 0, 1]];
    let weighting = Weighting::tf_idf(&sentences, 3);
    let rare = 2f64.ln() + 1.0; // ln(4 / 2) + 1
    assert_eq!(weighting, Weighting::TfIdf(vec![1.0, rare, 4f64.ln() + 1.0]));
    let norm = (1.0 + 4.0 * rare * rare).sqrt();
    let expected = [1.0, 1.0, (1.0 + 10.0 * 2.0 * rare) / norm];
    for (got, expected) in logit(weighting, &sentences).into_iter().zip(expected) {
        assert!((got - expected).abs() < 1e-12, "{got} {expected}");
    }
}

#[test]
fn bad_input_is_refused() {
    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    assert!(BagOfWords::new(0, 2, Weighting::Binary, parameters.builder()).is_err());
    assert!(BagOfWords::new(2, 0, Weighting::Binary, parameters.builder()).is_err());
    assert!(BagOfWords::new(usize::MAX, 2, Weighting::Binary, parameters.builder()).is_err());
    let model = BagOfWords::new(3, 2, Weighting::TfIdf(vec![1.0; 2]), parameters.builder()).unwrap();
    assert!(model.forward(&Padded::new(&[[2u32]], 0, &Device::Cpu).unwrap()).is_err());
    let model = BagOfWords::new(3, 2, Weighting::Binary, parameters.builder()).unwrap();
    assert!(model.forward(&Padded::new(&[[3u32]], 0, &Device::Cpu).unwrap()).is_err());
}
