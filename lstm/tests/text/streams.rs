//! Streams: what is read, in which order, and what each token's target is.

use lstm::candle_core::Device;
use lstm::text::Stream;
use proptest::prelude::*;

use super::{numbers, rows};

#[test]
fn the_example_by_hand() {
    // 14 ids, 2 rows of (14 - 1) / 2 = 6 inputs; id 13 is left out
    let stream = Stream::new(&numbers(14), 2, 4).unwrap();
    assert_eq!((stream.len(), stream.batch_size(), stream.tokens()), (2, 2, 12));
    let first = stream.batch(0, &Device::Cpu).unwrap();
    assert_eq!(rows(&first.inputs), [[0, 6], [1, 7], [2, 8], [3, 9]]);
    assert_eq!(rows(&first.targets), [[1, 7], [2, 8], [3, 9], [4, 10]]);
    let last = stream.clone().with_batch_first(true).batch(1, &Device::Cpu).unwrap();
    assert_eq!(rows(&last.inputs), [[4, 5], [10, 11]]);
    assert_eq!(rows(&last.targets), [[5, 6], [11, 12]]);
    assert!(stream.batch(2, &Device::Cpu).is_err());
}

#[test]
fn the_ends() {
    assert!(Stream::new(&[], 1, 1).is_err());
    assert!(Stream::new(&[3], 1, 1).is_err());
    assert!(Stream::new(&numbers(4), 4, 1).unwrap_err().to_string().contains("more than B = 4"));
    assert!(Stream::new(&numbers(4), 0, 1).is_err());
    assert!(Stream::new(&numbers(4), 1, 0).is_err());
    assert!(Stream::new(&numbers(4), usize::MAX, usize::MAX).is_err());
    // T beyond the row: one batch of the row.
    let whole = Stream::new(&numbers(5), 2, usize::MAX).unwrap();
    assert_eq!(whole.len(), 1);
    assert_eq!(rows(&whole.batch(0, &Device::Cpu).unwrap().targets), [[1, 3], [2, 4]]);
}

proptest! {
    #[test]
    fn every_row_is_read_once_and_in_order(count in 2u32..60, batch in 1usize..6, steps in 1usize..9) {
        let Ok(stream) = Stream::new(&numbers(count), batch, steps) else {
            prop_assert!(count as usize <= batch);
            return Ok(());
        };
        let mut read = vec![Vec::new(); batch];
        for one in stream.with_batch_first(true).batches(&Device::Cpu) {
            let one = one.unwrap();
            for (b, (inputs, targets)) in rows(&one.inputs).into_iter().zip(rows(&one.targets)).enumerate() {
                prop_assert!(inputs.len() <= steps);
                prop_assert!(inputs.iter().zip(&targets).all(|(input, target)| input + 1 == *target));
                read[b].extend(inputs);
            }
        }
        // Row after row it is the text from its beginning, with fewer than B + 1 ids left over.
        let all = read.concat();
        prop_assert_eq!(&all, &numbers(all.len() as u32));
        prop_assert!(all.len() < count as usize && count as usize <= all.len() + batch);
    }
}
