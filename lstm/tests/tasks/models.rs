//! The models: shapes, masks and errors, and that each learns what it is for.

use lstm::candle_core::{DType, IndexOp, Tensor, Var};
use lstm::candle_nn::{AdamW, Optimizer};
use lstm::models::{
    AutoEncoder, Captioner, ClipCaptioner, EchoState, Executor, Eye, Reader, SequenceClassifier, Writer,
};
use lstm::tasks::{Answers, Clips, DelayedEcho, Pictures, Program, ProgramBatch, Programs};
use lstm::{Error, Options, Parameters, Result, random};

use crate::CPU;

fn parameters() -> Parameters {
    Parameters::seeded(1, DType::F32, &CPU)
}

fn number(scalar: &Tensor) -> f32 {
    scalar.to_scalar().unwrap()
}

/// Takes `updates` steps down the slope of `loss` and returns the last loss.
fn train(vars: Vec<Var>, rate: f64, updates: usize, mut loss: impl FnMut() -> Result<Tensor>) -> f32 {
    let mut optimizer = AdamW::new_lr(vars, rate).unwrap();
    let mut last = f32::NAN;
    for _ in 0..updates {
        let loss = loss().unwrap();
        optimizer.backward_step(&loss).unwrap();
        last = number(&loss);
    }
    last
}

fn programs(texts: &[(&str, &str)]) -> ProgramBatch {
    let all = texts.iter().map(|(text, answer)| Program { text: (*text).into(), answer: (*answer).into() });
    ProgramBatch::new(all.collect(), &CPU).unwrap()
}

#[test]
fn padding_reaches_neither_the_loss_nor_the_answer() {
    let model = Executor::new(8, 16, Options::default().num_layers(2), parameters().builder()).unwrap();
    let (short, long) = (("print(1+2)", "3"), ("a=20\nfor x in range(3):a+=100\nprint(a)", "320"));
    let alone = [number(&model.loss(&programs(&[short])).unwrap()), number(&model.loss(&programs(&[long])).unwrap())];
    let together = number(&model.loss(&programs(&[short, long])).unwrap());
    // `3.` are two symbols, `320.` four: the mean over the symbols of both.
    let expected = (2.0 * alone[0] + 4.0 * alone[1]) / 6.0;
    assert!((together - expected).abs() < 1e-5, "{together} and {expected}");
    let written = model.execute(&programs(&[short, long])).unwrap();
    assert_eq!(written[0], model.execute(&programs(&[short])).unwrap()[0]);
    assert_eq!(written[1], model.execute(&programs(&[long])).unwrap()[0]);
}

#[test]
fn the_loss_is_the_cross_entropy_of_what_is_read_symbol_by_symbol() {
    let writer = Writer::new(Programs::symbols(), 4, 6, Options::default(), parameters().builder()).unwrap();
    let answers = Answers::new(vec!["17".into()], writer.symbols(), &CPU).unwrap();
    let mut state = writer.lstm().zero_state(1).unwrap();
    let mut sum = 0.0;
    let ids = writer.symbols().ids("17").unwrap();
    for (read, said) in [(lstm::tasks::START, ids[0]), (ids[0], ids[1]), (ids[1], lstm::tasks::END)] {
        let (scores, next) = writer.scores(&Tensor::new(&[[read]], &CPU).unwrap(), &state).unwrap();
        let scores = scores.i((0, 0)).unwrap().to_vec1::<f32>().unwrap();
        let total: f32 = scores.iter().map(|score| score.exp()).sum();
        sum -= (scores[said as usize].exp() / total).ln();
        state = next;
    }
    let loss = number(&writer.loss(&writer.lstm().zero_state(1).unwrap(), &answers).unwrap());
    assert!((loss - sum / 3.0).abs() < 1e-5, "{loss} and {}", sum / 3.0);
}

#[test]
fn an_executor_learns_sums_of_one_digit() {
    let store = parameters();
    let model = Executor::new(8, 48, Options::default(), store.builder()).unwrap();
    let mut task = Programs::addition(1, 1).unwrap();
    train(store.vars(), 0.01, 500, || model.loss(&task.batch(64, &CPU)?));
    let exam = Programs::addition(2, 1).unwrap().batch(100, &CPU).unwrap();
    let exact = exam.answers.exact(&model.execute(&exam).unwrap());
    assert!(exact > 0.8, "{exact}");
}

#[test]
fn captioners_learn_what_they_are_shown() {
    let store = parameters();
    let model = Captioner::new(8, 32, store.builder()).unwrap();
    let batch = Pictures::seeded(1).batch(6, &CPU).unwrap();
    train(store.vars(), 0.01, 80, || model.loss(&batch));
    assert_eq!(model.describe(&batch.pictures).unwrap(), batch.answers.texts);

    let store = parameters();
    let eye = Eye::new(3, Pictures::SIDE, 24, store.builder().pp("eye")).unwrap();
    assert_eq!(eye.features(), 24);
    let model = ClipCaptioner::new(eye, 8, 32, store.builder()).unwrap();
    let batch = Clips::seeded(1).batch(4, &CPU).unwrap();
    train(store.vars(), 0.01, 200, || model.loss(&batch));
    assert_eq!(model.describe(&batch.clips).unwrap(), batch.answers.texts);
}

#[test]
fn a_borrowed_eye_keeps_the_weights_of_its_captioner() {
    let (pictures, clips) = (parameters(), parameters());
    let captioner = Captioner::new(8, 16, pictures.builder()).unwrap();
    let model = ClipCaptioner::new(captioner.eye().clone(), 8, 16, clips.builder()).unwrap();
    assert!(clips.names().iter().all(|name| !name.contains("eye")), "{:?}", clips.names());
    let batch = Clips::seeded(1).batch(2, &CPU).unwrap();
    let gradients = model.loss(&batch).unwrap().backward().unwrap();
    let eye = pictures.get("eye.conv1.weight").unwrap();
    assert!(gradients.get(&eye).is_some());
}

#[test]
fn every_reader_tells_rising_from_falling() {
    // Series that begin anywhere and go up or down by a little at each step.
    let mut generator = random::Generator::new(1);
    let (mut xs, mut targets) = (vec![0f32; 12 * 60], Vec::new());
    for b in 0..60 {
        let (start, class) = (generator.next_normal(), generator.below(2));
        for t in 0..12 {
            xs[t * 60 + b] = (start + 0.1 * t as f64 * if class == 1 { 1.0 } else { -1.0 }) as f32;
        }
        targets.push(class as u32);
    }
    let xs = Tensor::from_vec(xs, (12, 60, 1), &CPU).unwrap();
    let right = Tensor::new(targets.as_slice(), &CPU).unwrap();
    for reader in Reader::ALL {
        let store = parameters();
        let model = SequenceClassifier::new(reader, 1, 16, 2, Options::default(), store.builder()).unwrap();
        assert_eq!(model.outputs(&xs).unwrap().dims(), [12, 60, 16]);
        let loss = train(store.vars(), 0.02, 200, || model.loss(&xs, &right));
        let found = model.classify(&xs).unwrap();
        let hits = found.iter().zip(&targets).filter(|(a, b)| a == b).count();
        assert!(hits >= 57, "{}: {hits} of 60, loss {loss}", reader.name());
    }
    let both = Options::default().bidirectional(true);
    let model = SequenceClassifier::new(Reader::Lstm, 1, 5, 3, both, parameters().builder()).unwrap();
    assert_eq!(model.forward(&xs).unwrap().dims(), [60, 3]);
    let error = model.loss(&xs, &right.narrow(0, 0, 59).unwrap()).unwrap_err();
    assert!(matches!(error, Error::Shape { .. }), "{error}");
}

#[test]
fn what_is_dropped_in_training_is_there_in_evaluation() {
    random::seed(1);
    let dropping = Options::default().num_layers(2).dropout(0.5);
    let xs = random::Generator::new(1).randn((4, 3, 2), DType::F32, &CPU).unwrap();
    let ids = Tensor::new(&[[5u32], [6], [7]], &CPU).unwrap();
    let batch = Programs::addition(1, 2).unwrap().batch(5, &CPU).unwrap();
    for reader in Reader::ALL {
        let mut model = SequenceClassifier::new(reader, 2, 8, 4, dropping, parameters().builder()).unwrap();
        let run = |model: &SequenceClassifier| model.forward(&xs).unwrap().to_vec2::<f32>().unwrap();
        assert_ne!(run(&model), run(&model));
        model.eval();
        let whole = run(&model);
        assert_eq!(run(&model), whole);
        // As if there were no dropout.
        let plain = dropping.dropout(0.0);
        let plain = SequenceClassifier::new(reader, 2, 8, 4, plain, parameters().builder()).unwrap();
        assert_eq!(run(&plain), whole);
        let mut other = model.clone();
        other.train();
        assert_ne!(run(&other), run(&other));
        assert_eq!(run(&model), whole, "a clone has a mode of its own");
    }
    let mut writer = Writer::new(Programs::symbols(), 4, 8, dropping, parameters().builder()).unwrap();
    let run = |writer: &Writer| {
        let state = writer.lstm().zero_state(1).unwrap();
        writer.scores(&ids, &state).unwrap().0.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    };
    assert_ne!(run(&writer), run(&writer));
    writer.eval();
    assert_eq!(run(&writer), run(&writer));
    writer.train();
    assert_ne!(run(&writer), run(&writer));

    let mut model = Executor::new(4, 8, dropping, parameters().builder()).unwrap();
    let run = |model: &Executor| number(&model.loss(&batch).unwrap());
    assert_ne!(run(&model), run(&model));
    model.eval();
    assert_eq!(run(&model), run(&model));
    model.train();
    assert_ne!(run(&model), run(&model));
}

#[test]
fn layers_may_project() {
    let xs = random::Generator::new(1).randn((4, 3, 2), DType::F32, &CPU).unwrap();
    for (bidirectional, width) in [(false, 3), (true, 6)] {
        let options = Options::default().num_layers(2).bidirectional(bidirectional).proj_size(3);
        let model = SequenceClassifier::new(Reader::Lstm, 2, 5, 4, options, parameters().builder()).unwrap();
        assert_eq!(model.outputs(&xs).unwrap().dims(), [4, 3, width]);
        assert_eq!(model.forward(&xs).unwrap().dims(), [3, 4]);
    }
    let model = Executor::new(4, 6, Options::default().proj_size(3), parameters().builder()).unwrap();
    let batch = Programs::addition(1, 2).unwrap().batch(5, &CPU).unwrap();
    let state = model.read(&batch).unwrap();
    assert_eq!((state.h.dims(), state.c.dims()), (&[1, 5, 3][..], &[1, 5, 6][..]));
    assert!(number(&model.loss(&batch).unwrap()).is_finite());
    assert_eq!(model.execute(&batch).unwrap().len(), 5);
}

#[test]
fn a_code_brings_the_series_back() {
    let store = parameters();
    let model = AutoEncoder::new(1, 24, 2, store.builder()).unwrap();
    let mut generator = random::Generator::new(1);
    let slopes: Vec<(f64, f64)> = (0..64).map(|_| (generator.next_normal(), generator.next_normal())).collect();
    let xs: Vec<f32> = (0..10)
        .flat_map(|t| slopes.iter().map(move |(start, slope)| (start + slope * (t as f64 / 9.0 - 0.5)) as f32))
        .collect();
    let xs = Tensor::from_vec(xs, (10, 64, 1), &CPU).unwrap();
    let variance = number(&xs.broadcast_sub(&xs.mean_all().unwrap()).unwrap().sqr().unwrap().mean_all().unwrap());
    let loss = train(store.vars(), 0.01, 250, || model.loss(&xs));
    assert!(loss < 0.1 * variance, "{loss} of {variance}");
    let error = model.decode(&Tensor::zeros((4, 3), DType::F32, &CPU).unwrap(), 10).unwrap_err().to_string();
    assert_eq!(error, "`code` must have shape [B >= 1, Z = 2], got [4, 3]");
}

#[test]
fn echoes_hold_what_was_heard() {
    random::seed(1);
    let mut network = EchoState::new(1, 100, 0.9, 0.1).unwrap();
    let learn = DelayedEcho::seeded(1, 1000, 5).unwrap().batch(1, &CPU).unwrap();
    assert!(network.forward(&learn.xs).unwrap_err().to_string().contains("`fit` first"));
    network.fit(&learn.xs, &learn.targets, 100, 1e-8).unwrap();
    let exam = DelayedEcho::seeded(2, 500, 5).unwrap().batch(2, &CPU).unwrap();
    let said = network.forward(&exam.xs).unwrap();
    assert_eq!(said.dims(), [500, 2, 1]);
    let error = (said - &exam.targets).unwrap().narrow(0, 100, 400).unwrap().sqr().unwrap().mean_all().unwrap();
    assert!(f64::from(number(&error)) < 0.01 * DelayedEcho::BASELINE, "{error}");

    // 5 steps of echo cannot be had out of units that hear nothing of the past.
    let mut deaf = EchoState::new(1, 100, 0.0, 0.1).unwrap();
    deaf.fit(&learn.xs, &learn.targets, 100, 1e-8).unwrap();
    let said = deaf.forward(&exam.xs).unwrap();
    let error = (said - &exam.targets).unwrap().narrow(0, 100, 400).unwrap().sqr().unwrap().mean_all().unwrap();
    assert!(f64::from(number(&error)) > 0.9 * DelayedEcho::BASELINE, "{error}");
}

#[test]
fn an_echo_state_network_says_what_is_wrong() {
    random::seed(1);
    let mut network = EchoState::new(1, 10, 0.9, 0.1).unwrap();
    let batch = DelayedEcho::seeded(1, 20, 1).unwrap().batch(1, &CPU).unwrap();
    let mut fails =
        |washout: usize, penalty: f64| network.fit(&batch.xs, &batch.targets, washout, penalty).unwrap_err();
    assert_eq!(fails(20, 0.1).to_string(), "`T - washout` must be at least 1, got 0");
    assert!(fails(0, -1.0).to_string().starts_with("`ridge_penalty` must be"));
    // One step for ten units: without a penalty there is no single solution.
    assert!(fails(19, 0.0).to_string().starts_with("`penalty` must be large enough"));
    assert!(EchoState::new(1, 10, 0.9, 0.0).is_err());
}
