//! Windows: which there are, and that an epoch shows each once.

use lstm::candle_core::Device;
use lstm::random::Generator;
use lstm::text::{Batch, Windows};
use proptest::prelude::*;

use super::{numbers, rows};

/// The windows of a batch `[T, B]`, each with its target.
fn windows_of(batch: &Batch) -> Vec<(Vec<u32>, u32)> {
    let inputs = rows(&batch.inputs.t().unwrap());
    inputs.into_iter().zip(batch.targets.to_vec1::<u32>().unwrap()).collect()
}

#[test]
fn strides() {
    // 0 1 2 → 3, 2 3 4 → 5, 4 5 6 → 7; the next would need id 9
    let windows = Windows::new(&numbers(9), 3, 2).unwrap();
    assert_eq!((windows.len(), windows.steps()), (3, 3));
    assert_eq!(windows.get(2), Some((&[4, 5, 6][..], 7)));
    assert_eq!(windows.get(3), None);
    assert_eq!(windows.get(usize::MAX), None);
    let batch = windows.batch(&[2, 0], &Device::Cpu).unwrap();
    assert_eq!(windows_of(&batch), [(vec![4, 5, 6], 7), (vec![0, 1, 2], 3)]);
    let batch = windows.clone().with_batch_first(true).batch(&[2, 0], &Device::Cpu).unwrap();
    assert_eq!(rows(&batch.inputs), [[4, 5, 6], [0, 1, 2]]);
    assert!(windows.batch(&[0, 3], &Device::Cpu).is_err());
    assert!(windows.batch(&[], &Device::Cpu).is_err());
}

#[test]
fn the_ends() {
    for (count, steps) in [(0, 1), (1, 1), (3, 3), (3, usize::MAX)] {
        assert!(Windows::new(&numbers(count), steps, 1).unwrap_err().to_string().contains("more than T"));
    }
    assert!(Windows::new(&numbers(9), 0, 1).is_err());
    assert!(Windows::new(&numbers(9), 1, 0).is_err());
    assert_eq!(Windows::new(&numbers(4), 3, usize::MAX).unwrap().len(), 1);
    let windows = Windows::new(&numbers(9), 2, 1).unwrap();
    assert!(windows.in_order(0, &Device::Cpu).is_err());
    assert!(windows.shuffled(0, &mut Generator::new(1), &Device::Cpu).is_err());
}

#[test]
fn the_seed_decides_the_order() {
    let windows = Windows::new(&numbers(50), 2, 1).unwrap();
    let targets = |generator: &mut Generator| -> Vec<u32> {
        let batches = windows.shuffled(8, generator, &Device::Cpu).unwrap();
        batches.flat_map(|batch| batch.unwrap().targets.to_vec1::<u32>().unwrap()).collect()
    };
    let mut generator = Generator::new(3);
    let (first, second) = (targets(&mut generator), targets(&mut generator));
    assert_eq!(first, targets(&mut Generator::new(3)));
    assert_ne!(first, second);
}

proptest! {
    #[test]
    fn an_epoch_shows_every_window_once(
        count in 2u32..40, steps in 1usize..6, stride in 1usize..5, size in 1usize..9, seed in 0u64..100,
    ) {
        let Ok(windows) = Windows::new(&numbers(count), steps, stride) else {
            prop_assert!(count as usize <= steps);
            return Ok(());
        };
        let expected: Vec<(Vec<u32>, u32)> = (0..count as usize - steps)
            .step_by(stride)
            .map(|start| (numbers(count)[start..start + steps].to_vec(), (start + steps) as u32))
            .collect();
        prop_assert_eq!(windows.len(), expected.len());
        let in_order: Vec<_> = windows.in_order(size, &Device::Cpu).unwrap().map(Result::unwrap).collect();
        prop_assert!(in_order.iter().all(|batch| batch.targets.dims1().unwrap() <= size));
        prop_assert_eq!(in_order.len(), expected.len().div_ceil(size));
        prop_assert_eq!(in_order.iter().flat_map(windows_of).collect::<Vec<_>>(), expected.clone());
        let shuffled = windows.shuffled(size, &mut Generator::new(seed), &Device::Cpu).unwrap();
        let mut seen: Vec<_> = shuffled.flat_map(|batch| windows_of(&batch.unwrap())).collect();
        seen.sort();
        prop_assert_eq!(seen, expected);
    }
}
