//! The model: shapes, states, gradients of all variables, and that it learns.

use lstm::models::{LanguageModel, LanguageModelOptions, LanguageTask, Reader};
use lstm::text::Stream;

use super::*;

fn model(options: LanguageModelOptions) -> (Parameters, LanguageModel) {
    let parameters = Parameters::seeded(2, DType::F32, &CPU);
    let model = LanguageModel::new(11, options, parameters.builder()).unwrap();
    (parameters, model)
}

fn stream() -> Stream {
    let ids: Vec<u32> = (0..600).map(|k: u32| (k * k) % 11).collect();
    Stream::new(&ids, 5, 8).unwrap()
}

fn variants() -> Vec<LanguageModelOptions> {
    let mut all = Vec::new();
    for reader in Reader::ALL {
        for embedding_size in [None, Some(6)] {
            all.push(LanguageModelOptions { embedding_size, hidden_sizes: vec![9, 7], reader, ..Default::default() });
        }
    }
    all
}

#[test]
fn every_variable_gets_a_gradient_and_is_counted() {
    for options in variants() {
        let (parameters, model) = model(options.clone());
        let batch = stream().batch(0, &CPU).unwrap();
        assert_eq!(model.forward(&batch.inputs, None).unwrap().0.dims(), [8, 5, 11]);
        let gradients = model.loss(&batch, None).unwrap().0.backward().unwrap();
        assert!(parameters.vars().iter().all(|var| gradients.get(var).is_some()), "{options:?}");
        assert_eq!(model.parameter_count(), parameters.count());
    }
}

#[test]
fn reading_in_parts_is_reading_at_once() {
    for options in variants() {
        let (_, model) = model(options);
        let ids = stream().batch(0, &CPU).unwrap().inputs;
        let (whole, _) = model.forward(&ids, None).unwrap();
        let (first, state) = model.forward(&ids.narrow(0, 0, 3).unwrap(), None).unwrap();
        let (second, _) = model.forward(&ids.narrow(0, 3, 5).unwrap(), Some(&state)).unwrap();
        let parts = numbers(&Tensor::cat(&[first, second], 0).unwrap());
        let largest = numbers(&whole).iter().zip(&parts).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(largest < 1e-5, "{largest}");
    }
}

#[test]
fn evaluation_weighs_every_token_alike_and_drops_nothing() {
    let options = LanguageModelOptions { dropout: 0.5, hidden_sizes: vec![9], ..Default::default() };
    let (_, model) = model(options);
    // 119 inputs in a row: batches of 50, 50 and 19 steps.
    let ids: Vec<u32> = (0..600).map(|k: u32| (k * k) % 11).collect();
    let task = LanguageTask::new(model, stream());
    let in_parts = task.evaluate(&Stream::new(&ids, 5, 50).unwrap()).unwrap();
    let at_once = task.evaluate(&Stream::new(&ids, 5, 119).unwrap()).unwrap();
    assert!((in_parts - at_once).abs() < 2e-5, "{in_parts} {at_once}");
}

#[test]
fn the_embedding_starts_as_wide_as_the_options_say() {
    let options = LanguageModelOptions { embedding_size: Some(400), embedding_std: 0.5, ..Default::default() };
    let embedding = model(options).1.embedding().unwrap().flatten_all().unwrap(); // 11 rows of 400
    let variance = embedding.sqr().unwrap().mean_all().unwrap().to_scalar::<f32>().unwrap();
    assert!((variance - 0.25).abs() < 0.02, "{variance}");
}

#[test]
fn sizes_and_states_that_do_not_fit_are_refused() {
    let parameters = Parameters::seeded(2, DType::F32, &CPU);
    let bad = [
        LanguageModelOptions { hidden_sizes: vec![], ..Default::default() },
        LanguageModelOptions { hidden_sizes: vec![3, 0], ..Default::default() },
        LanguageModelOptions { dropout: 1.0, ..Default::default() },
        LanguageModelOptions { embedding_size: Some(0), ..Default::default() },
        LanguageModelOptions { embedding_std: 0.0, ..Default::default() },
        LanguageModelOptions { embedding_std: f64::NAN, ..Default::default() },
    ];
    for options in bad {
        assert!(LanguageModel::new(11, options, parameters.builder()).is_err());
    }
    let [(_, lstm), (_, gru)] = [Reader::Lstm, Reader::Gru]
        .map(|reader| model(LanguageModelOptions { hidden_sizes: vec![9, 7], reader, ..Default::default() }));
    let ids = stream().batch(0, &CPU).unwrap().inputs;
    let (_, state) = gru.forward(&ids, None).unwrap();
    assert!(lstm.forward(&ids, Some(&state)).is_err());
    // A state of one layer for two, and the other way round.
    let (_, one) = model(LanguageModelOptions { hidden_sizes: vec![9], ..Default::default() });
    let [of_one, of_two] = [&one, &lstm].map(|model| model.forward(&ids, None).unwrap().1);
    for (model, state) in [(&lstm, &of_one), (&one, &of_two)] {
        let error = model.forward(&ids, Some(state)).unwrap_err();
        assert!(matches!(error, Error::Argument { argument: "state", .. }), "{error}");
    }
    assert!(one.forward(&ids, Some(&of_one)).is_ok());
}
