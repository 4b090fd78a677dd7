//! The adding problem: what its sequences hold, and what guessing costs.

use lstm::tasks::{AddingBatch, AddingProblem};

use crate::CPU;

/// The numbers and marks of sequence `b`, and its target.
fn sequence(batch: &AddingBatch, b: usize) -> (Vec<[f32; 2]>, f32) {
    let rows = batch.xs.narrow(1, b, 1).unwrap().squeeze(1).unwrap().to_vec2::<f32>().unwrap();
    let target = batch.targets.to_vec2::<f32>().unwrap()[b][0];
    (rows.iter().map(|row| [row[0], row[1]]).collect(), target)
}

#[test]
fn the_target_is_the_sum_of_the_two_marked_numbers() {
    for steps in [2, 3, 10, 41] {
        let batch = AddingProblem::seeded(1, steps).unwrap().batch(20, &CPU).unwrap();
        assert_eq!(batch.xs.dims(), [steps, 20, 2]);
        assert_eq!(batch.targets.dims(), [20, 1]);
        for b in 0..20 {
            let (rows, target) = sequence(&batch, b);
            let marked: Vec<usize> = (0..steps).filter(|t| rows[*t][1] == 1.0).collect();
            assert_eq!(marked, batch.marked[b]);
            assert!(marked[0] < steps / 2 && marked[1] >= steps / 2);
            assert!(rows.iter().all(|[number, mark]| (0.0..1.0).contains(number) && (*mark == 0.0 || *mark == 1.0)));
            assert_eq!(target, rows[marked[0]][0] + rows[marked[1]][0]);
        }
    }
}

#[test]
fn every_step_is_marked_sooner_or_later() {
    let batch = AddingProblem::seeded(2, 9).unwrap().batch(500, &CPU).unwrap();
    let mut counts = [0; 9];
    for step in batch.marked.iter().flatten() {
        counts[*step] += 1;
    }
    // 500 over 4 steps in the first half, 500 over 5 in the second: 125 and 100 are expected of each.
    assert!(counts.iter().all(|count| (60..190).contains(count)), "{counts:?}");
}

#[test]
fn guessing_the_mean_costs_a_sixth() {
    let batch = AddingProblem::seeded(3, 10).unwrap().batch(20_000, &CPU).unwrap();
    let targets = batch.targets.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    let mean = targets.iter().map(|target| f64::from(target - 1.0).powi(2)).sum::<f64>() / 20_000.0;
    // The squared error has a standard deviation of √(7/180) = 0.197 (variance of (u + v - 1)²), so the mean of 20 000
    // one of 0.0014.
    assert!((mean - AddingProblem::BASELINE).abs() < 0.007, "{mean}");
}

#[test]
fn a_seed_gives_the_same_batches_and_each_batch_is_new() {
    let numbers = |task: &mut AddingProblem| task.batch(3, &CPU).unwrap().xs.flatten_all().unwrap().to_vec1::<f32>();
    let (mut a, mut b, mut other) = (
        AddingProblem::seeded(7, 12).unwrap(),
        AddingProblem::seeded(7, 12).unwrap(),
        AddingProblem::seeded(8, 12).unwrap(),
    );
    assert_eq!(a.steps(), 12);
    let first = numbers(&mut a).unwrap();
    assert_eq!(first, numbers(&mut b).unwrap());
    assert_ne!(first, numbers(&mut a).unwrap());
    assert_ne!(first, numbers(&mut other).unwrap());
}

#[test]
fn too_short_sequences_and_empty_batches_are_refused() {
    let error = AddingProblem::seeded(1, 1).unwrap_err().to_string();
    assert_eq!(error, "`steps` must be at least 2, one for each mark, got 1");
    let error = AddingProblem::seeded(1, 2).unwrap().batch(0, &CPU).unwrap_err().to_string();
    assert_eq!(error, "`size` must be at least 1, got 0");
}
