//! The other tasks that need a memory: every target is computed again from the sequence.

use lstm::candle_core::Tensor;
use lstm::tasks::{CopyMemory, DelayedEcho, Parity, TemporalOrder};

use crate::CPU;

/// The number of the symbol of each step of sequence `b`, out of one-hot `[T, B, D]`; fails unless it is one-hot.
fn symbols(xs: &Tensor, b: usize) -> Vec<usize> {
    let rows = xs.narrow(1, b, 1).unwrap().squeeze(1).unwrap().to_vec2::<f32>().unwrap();
    let one = |row: &Vec<f32>| {
        assert_eq!(row.iter().filter(|value| **value == 1.0).count(), 1);
        assert_eq!(row.iter().filter(|value| **value == 0.0).count(), row.len() - 1);
        row.iter().position(|value| *value == 1.0).unwrap()
    };
    rows.iter().map(one).collect()
}

#[test]
fn what_was_read_is_to_be_copied_after_the_signal() {
    for (kinds, length, delay) in [(8, 10, 5), (3, 1, 1), (2, 4, 30)] {
        let mut task = CopyMemory::seeded(1, kinds, length, delay).unwrap();
        let batch = task.batch(7, &CPU).unwrap();
        assert_eq!(batch.xs.dims(), [task.steps(), 7, kinds + 2]);
        let targets = batch.targets.t().unwrap().to_vec2::<u32>().unwrap();
        for (b, targets) in targets.iter().enumerate() {
            let read = symbols(&batch.xs, b);
            assert!(read[..length].iter().all(|symbol| *symbol < kinds));
            for (t, symbol) in read.iter().enumerate().skip(length) {
                // The signal takes the place of the last blank of the wait.
                assert_eq!(*symbol, if t == length + delay - 1 { kinds + 1 } else { kinds }, "step {t}");
            }
            for (t, target) in targets.iter().enumerate() {
                let expected = if t < length + delay { kinds } else { read[t - length - delay] };
                assert_eq!(*target, expected as u32, "step {t}");
            }
        }
    }
}

#[test]
fn guessing_copies_costs_what_is_said() {
    // 10 ln 8 / 120 = 20.794 / 120
    let task = CopyMemory::seeded(1, 8, 10, 100).unwrap();
    assert!((task.baseline() - 0.173_287).abs() < 1e-6);
}

#[test]
fn the_class_is_the_order_of_the_two_symbols_that_count() {
    let batch = TemporalOrder::seeded(1, 100).unwrap().batch(400, &CPU).unwrap();
    let targets = batch.targets.to_vec1::<u32>().unwrap();
    let mut classes = [0; 4];
    for b in 0..400 {
        let read = symbols(&batch.xs, b);
        assert_eq!((read[0], read[99]), (0, 1), "E at the start, B at the end");
        let marked: Vec<usize> = (0..100).filter(|t| read[*t] >= 6).collect();
        assert_eq!(marked, batch.marked[b]);
        assert!((10..20).contains(&marked[0]) && (50..60).contains(&marked[1]));
        assert!((1..99).filter(|t| !marked.contains(t)).all(|t| (2..6).contains(&read[t])));
        let name = TemporalOrder::CLASSES[targets[b] as usize];
        let shown: String = marked.iter().map(|t| TemporalOrder::SYMBOLS[read[*t]]).collect();
        assert_eq!(name, shown);
        classes[targets[b] as usize] += 1;
    }
    // 100 are expected of each, with a standard deviation of √(400 · ¼ · ¾) = 8.7.
    assert!(classes.iter().all(|count| (65..135).contains(count)), "{classes:?}");
}

#[test]
fn parity_counts_the_ones() {
    let batch = Parity::seeded(1, 9).unwrap().batch(200, &CPU).unwrap();
    let (xs, running) =
        (batch.xs.squeeze(2).unwrap().to_vec2::<f32>().unwrap(), batch.running.to_vec2::<u32>().unwrap());
    let targets = batch.targets.to_vec1::<u32>().unwrap();
    for b in 0..200 {
        let mut ones = 0;
        for t in 0..9 {
            assert!(xs[t][b].abs() == 1.0);
            ones += u32::from(xs[t][b] == 1.0);
            assert_eq!(running[t][b], ones % 2);
        }
        assert_eq!(targets[b], ones % 2);
    }
    let odd: u32 = targets.iter().sum();
    assert!((70..130).contains(&odd), "{odd} of 200");
}

#[test]
fn the_echo_comes_after_the_delay() {
    for delay in [0, 1, 7] {
        let mut task = DelayedEcho::seeded(1, 12, delay).unwrap();
        assert_eq!((task.steps(), task.delay()), (12, delay));
        let batch = task.batch(3, &CPU).unwrap();
        let (xs, targets) = (batch.xs.squeeze(2).unwrap(), batch.targets.squeeze(2).unwrap());
        let (xs, targets) = (xs.to_vec2::<f32>().unwrap(), targets.to_vec2::<f32>().unwrap());
        for t in 0..12 {
            let expected = if t < delay { vec![0.0; 3] } else { xs[t - delay].clone() };
            assert_eq!(targets[t], expected);
        }
    }
}

#[test]
fn the_baseline_of_the_echo_is_the_variance_of_its_inputs() {
    let batch = DelayedEcho::seeded(1, 1000, 1).unwrap().batch(100, &CPU).unwrap();
    let mean = batch.xs.sqr().unwrap().mean_all().unwrap().to_scalar::<f32>().unwrap();
    // x² has a standard deviation of √(1/5 − 1/9) = 0.298; the mean of 100 000 one of 0.0009.
    assert!((f64::from(mean) - DelayedEcho::BASELINE).abs() < 0.005, "{mean}");
}

#[test]
fn seeds_give_the_same_batches_and_each_batch_is_new() {
    let flat = |xs: &Tensor| xs.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    macro_rules! check {
        ($task:expr) => {{
            let (mut a, mut b) = ($task(7).unwrap(), $task(7).unwrap());
            let first = flat(&a.batch(5, &CPU).unwrap().xs);
            assert_eq!(first, flat(&b.batch(5, &CPU).unwrap().xs));
            assert_ne!(first, flat(&a.batch(5, &CPU).unwrap().xs));
            assert_ne!(first, flat(&$task(8).unwrap().batch(5, &CPU).unwrap().xs));
            assert_eq!(a.batch(0, &CPU).unwrap_err().to_string(), "`size` must be at least 1, got 0");
        }};
    }
    check!(|seed| CopyMemory::seeded(seed, 8, 5, 5));
    check!(|seed| TemporalOrder::seeded(seed, 30));
    check!(|seed| Parity::seeded(seed, 12));
    check!(|seed| DelayedEcho::seeded(seed, 12, 2));
}

#[test]
fn sequences_that_cannot_be_are_refused() {
    let error = |result: lstm::Result<()>| result.unwrap_err().to_string();
    assert_eq!(error(CopyMemory::seeded(1, 0, 1, 1).map(drop)), "`symbols` must be at least 1, got 0");
    assert_eq!(error(CopyMemory::seeded(1, 1, 0, 1).map(drop)), "`length` must be at least 1, got 0");
    assert_eq!(error(CopyMemory::seeded(1, 1, 1, 0).map(drop)), "`delay` must be at least 1, got 0");
    assert_eq!(error(TemporalOrder::seeded(1, 9).map(drop)), "`steps` must be at least 10, one for each tenth, got 9");
    assert_eq!(error(Parity::seeded(1, 0).map(drop)), "`steps` must be at least 1, got 0");
    assert_eq!(error(DelayedEcho::seeded(1, 5, 5).map(drop)), "`steps - delay` must be at least 1, got 0");
    assert!(CopyMemory::seeded(1, 2, usize::MAX, 1).is_err());
}
