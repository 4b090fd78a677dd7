//! One update: clipping, schedules, and what is said when it cannot be made.

use lstm::schedule::{CosineAnnealing, ReduceOnPlateau};
use lstm::train::{Clip, Schedule};

use super::*;

fn trainer(settings: Settings) -> (Trainer, Tensor) {
    let (parameters, w) = ones();
    (Trainer::new(&parameters, settings).unwrap(), w)
}

fn sum(w: &Tensor, factor: f64) -> Tensor {
    (w.sum_all().unwrap() * factor).unwrap()
}

#[test]
fn clipping_changes_the_update_and_not_the_norm_that_is_told() {
    let (parameters, w) = ones();
    let sgd = || candle_nn::Optimizer::new(parameters.vars(), 0.0).unwrap();
    let after = |settings: Settings| {
        parameters.vars()[0].set(&Tensor::ones(3, DType::F64, &CPU).unwrap()).unwrap();
        let mut trainer = Trainer::<candle_nn::SGD>::with_optimizer(&parameters, sgd(), settings).unwrap();
        let step = trainer.step(&sum(&w, 4.0)).unwrap();
        assert!((step.gradient_norm - 48f64.sqrt()).abs() < 1e-12); // of (4, 4, 4)
        numbers(&w)[0]
    };
    let settings = Settings::default().learning_rate(0.5);
    assert_eq!(after(settings.clone().no_clipping()), -1.0); // 1 - 0.5 · 4
    assert_eq!(after(settings.clone().clip_value(1.5)), 0.25); // 1 - 0.5 · 1.5
    let by_norm = after(settings.clone().clip_norm(1.0));
    assert!((by_norm - (1.0 - 0.5 / 3f64.sqrt())).abs() < 1e-6, "{by_norm}");
}

#[test]
fn the_rate_is_the_schedules() {
    let schedule = CosineAnnealing::new(0.1, 4).unwrap();
    let (mut trainer, w) = trainer(Settings::default().schedule(schedule.clone()));
    for update in 0..5 {
        assert_eq!(trainer.step(&sum(&w, 1.0)).unwrap().learning_rate, schedule.rate(update));
    }
}

#[test]
fn a_plateau_hears_of_validations() {
    let schedule = ReduceOnPlateau::new(0.1, 0.5, 0).unwrap();
    let (mut trainer, w) = trainer(Settings::default().schedule(schedule));
    for loss in [1.0, 1.0] {
        trainer.step(&sum(&w, 1.0)).unwrap();
        trainer.validated(loss).unwrap();
    }
    assert_eq!(trainer.step(&sum(&w, 1.0)).unwrap().learning_rate, 0.05);
    assert!(matches!(trainer.settings().schedule, Schedule::Plateau(ref first) if first.rate() == 0.1));
}

#[test]
fn the_best_weights_come_back() {
    let (mut trainer, w) = trainer(Settings::default().learning_rate(0.1));
    assert_eq!(trainer.restore_best().unwrap(), None);
    let mut seen = Vec::new();
    for loss in [2.0, 1.0, f64::NAN, 1.0, 3.0] {
        trainer.step(&sum(&w, 1.0)).unwrap();
        trainer.validated(loss).unwrap();
        seen.push(numbers(&w));
    }
    assert_eq!(trainer.restore_best().unwrap(), Some(2));
    assert_eq!(numbers(&w), seen[1]);
    assert_eq!(trainer.history().best().unwrap().update, 2);
}

#[test]
fn a_loss_that_is_no_number_names_the_update_the_rate_and_the_norms_before() {
    let (mut trainer, w) = trainer(Settings::default().learning_rate(0.01));
    for factor in [1.0, 2.0] {
        trainer.step(&sum(&w, factor)).unwrap();
    }
    let before = numbers(&w);
    let error = trainer.step(&sum(&w, f64::NAN)).unwrap_err();
    assert!(matches!(error, Error::Diverged { update: 3, .. }));
    let message = error.to_string();
    for part in ["update 3", "the loss is NaN", "rate was 0.01", "1.732, 3.464", "clipping"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!((numbers(&w), trainer.updates()), (before, 2));
}

#[test]
fn a_gradient_that_is_no_number_names_its_variable() {
    let parameters = Parameters::seeded(1, DType::F64, &CPU);
    let one = |name| parameters.builder().get_with_hints(1, name, candle_nn::init::ONE).unwrap();
    let (good, bad) = (one("good"), one("bad"));
    let mut trainer = Trainer::new(&parameters, Settings::default()).unwrap();
    // √(x - 1) has the value 0 and an infinite slope at 1.
    let loss = (&good + (&bad - 1.0).unwrap().sqrt().unwrap()).unwrap();
    let message = trainer.step(&loss).unwrap_err().to_string();
    assert!(message.contains("`bad`") && message.contains("first update"), "{message}");
    assert_eq!(numbers(&good), [1.0]);
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let (mut trainer, w) = trainer(Settings::default());
    let refused = |error: Error, part: &str| assert!(error.to_string().contains(part), "{error}");
    refused(trainer.step(&w).unwrap_err(), "one number");
    refused(trainer.step(&Tensor::new(1.0, &CPU).unwrap()).unwrap_err(), "computed from the trainer's variables");
    let empty = Parameters::seeded(1, DType::F32, &CPU);
    refused(Trainer::new(&empty, Settings::default()).unwrap_err(), "make the model");
    let (parameters, _) = ones();
    for (settings, part) in [
        (Settings::default().learning_rate(-1.0), "learning_rate"),
        (Settings::default().clip_norm(0.0), "clip_norm"),
        (Settings { clip: Some(Clip::Value(f64::NAN)), ..Settings::default() }, "clip_value"),
        (Settings { betas: (0.9, 1.0), ..Settings::default() }, "betas"),
        (Settings::default().weight_decay(f64::INFINITY), "weight_decay"),
    ] {
        refused(Trainer::new(&parameters, settings).unwrap_err(), part);
    }
}
