//! Cleaning and tokens.

use lstm::text::{Cleaning, LineBreaks, characters, words, words_at_spaces};
use proptest::prelude::*;

#[test]
fn the_default_changes_nothing() {
    let text = "  A\r\nheader,\tand  more… ";
    assert_eq!(Cleaning::default().apply(text), text);
}

#[test]
fn each_rule_alone() {
    let clean = |cleaning: Cleaning, text: &str| cleaning.apply(text);
    let none = Cleaning::default();
    assert_eq!(clean(none.drop_characters(2), "äöü"), "ü");
    assert_eq!(clean(none.drop_characters(3), "äöü"), "");
    assert_eq!(clean(none.drop_characters(4), "äöü"), "");
    assert_eq!(clean(none.line_breaks(LineBreaks::Space), "a\r\nb\nc\rd"), "a b c d");
    assert_eq!(clean(none.line_breaks(LineBreaks::Join), "a\r\nb\nc"), "abc");
    assert_eq!(clean(none.remove_punctuation(true), "o'er-bold, (he’s) “mad” – ok?"), "o'er-bold   he’s   mad    ok ");
    assert_eq!(clean(none.collapse_whitespace(true), "\t a \u{a0}\n b "), "a b");
    assert_eq!(clean(none.lower_case(true), "ÄSOP SPEAKS"), "äsop speaks");
}

#[test]
fn as_the_lecture_on_words_does_it() {
    // Python: drop 4 characters, remove \r\n and \n, punctuation to ' ', \s+ to ' ', strip, lower.
    let lecture = Cleaning::for_words().line_breaks(LineBreaks::Join).drop_characters(4);
    assert_eq!(lecture.apply("<1> To be,\r\n  or not\nto-morrow; 'tis!"), "to be or notto-morrow 'tis");
}

#[test]
fn punctuation_of_ascii_is_pythons() {
    let punctuation = r##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##;
    assert_eq!(Cleaning::default().remove_punctuation(true).apply(punctuation).replace(' ', ""), "'-");
}

#[test]
fn characters_are_those_that_readers_count() {
    assert_eq!(characters("a\u{308}\r\n👩‍👩‍👧🇨🇭x").len(), 5);
    assert_eq!(characters(""), [""; 0]);
}

#[test]
fn words_and_signs() {
    assert_eq!(words("Don't!  It's 3.5 stars."), ["Don't", "!", "It's", "3.5", "stars", "."]);
    assert_eq!(words(" \n\t"), [""; 0]);
    assert_eq!(words("one"), ["one"]);
    assert_eq!(words_at_spaces("Don't! \n It's"), ["Don't!", "It's"]);
    assert_eq!(words_at_spaces(""), [""; 0]);
}

proptest! {
    #[test]
    fn characters_joined_are_the_text(text in any::<String>()) {
        prop_assert_eq!(characters(&text).concat(), text);
    }

    #[test]
    fn words_leave_out_whitespace_only(text in any::<String>()) {
        let without: String = text.split_whitespace().collect();
        let joined: String = words(&text).concat();
        prop_assert_eq!(joined.split_whitespace().collect::<String>(), without.clone());
        prop_assert_eq!(words_at_spaces(&text).concat(), without);
        prop_assert!(words(&text).iter().all(|word| !word.trim().is_empty()));
    }

    #[test]
    fn a_clean_text_stays_as_it_is(text in any::<String>(), drop in 0usize..4) {
        let cleaning = Cleaning::for_words();
        let clean = cleaning.drop_characters(drop).apply(&text);
        prop_assert_eq!(cleaning.apply(&clean), clean.clone());
        prop_assert!(!clean.contains("  ") && !clean.contains('\n') && clean.trim() == clean);
        prop_assert!(!clean.contains(|c: char| c.is_ascii_punctuation() && c != '-' && c != '\''));
    }
}
