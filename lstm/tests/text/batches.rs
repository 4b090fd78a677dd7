//! Splits, batches of sentences, padding, one-hot vectors, n-grams.

use lstm::candle_core::{DType, Device, Tensor};
use lstm::random::Generator;
use lstm::text::{Examples, Padded, Padding, Split, by_length, ngrams, one_hot, shuffled};
use proptest::prelude::*;

use super::{numbers, rows};

fn generator() -> Generator {
    Generator::new(1)
}

fn sorted(mut items: Vec<usize>) -> Vec<usize> {
    items.sort_unstable();
    items
}

#[test]
fn shares_are_checked() {
    for (validation, test) in [(-0.1, 0.1), (1.0, 0.0), (0.5, 0.5), (0.2, -0.1), (f64::NAN, 0.1), (0.1, f64::NAN)] {
        assert!(Split::new(10, validation, test, &mut generator()).is_err(), "{validation} {test}");
    }
    let none = Split::new(0, 0.1, 0.1, &mut generator()).unwrap();
    assert!(none.train.is_empty() && none.validation.is_empty() && none.test.is_empty());
    let one = Split::new(1, 0.5, 0.4, &mut generator()).unwrap();
    assert_eq!((one.train.len(), one.validation.len(), one.test.len()), (0, 1, 0));
}

#[test]
fn sequences_are_padded_to_the_longest() {
    let batch = Padded::new(&[vec![1], vec![2, 3, 4], vec![5, 6]], 9, &Device::Cpu).unwrap();
    assert_eq!(rows(&batch.ids), [[1, 2, 5], [9, 3, 6], [9, 4, 9]]);
    let mask: Vec<Vec<f32>> = batch.mask().unwrap().to_vec2().unwrap();
    assert_eq!(mask, [[1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 1.0, 0.0]]);
    let batch = batch.batch_first().unwrap();
    assert_eq!(rows(&batch.ids), [[1, 9, 9], [2, 3, 4], [5, 6, 9]]);
    assert_eq!(batch.mask().unwrap().to_vec2::<f32>().unwrap()[2], [1.0, 1.0, 0.0]);
    assert_eq!(rows(&batch.clone().batch_first().unwrap().ids), rows(&batch.ids));
    assert!(Padded::new(&[vec![1], vec![]], 0, &Device::Cpu).unwrap_err().to_string().contains("empty sequence 1"));
    let none: [Vec<u32>; 0] = [];
    assert!(Padded::new(&none, 0, &Device::Cpu).is_err());
}

#[test]
fn padding_by_hand() {
    // {3, 1, 2} fills 3 · 3 of which 6 are own, {4} fills 4.
    let lengths = [3, 1, 2, 4];
    let padding = Padding::of(&lengths, &[vec![0, 1, 2], vec![3]]);
    assert_eq!((padding, padding.padded()), (Padding { own: 10, total: 13 }, 3));
    assert_eq!(padding.share(), 3.0 / 13.0);
    assert_eq!(Padding::of(&lengths, &[]).share(), 0.0);
    assert_eq!(Padding::of(&[0, 0], &[vec![0, 1, 7]]).share(), 0.0);
    assert!(by_length(&lengths, 0, &mut generator()).is_err());
    assert!(shuffled(&lengths, 0, &mut generator()).is_err());
    assert!(by_length(&[], 4, &mut generator()).unwrap().is_empty());
}

#[test]
fn each_epoch_of_buckets_is_another() {
    let lengths: Vec<usize> = (0..64).map(|k| 1 + k / 16).collect();
    let mut generator = generator();
    let (first, second) = (by_length(&lengths, 8, &mut generator), by_length(&lengths, 8, &mut generator));
    assert_ne!(first.unwrap(), second.unwrap());
}

#[test]
fn one_hot_vectors() {
    let ids = Tensor::new(&[[0u32, 2], [1, 1]], &Device::Cpu).unwrap();
    let vectors = one_hot(&ids, 3, DType::F64).unwrap();
    assert_eq!((vectors.dims(), vectors.dtype()), (&[2, 2, 3][..], DType::F64));
    assert_eq!(vectors.to_vec3::<f64>().unwrap()[0], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
    assert!(one_hot(&ids, 2, DType::F32).unwrap_err().to_string().contains("below V = 2"));
    assert!(one_hot(&ids, 0, DType::F32).is_err());
    assert!(one_hot(&ids, usize::MAX, DType::F32).is_err());
    assert!(one_hot(&ids.to_dtype(DType::I64).unwrap(), 3, DType::F32).is_err());
    let empty = Tensor::zeros((0, 2), DType::U32, &Device::Cpu).unwrap();
    assert_eq!(one_hot(&empty, 3, DType::F32).unwrap().dims(), [0, 2, 3]);
}

#[test]
fn runs_of_tokens() {
    assert_eq!(ngrams(&["a", "b", "c"], 3), ["a", "b", "c", "a b", "b c", "a b c"]);
    assert_eq!(ngrams(&["a", "b"], 9), ["a", "b", "a b"]);
    assert_eq!(ngrams(&["a"], 0), [""; 0]);
    assert_eq!(ngrams(&[""; 0], 2), [""; 0]);
}

proptest! {
    #[test]
    fn every_example_is_in_one_part(
        labels in prop::collection::vec(0usize..4, 0..60), validation in 0.0..0.5f64, test in 0.0..0.5f64, seed in 0u64..9,
    ) {
        let split = Split::stratified(&labels, validation, test, &mut Generator::new(seed)).unwrap();
        let all = [split.train.clone(), split.validation.clone(), split.test.clone()].concat();
        prop_assert_eq!(sorted(all), (0..labels.len()).collect::<Vec<_>>());
        for class in 0..4 {
            let of_class = |part: &[usize]| part.iter().filter(|&&k| labels[k] == class).count() as f64;
            let count = of_class(&(0..labels.len()).collect::<Vec<_>>());
            prop_assert!((of_class(&split.validation) - validation * count).abs() <= 0.5);
            prop_assert!((of_class(&split.test) - test * count).abs() <= 1.0);
        }
        prop_assert_eq!(Split::stratified(&labels, validation, test, &mut Generator::new(seed)).unwrap(), split);
    }

    #[test]
    fn batches_hold_every_sequence_once(
        lengths in prop::collection::vec(1usize..20, 0..50), size in 1usize..9, seed in 0u64..9,
    ) {
        let by_length = by_length(&lengths, size, &mut Generator::new(seed)).unwrap();
        let shuffled = shuffled(&lengths, size, &mut Generator::new(seed)).unwrap();
        for batches in [&by_length, &shuffled] {
            prop_assert_eq!(sorted(batches.concat()), (0..lengths.len()).collect::<Vec<_>>());
            prop_assert!(batches.iter().filter(|batch| batch.len() < size).count() <= 1);
            prop_assert!(batches.iter().all(|batch| batch.len() <= size));
            prop_assert_eq!(Padding::of(&lengths, batches).own, lengths.iter().sum::<usize>());
        }
        // The ranges of lengths of two batches meet at most at their ends.
        let mut ranges: Vec<(usize, usize)> = by_length
            .iter()
            .map(|batch| (batch.iter().map(|&k| lengths[k]).min().unwrap(), batch.iter().map(|&k| lengths[k]).max().unwrap()))
            .collect();
        ranges.sort_unstable();
        prop_assert!(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        // Whole batches by length never need more padding than the same number in another order.
        if lengths.len() % size == 0 {
            prop_assert!(Padding::of(&lengths, &by_length).total <= Padding::of(&lengths, &shuffled).total);
        }
    }

    #[test]
    fn padded_batches_give_the_sequences_back(lengths in prop::collection::vec(1u32..8, 1..6)) {
        let sequences: Vec<Vec<u32>> = lengths.iter().map(|&length| numbers(length)).collect();
        let batch = Padded::new(&sequences, 99, &Device::Cpu).unwrap().batch_first().unwrap();
        for ((row, mask), sequence) in rows(&batch.ids).iter().zip(batch.mask().unwrap().to_vec2::<f32>().unwrap()).zip(&sequences) {
            let own: Vec<u32> = row.iter().zip(&mask).filter(|(_, own)| **own == 1.0).map(|(id, _)| *id).collect();
            prop_assert_eq!(&own, sequence);
            prop_assert!(row[sequence.len()..].iter().all(|id| *id == 99));
        }
    }
}

#[test]
fn examples_keep_texts_and_labels_together() {
    let examples = Examples::new(vec![vec![1], vec![2, 3], vec![4]], vec![0, 1, 2], 7).unwrap();
    let (batch, labels) = examples.batch(&[1, 0], &Device::Cpu).unwrap();
    assert_eq!((rows(&batch.ids), labels.to_vec1::<u32>().unwrap()), (vec![vec![2, 1], vec![3, 7]], vec![1, 0]));
    let picked = examples.pick(&[2, 1]).unwrap();
    assert_eq!((picked.texts(), picked.labels(), picked.len()), (&[vec![4], vec![2, 3]][..], &[2, 1][..], 2));
    assert!(examples.pick(&[]).unwrap().is_empty());
    assert!(examples.pick(&[0, 3]).is_err() && examples.batch(&[3], &Device::Cpu).is_err());
    assert!(examples.batch(&[], &Device::Cpu).is_err());
    assert!(Examples::new(vec![vec![1]], vec![], 0).is_err());
    assert!(Examples::new(vec![vec![1], vec![]], vec![0, 1], 0).is_err());
}
