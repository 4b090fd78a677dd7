//! Adam against candle-nn's AdamW, and its state.

use candle_nn::{AdamW, Optimizer, ParamsAdamW, SGD};
use lstm::train::{Adam, Savable};

use super::*;

fn two_layers(seed: u64, dtype: DType) -> (Parameters, Lstm) {
    let parameters = Parameters::seeded(seed, dtype, &CPU);
    let lstm = Lstm::new(3, 4, Options::default().num_layers(2), parameters.builder()).unwrap();
    (parameters, lstm)
}

fn loss(lstm: &Lstm, seed: u64) -> Tensor {
    let xs = random::Generator::new(seed).randn((5, 2, 3), lstm.dtype(), &CPU).unwrap();
    lstm.forward(&xs, None).unwrap().0.sqr().unwrap().mean_all().unwrap()
}

fn all(parameters: &Parameters) -> Vec<f64> {
    parameters.vars().iter().flat_map(|var| numbers(var)).collect()
}

#[test]
fn thirty_updates_are_those_of_candle_bit_for_bit() {
    for dtype in [DType::F32, DType::F64] {
        let settings = ParamsAdamW { lr: 0.05, beta1: 0.8, beta2: 0.95, eps: 1e-6, weight_decay: 0.1 };
        let ((ours, our_lstm), (theirs, their_lstm)) = (two_layers(1, dtype), two_layers(1, dtype));
        let start = all(&ours);
        let mut adam = Adam::new(ours.vars(), settings.clone()).unwrap();
        let mut adamw = AdamW::new(theirs.vars(), settings).unwrap();
        for update in 0..30 {
            adam.backward_step(&loss(&our_lstm, update)).unwrap();
            adamw.backward_step(&loss(&their_lstm, update)).unwrap();
            assert_eq!(all(&ours), all(&theirs), "update {update}, {dtype:?}");
        }
        assert_ne!(all(&ours), start);
        assert_eq!(adam.updates(), 30);
    }
}

#[test]
fn large_variables_are_updated_whole_and_a_gradient_of_another_shape_is_refused() {
    let settings = ParamsAdamW { lr: 0.05, weight_decay: 0.1, ..Default::default() };
    let start = random::Generator::new(1).randn(40_001, DType::F32, &CPU).unwrap();
    let (ours, theirs) = (Var::from_tensor(&start).unwrap(), Var::from_tensor(&start).unwrap());
    let mut adam = Adam::new(vec![ours.clone()], settings.clone()).unwrap();
    let mut adamw = AdamW::new(vec![theirs.clone()], settings).unwrap();
    for _ in 0..3 {
        adam.backward_step(&ours.sqr().unwrap().sum_all().unwrap()).unwrap();
        adamw.backward_step(&theirs.sqr().unwrap().sum_all().unwrap()).unwrap();
    }
    assert_eq!(numbers(&ours), numbers(&theirs));
    assert_ne!(numbers(&ours), numbers(&start));

    let mut gradients = ours.sum_all().unwrap().backward().unwrap();
    gradients.insert(&ours, start.narrow(0, 0, 5).unwrap());
    let error = adam.step(&gradients).unwrap_err().to_string();
    assert!(error.contains("[40001]") && error.contains("[5]"), "{error}");
}

#[test]
fn a_copy_with_the_state_makes_the_same_updates_and_one_without_does_not() {
    let (first, first_lstm) = two_layers(2, DType::F32);
    let settings = ParamsAdamW { lr: 0.01, ..Default::default() };
    let mut adam = Adam::new(first.vars(), settings.clone()).unwrap();
    for update in 0..5 {
        adam.backward_step(&loss(&first_lstm, update)).unwrap();
    }
    let copy = |with_state: bool| {
        let (second, second_lstm) = two_layers(3, DType::F32);
        for (to, from) in second.vars().iter().zip(first.vars()) {
            to.set(&from).unwrap();
        }
        let mut copy = Adam::new(second.vars(), settings.clone()).unwrap();
        if with_state {
            copy.set_updates(adam.updates());
            for ((name, to), (same, from)) in copy.state().iter().zip(adam.state()) {
                assert_eq!(*name, same);
                to.set(&from).unwrap();
            }
        }
        copy.backward_step(&loss(&second_lstm, 5)).unwrap();
        all(&second)
    };
    let (with, without) = (copy(true), copy(false));
    adam.backward_step(&loss(&first_lstm, 5)).unwrap();
    assert_eq!(all(&first), with);
    assert_ne!(all(&first), without);
}

#[test]
fn plain_descent_goes_through_the_trainer_too() {
    let (parameters, w) = ones();
    let sgd = SGD::new(parameters.vars(), 0.0).unwrap();
    let settings = Settings::default().learning_rate(0.25).no_clipping();
    let mut trainer = Trainer::with_optimizer(&parameters, sgd, settings).unwrap();
    trainer.step(&w.sqr().unwrap().sum_all().unwrap()).unwrap();
    assert_eq!(numbers(&w), [0.5; 3]); // 1 - 0.25 · 2
}
