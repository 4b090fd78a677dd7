//! `07_text_classification`, answered by hand.

use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn numbers() {
    // a rose is a rose is a rose and a tulip is no rose… see the notebook: 3 words and 2 special tokens
    assert_right("07/vocabulary-size", 5);
    assert_hint("07/vocabulary-size", 3, "What else");
    // 9 000 rows of 50
    assert_right("07/embedding-parameters", 450_000);
    assert_hint("07/embedding-parameters", 9_000, "rows");
    // 4 · 9 - (3 + 9 + 4 + 6)
    assert_right("07/padded-positions", 14);
    assert_hint("07/padded-positions", -14, "other way round");
    // 2 · 4 - 7 and 2 · 9 - 15
    assert_right("07/sorted-positions", 4);
    assert_hint("07/sorted-positions", 10, "save");
    assert_right("07/true-or-false", "A, B, C, F");
    assert_hint("07/true-or-false", "ABCEF", "exam");
    assert_hint("07/true-or-false", "ABCDF", "fixes a length");
}

#[test]
fn the_numbers_are_those_of_the_library() {
    let tokens = text::words_at_spaces("a rose is a rose is a rose and a tulip is no");
    let options = text::VocabularyOptions::default().min_count(2).unknown("<unk>").padding("<pad>");
    assert_right("07/vocabulary-size", text::Vocabulary::with_options(&tokens, &options).unwrap().len());
    let lengths = [3, 9, 4, 6];
    assert_right("07/padded-positions", text::Padding::of(&lengths, &[vec![0, 1, 2, 3]]).padded());
    let sorted = text::by_length(&lengths, 2, &mut random::Generator::new(1)).unwrap();
    assert_right("07/sorted-positions", text::Padding::of(&lengths, &sorted).padded());
}

#[test]
fn masked_mean() {
    fn right(outputs: &Tensor, mask: &Tensor) -> Result<Option<Tensor>> {
        let mask = mask.unsqueeze(2)?;
        Ok(Some((outputs.broadcast_mul(&mask)?.sum(0)?.broadcast_div(&mask.sum(0)?))?))
    }
    fn over_everything(outputs: &Tensor, _: &Tensor) -> Result<Tensor> {
        Ok(outputs.mean(0)?)
    }
    assert!(exercise("07/masked-mean").check_fn(right).unwrap().is_right());
    let hint = exercise("07/masked-mean").check_fn(over_everything).unwrap();
    assert!(hint.message().contains("padding is in it too"), "{hint}");
}
