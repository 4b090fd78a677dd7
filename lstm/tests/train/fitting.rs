//! The loop: what it counts, when it validates, when it ends.

use super::*;

/// Its validation losses come from a list.
struct Listed {
    w: Tensor,
    validations: Vec<f64>,
    validated: usize,
}

impl Task for Listed {
    fn loss(&mut self, _: usize) -> Result<Tensor> {
        Ok(self.w.sqr()?.sum_all()?)
    }

    fn validate(&mut self) -> Result<Option<f64>> {
        self.validated += 1;
        Ok(self.validations.get(self.validated - 1).copied())
    }

    fn updates_per_epoch(&self) -> Option<usize> {
        Some(10)
    }
}

fn listed(validations: &[f64]) -> (Trainer, Listed) {
    let (parameters, w) = ones();
    let trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.01)).unwrap();
    (trainer, Listed { w, validations: validations.to_vec(), validated: 0 })
}

#[test]
fn a_closure_is_told_the_update_and_calls_add_up() {
    let _guard = alone();
    let (parameters, w) = ones();
    let mut trainer = Trainer::new(&parameters, Settings::default()).unwrap();
    let mut seen = Vec::new();
    for last in [3, 5, 5] {
        let loss = |update| {
            seen.push(update);
            Ok(w.sqr()?.sum_all()?)
        };
        trainer.fit(&Plan::updates(last).quiet(), loss).unwrap();
    }
    assert_eq!(seen, [0, 1, 2, 3, 4]);
    assert_eq!(trainer.history().steps.iter().map(|step| step.update).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn epochs_are_the_tasks_and_the_end_is_validated() {
    let _guard = alone();
    let (mut trainer, mut task) = listed(&[1.0; 9]);
    trainer.fit_task(&Plan::epochs(3).validate_every(8).quiet(), &mut task).unwrap();
    let at: Vec<usize> = trainer.history().validations.iter().map(|validation| validation.update).collect();
    assert_eq!(at, [8, 16, 24, 30]);
}

#[test]
fn patience_ends_training_and_brings_back_the_best() {
    let _guard = alone();
    let (mut trainer, mut task) = listed(&[3.0, 1.0, 2.0, 1.0, 0.5]);
    let plan = Plan::updates(100).validate_every(5).patience(2).quiet();
    trainer.fit_task(&plan, &mut task).unwrap();
    assert_eq!(trainer.updates(), 20);
    let best = numbers(&task.w);
    // The weights after ten updates are those of a run of ten.
    let (mut short, mut same) = listed(&[]);
    short.fit_task(&Plan::updates(10).quiet(), &mut same).unwrap();
    assert_eq!(best, numbers(&same.w));
    // Another call has no patience left either.
    trainer.fit_task(&plan, &mut task).unwrap();
    assert_eq!(trainer.updates(), 20);
}

#[test]
fn validations_that_are_not_finite_are_never_better() {
    let _guard = alone();
    const NAN: f64 = f64::NAN;
    // Losses, after how many updates the best is and training ends, each validation after five.
    let runs: [(&[f64], Option<usize>, usize); 4] = [
        (&[NAN, 1.0, 2.0, 2.0, 0.5], Some(10), 20),
        (&[1.0, NAN, f64::NEG_INFINITY, 0.5], Some(5), 15),
        (&[NAN, 2.0, 1.0, NAN, 0.5, 3.0, 3.0, 0.1], Some(25), 35),
        (&[NAN, NAN, 1.0], None, 10),
    ];
    for (losses, best, end) in runs {
        let (mut trainer, mut task) = listed(losses);
        trainer.fit_task(&Plan::updates(100).validate_every(5).patience(2).quiet(), &mut task).unwrap();
        assert_eq!(trainer.history().best().map(|best| best.update), best, "{losses:?}");
        assert_eq!(trainer.updates(), end, "{losses:?}");
        assert_eq!(trainer.restore_best().unwrap(), best, "{losses:?}");
    }
}

#[test]
fn patience_is_at_least_one() {
    let _guard = alone();
    for patience in [0, 1] {
        let (mut trainer, mut task) = listed(&[3.0, 2.0, 2.0, 1.0]);
        trainer.fit_task(&Plan::updates(100).validate_every(5).patience(patience).quiet(), &mut task).unwrap();
        assert_eq!(trainer.updates(), 15);
    }
}

#[test]
fn an_error_of_the_task_is_the_loops() {
    let _guard = alone();
    let (parameters, _) = ones();
    let mut trainer = Trainer::new(&parameters, Settings::default()).unwrap();
    let error = trainer.fit(&Plan::updates(3).quiet(), |_| Err(Error::NonFinite { argument: "xs" })).unwrap_err();
    assert!(matches!(error, Error::NonFinite { argument: "xs" }));
}
