//! The recurrent classifier of sentences.

use candle_nn::{AdamW, Optimizer as _};
use lstm::candle_nn;
use lstm::models::{Pooling, Reader, TextClassifier, TextClassifierOptions};
use lstm::prelude::*;
use lstm::text::Padded;

const CPU: Device = Device::Cpu;

/// Every layer, direction and pooling.
fn all_options() -> Vec<TextClassifierOptions> {
    let mut all = Vec::new();
    for reader in Reader::ALL {
        for bidirectional in [false, true] {
            for pooling in [Pooling::Last, Pooling::Mean, Pooling::Max] {
                let (embedding_size, hidden_size) = (3, 4);
                let rest = TextClassifierOptions::default();
                all.push(TextClassifierOptions { embedding_size, hidden_size, reader, bidirectional, pooling, ..rest });
            }
        }
    }
    all
}

fn model(options: TextClassifierOptions) -> (Parameters, TextClassifier) {
    let parameters = Parameters::seeded(1, DType::F64, &CPU);
    let model = TextClassifier::new(10, 3, options, parameters.builder()).unwrap();
    (parameters, model)
}

fn batch(sentences: &[&[u32]]) -> Padded {
    Padded::new(sentences, 0, &CPU).unwrap()
}

fn flat(tensor: &Tensor) -> Vec<f64> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn padding_reaches_nothing() {
    for options in all_options() {
        let (_, model) = model(options);
        let alone = model.forward(&batch(&[&[4, 5]])).unwrap();
        assert_eq!(alone.dims(), [1, 3]);
        let together = batch(&[&[4, 5], &[6, 7, 8, 9, 1]]);
        let beside = model.forward(&together).unwrap().narrow(0, 0, 1).unwrap();
        let swapped = model.forward(&together.batch_first().unwrap()).unwrap().narrow(0, 0, 1).unwrap();
        for (a, b) in flat(&alone).iter().zip(flat(&beside)) {
            assert!((a - b).abs() < 1e-12, "{options:?}");
        }
        assert_eq!(flat(&beside), flat(&swapped), "{options:?}");
    }
}

#[test]
fn pooling_is_what_it_says() {
    for bidirectional in [false, true] {
        let options = TextClassifierOptions { embedding_size: 3, hidden_size: 4, bidirectional, ..Default::default() };
        let (parameters, _) = model(options);
        let vb = parameters.builder();
        let lstm = Lstm::new(3, 4, Options::default().bidirectional(bidirectional), vb.pp("lstm")).unwrap();
        let ids = Tensor::new(&[4u32, 5, 6], &CPU).unwrap();
        let xs = parameters.get("embedding.weight").unwrap().index_select(&ids, 0).unwrap().unsqueeze(1).unwrap();
        let outputs = lstm.forward(&xs, None).unwrap().0; // [3, 1, dH]
        let sentence = |pooling| {
            let model = TextClassifier::new(10, 3, TextClassifierOptions { pooling, ..options }, vb.clone()).unwrap();
            // A longer neighbour, so that there is padding.
            flat(&model.sentences(&batch(&[&[4, 5, 6], &[1, 2, 3, 4, 5]])).unwrap().get(0).unwrap())
        };
        let close = |a: Vec<f64>, b: Vec<f64>| {
            assert_eq!(a.len(), b.len());
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-12), "{a:?} {b:?}");
        };
        close(sentence(Pooling::Mean), flat(&outputs.mean(0).unwrap()));
        close(sentence(Pooling::Max), flat(&outputs.max(0).unwrap()));
        // Forward after the last step, reverse after the first.
        let mut last = flat(&outputs.i((2, 0, ..4)).unwrap());
        if bidirectional {
            last.extend(flat(&outputs.i((0, 0, 4..)).unwrap()));
        }
        close(sentence(Pooling::Last), last);
    }
}

#[test]
fn every_variable_learns_unless_it_is_frozen() {
    for frozen in [false, true] {
        for options in all_options() {
            let (parameters, model) = model(TextClassifierOptions { frozen, ..options });
            let logits = model.forward(&batch(&[&[4, 5], &[6, 7, 8]])).unwrap();
            let gradients = logits.sqr().unwrap().sum_all().unwrap().backward().unwrap();
            for name in parameters.names() {
                let learns = gradients.get(&parameters.get(&name).unwrap()).is_some();
                assert_eq!(learns, !(frozen && name == "embedding.weight"), "{name} {options:?}");
            }
        }
    }
}

#[test]
fn dropout_is_for_training() {
    random::seed(1);
    for (dropout, word_dropout) in [(0.5, 0.0), (0.0, 0.5)] {
        let (_, mut model) = model(TextClassifierOptions { dropout, word_dropout, ..all_options()[0] });
        let batch = batch(&[&[1, 2, 3, 4, 5, 6, 7, 8]]);
        let run = |model: &TextClassifier| flat(&model.forward(&batch).unwrap());
        assert_ne!(run(&model), run(&model));
        model.eval();
        assert_eq!(run(&model), run(&model));
        model.train();
        assert_ne!(run(&model), run(&model));
    }
}

#[test]
fn pretrained_rows_are_put_in() {
    let (parameters, model) = model(all_options()[0]);
    let weights = Tensor::ones((10, 3), DType::F64, &CPU).unwrap();
    model.set_embedding(&weights).unwrap();
    assert_eq!(flat(&parameters.get("embedding.weight").unwrap()), vec![1.0; 30]);
    assert_eq!(flat(model.embedding()), vec![1.0; 30]);
    assert!(model.set_embedding(&weights.t().unwrap()).is_err());
    assert!(model.set_embedding(&weights.to_dtype(DType::F32).unwrap()).is_err());
    // Tensors that are no variables cannot be set.
    let plain = parameters.names().into_iter().map(|name| {
        let value = parameters.get(&name).unwrap().as_tensor().copy().unwrap().detach();
        (name, value)
    });
    let vb = candle_nn::VarBuilder::from_tensors(plain.collect(), DType::F64, &CPU);
    let fixed = TextClassifier::new(10, 3, all_options()[0], vb).unwrap();
    let error = fixed.set_embedding(&weights.zeros_like().unwrap()).unwrap_err();
    assert!(matches!(error, Error::Argument { argument: "weights", .. }), "{error}");
    assert_eq!(flat(fixed.embedding()), vec![1.0; 30]);
}

#[test]
fn bad_options_are_refused() {
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    let good = TextClassifierOptions::default();
    let refused =
        |vocabulary, classes, options| TextClassifier::new(vocabulary, classes, options, parameters.builder()).is_err();
    assert!(refused(0, 2, good) && refused(9, 0, good) && refused(usize::MAX, 2, good));
    assert!(refused(9, 2, TextClassifierOptions { hidden_size: 0, ..good }));
    assert!(refused(9, 2, TextClassifierOptions { embedding_size: 0, ..good }));
    assert!(refused(9, 2, TextClassifierOptions { dropout: 1.0, ..good }));
    assert!(refused(9, 2, TextClassifierOptions { word_dropout: -0.1, ..good }));
    let (_, model) = model(all_options()[0]);
    assert!(model.forward(&batch(&[&[10]])).is_err(), "an id from V on");
}

#[test]
fn order_can_be_learned() {
    // The class is the first word, 1 or 2, which a bag of words cannot know: both sentences have both.
    let sentences: [&[u32]; 4] = [&[1, 3, 2, 3], &[2, 3, 1, 3], &[1, 2], &[2, 1]];
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    let options = TextClassifierOptions { embedding_size: 8, hidden_size: 8, ..Default::default() };
    let model = TextClassifier::new(4, 2, options, parameters.builder()).unwrap();
    let mut adam = AdamW::new_lr(parameters.vars(), 0.02).unwrap();
    let targets = Tensor::new(&[0u32, 1, 0, 1], &CPU).unwrap();
    let mut loss = f32::INFINITY;
    for _ in 0..100 {
        let step = candle_nn::loss::cross_entropy(&model.forward(&batch(&sentences)).unwrap(), &targets).unwrap();
        adam.backward_step(&step).unwrap();
        loss = step.to_scalar().unwrap();
    }
    assert!(loss < 0.05, "{loss}");
}
