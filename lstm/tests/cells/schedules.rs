//! Learning-rate schedules against values worked out by hand from PyTorch's published formulas.

use lstm::prelude::*;
use lstm::schedule::{CosineAnnealing, ReduceOnPlateau, StepDecay};

fn close(got: &[f64], wanted: &[f64]) {
    assert_eq!(got.len(), wanted.len());
    for (step, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        assert!((got - wanted).abs() < 1e-15, "step {step}: {got} against {wanted}");
    }
}

#[test]
fn cosine_annealing_is_pytorchs() {
    // eta_min + (base − eta_min) (1 + cos(π k / T_max)) / 2 with T_max = 6, eta_min = 0.02, base = 0.1: the cosines at
    // sixths of π are 1, √3/2, 1/2, 0, −1/2, −√3/2, −1.
    let schedule = CosineAnnealing::new(0.1, 6).unwrap().with_lowest(0.02).unwrap();
    let rates: Vec<f64> = (0..9).map(|step| schedule.rate(step)).collect();
    let half_root = 3f64.sqrt() / 2.0;
    let wanted = [
        0.1,
        0.06 + 0.04 * half_root,
        0.08,
        0.06,
        0.04,
        0.06 - 0.04 * half_root,
        0.02, // the end; PyTorch's would rise again
        0.02,
        0.02,
    ];
    close(&rates, &wanted);
}

#[test]
fn warm_up_is_linear_and_joins_the_cosine() {
    // LinearLR with start_factor = 1/5 and total_iters = 4, then the cosine over 10 − 4 steps.
    let schedule = CosineAnnealing::new(0.1, 10).unwrap().with_warm_up(4).unwrap();
    let rates: Vec<f64> = (0..11).map(|step| schedule.rate(step)).collect();
    let half_root = 3f64.sqrt() / 2.0;
    let cosine = [0.1, 0.05 + 0.05 * half_root, 0.075, 0.05, 0.025, 0.05 - 0.05 * half_root, 0.0];
    close(&rates[..4], &[0.02, 0.04, 0.06, 0.08]);
    close(&rates[4..], &cosine);
    // In LinearLR's own words.
    for (k, rate) in rates[..4].iter().enumerate() {
        close(&[*rate], &[0.1 * (0.2 + (1.0 - 0.2) * k as f64 / 4.0)]);
    }
}

#[test]
fn steps_divide_the_rate() {
    // The example of PyTorch's documentation: 0.05 for epochs below 30, 0.005 below 60, 0.0005 below 90.
    let schedule = StepDecay::new(0.05, 0.1, 30).unwrap();
    for (epochs, wanted) in [(0..30, 0.05), (30..60, 0.005), (60..90, 0.0005)] {
        for epoch in epochs {
            close(&[schedule.rate(epoch)], &[wanted]);
        }
    }
    assert!(StepDecay::new(0.05, 0.1, 1).unwrap().rate(usize::MAX) == 0.0);
}

/// The rates after each of `losses`.
fn rates(mut schedule: ReduceOnPlateau, losses: &[f64]) -> Vec<f64> {
    losses.iter().map(|&loss| schedule.step(loss)).collect()
}

#[test]
fn a_plateau_longer_than_the_patience_reduces_the_rate() {
    let schedule = || ReduceOnPlateau::new(1.0, 0.5, 2).unwrap();
    // Three in a row that are not better than 1, then three more.
    assert_eq!(rates(schedule(), &[1.0; 8]), [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25]);
    // A better one in between starts the count again.
    assert_eq!(rates(schedule(), &[1.0, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9]), [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5]);
    // No patience: the first that is not better.
    assert_eq!(rates(ReduceOnPlateau::new(1.0, 0.5, 0).unwrap(), &[1.0, 2.0, 3.0]), [1.0, 0.5, 0.25]);
}

#[test]
fn better_means_below_the_best_by_the_threshold() {
    let schedule = ReduceOnPlateau::new(1.0, 0.5, 0).unwrap();
    // 10⁻⁴ of the best: 0.99995 is not below 0.9999, 0.9998 is.
    assert_eq!(rates(schedule.clone(), &[1.0, 0.99995]), [1.0, 0.5]);
    assert_eq!(rates(schedule.clone(), &[1.0, 0.9998]), [1.0, 1.0]);
    let demanding = schedule.clone().with_threshold(0.5).unwrap();
    assert_eq!(rates(demanding, &[1.0, 0.5, 0.49]), [1.0, 0.5, 0.5]);
    let easy = schedule.with_threshold(0.0).unwrap();
    assert_eq!(rates(easy, &[1.0, 1.0, 0.9999999]), [1.0, 0.5, 0.5]);
}

#[test]
fn losses_of_the_cooldown_do_not_count() {
    let schedule = ReduceOnPlateau::new(1.0, 0.5, 1).unwrap().with_cooldown(2);
    // Losses 2 and 3 reduce; 4 and 5 cool down; 6 and 7 reduce again.
    assert_eq!(rates(schedule, &[1.0; 8]), [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]);
}

#[test]
fn the_rate_has_a_floor() {
    let schedule = ReduceOnPlateau::new(1.0, 0.5, 0).unwrap().with_lowest(0.3).unwrap();
    assert_eq!(rates(schedule, &[1.0; 5]), [1.0, 0.5, 0.3, 0.3, 0.3]);
    // A change of 10⁻⁸ or less is none.
    let tiny = ReduceOnPlateau::new(1.5e-8, 0.5, 0).unwrap();
    assert_eq!(rates(tiny, &[1.0, 1.0]), [1.5e-8, 1.5e-8]);
}

#[test]
fn losses_that_are_no_numbers_are_not_better() {
    let mut schedule = ReduceOnPlateau::new(1.0, 0.5, 1).unwrap();
    assert_eq!(schedule.best(), f64::INFINITY);
    schedule.step(2.0);
    assert_eq!(schedule.step(f64::NAN), 1.0);
    assert_eq!(schedule.step(f64::INFINITY), 0.5);
    assert_eq!((schedule.rate(), schedule.best()), (0.5, 2.0));
}

#[test]
fn bad_arguments_are_named() {
    fn says<T>(result: Result<T>, wanted: &str) {
        let text = result.err().unwrap().to_string();
        assert!(text.starts_with(wanted), "{text:?} does not start with {wanted:?}");
    }
    for bad in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        says(CosineAnnealing::new(bad, 10), "`highest` must be a finite number above 0");
        says(StepDecay::new(bad, 0.5, 10), "`initial` must be a finite number above 0");
        says(ReduceOnPlateau::new(bad, 0.5, 10), "`initial` must be a finite number above 0");
    }
    for bad in [0.0, -0.1, 1.1, f64::NAN] {
        says(StepDecay::new(0.1, bad, 10), "`factor` must be in (0, 1]");
        says(ReduceOnPlateau::new(0.1, bad, 10), "`factor` must be in (0, 1)");
    }
    says(ReduceOnPlateau::new(0.1, 1.0, 10), "`factor` must be in (0, 1), got 1");
    says(CosineAnnealing::new(0.1, 0), "`steps` must be at least 1");
    says(StepDecay::new(0.1, 0.5, 0), "`every` must be at least 1");
    let cosine = CosineAnnealing::new(0.1, 10).unwrap();
    says(cosine.clone().with_warm_up(10), "`steps` must be less than 10, the steps in all, got 10");
    assert!(cosine.clone().with_warm_up(9).is_ok());
    let plateau = ReduceOnPlateau::new(0.1, 0.5, 10).unwrap();
    for bad in [-0.1, 0.2, f64::NAN] {
        says(cosine.clone().with_lowest(bad), "`lowest` must be from 0 to 0.1, the rate to begin with");
        says(plateau.clone().with_lowest(bad), "`lowest` must be from 0 to 0.1, the rate to begin with");
    }
    for bad in [-0.1, 1.0, f64::NAN] {
        says(plateau.clone().with_threshold(bad), "`threshold` must be in [0, 1)");
    }
}
