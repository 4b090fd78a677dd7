//! Vocabularies: numbering, specials, errors, JSON.

use std::collections::HashSet;

use lstm::Error;
use lstm::text::{Vocabulary, VocabularyOptions, words_at_spaces};
use proptest::prelude::*;

const TEXT: &str = "b c a b d d d b c e";

fn options() -> VocabularyOptions {
    VocabularyOptions::default()
}

#[test]
fn by_frequency_then_alphabet() {
    // b 3, d 3, c 2, a 1, e 1
    let vocabulary = Vocabulary::new(words_at_spaces(TEXT)).unwrap();
    assert_eq!(vocabulary.tokens(), ["b", "d", "c", "a", "e"]);
    assert_eq!(vocabulary.counts(), [3, 3, 2, 1, 1]);
    assert_eq!((vocabulary.unknown_id(), vocabulary.padding_id()), (None, None));
    assert_eq!((vocabulary.id("c"), vocabulary.id("z")), (Some(2), None));
    assert_eq!((vocabulary.token(4), vocabulary.token(5)), (Some("e"), None));
}

#[test]
fn at_least_the_minimum_count() {
    let tokens = words_at_spaces(TEXT);
    let at_least_two = Vocabulary::with_options(&tokens, &options().min_count(2)).unwrap();
    assert_eq!(at_least_two.tokens(), ["b", "d", "c"]);
    let three = Vocabulary::with_options(&tokens, &options().min_count(3)).unwrap();
    assert_eq!(three.tokens(), ["b", "d"]);
    assert_eq!(Vocabulary::with_options(&tokens, &options().max_size(1)).unwrap().tokens(), ["b"]);
    // 0 is as 1: what was never seen cannot be taken.
    assert_eq!(Vocabulary::with_options(&tokens, &options().min_count(0)).unwrap().len(), 5);
}

#[test]
fn padding_then_unknown_come_first() {
    let tokens = words_at_spaces(TEXT);
    let both = options().min_count(2).unknown("<unk>").padding("<pad>");
    let vocabulary = Vocabulary::with_options(&tokens, &both).unwrap();
    assert_eq!(vocabulary.tokens(), ["<pad>", "<unk>", "b", "d", "c"]);
    assert_eq!((vocabulary.padding_id(), vocabulary.unknown_id()), (Some(0), Some(1)));
    assert_eq!(vocabulary.encode(&["c", "a", "<pad>", "b"]).unwrap(), [4, 1, 0, 2]);
    let only_unknown = Vocabulary::with_options(&tokens, &options().unknown("<unk>")).unwrap();
    assert_eq!(only_unknown.unknown_id(), Some(0));
}

#[test]
fn a_special_token_in_the_text_is_that_token() {
    let vocabulary = Vocabulary::with_options(["x", "<unk>", "x", "<unk>"], &options().unknown("<unk>")).unwrap();
    assert_eq!(vocabulary.tokens(), ["<unk>", "x"]);
    assert_eq!(vocabulary.counts(), [2, 2]);
}

#[test]
fn errors_name_what_is_wrong() {
    let vocabulary = Vocabulary::new(["a", "b"]).unwrap();
    let message = vocabulary.encode(&["a", "nowhere"]).unwrap_err().to_string();
    assert!(message.contains("\"nowhere\" at 1") && message.contains("unknown"), "{message}");
    let message = vocabulary.decode(&[0, 7]).unwrap_err().to_string();
    assert!(message.contains("7 at 1") && message.contains("V = 2"), "{message}");
    assert!(matches!(Vocabulary::new([""; 0]), Err(Error::Argument { argument: "tokens", .. })));
    let none = Vocabulary::with_options(["a"], &options().min_count(2).unknown("<unk>"));
    assert!(none.unwrap_err().to_string().contains("2 times"));
    let same = Vocabulary::with_options(["a"], &options().padding("<x>").unknown("<x>"));
    assert!(same.unwrap_err().to_string().contains("`<x>` twice"));
}

#[test]
fn coverage_counts_all_and_each_kind() {
    let vocabulary = Vocabulary::with_options(["a", "a", "b"], &options().min_count(2).unknown("<unk>")).unwrap();
    let coverage = vocabulary.coverage(&["a", "a", "b", "c", "<unk>"]);
    assert_eq!((coverage.known, coverage.total), (2, 5));
    assert_eq!((coverage.distinct_known, coverage.distinct), (1, 4));
    assert_eq!((coverage.share(), coverage.distinct_share()), (0.4, 0.25));
    assert_eq!(vocabulary.coverage(&[""; 0]).share(), 1.0);
}

#[test]
fn files_come_back_and_bad_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vocabulary.json");
    let vocabulary = Vocabulary::with_options(["ä", "\"", "\n"], &options().padding("<pad>")).unwrap();
    vocabulary.save(&path).unwrap();
    assert_eq!(Vocabulary::load(&path).unwrap(), vocabulary);
    for bad in [
        "",
        "[]",
        "{}",
        r#"{"tokens": [], "counts": []}"#,
        r#"{"tokens": ["a"], "counts": []}"#,
        r#"{"tokens": ["a", "a"], "counts": [1, 1]}"#,
        r#"{"tokens": ["a"], "counts": [-1]}"#,
        r#"{"tokens": ["a"], "counts": [1], "unknown": 1}"#,
        r#"{"tokens": ["a"], "counts": [1], "padding": "a"}"#,
    ] {
        assert!(Vocabulary::from_json(bad).is_err(), "{bad}");
        std::fs::write(&path, bad).unwrap();
        assert!(matches!(Vocabulary::load(&path), Err(Error::Format { .. })), "{bad}");
    }
    assert!(matches!(Vocabulary::load(folder.path().join("none")), Err(Error::File { action: "read", .. })));
}

proptest! {
    #[test]
    fn ids_and_tokens_go_back_and_forth(tokens in prop::collection::vec("[a-c]{0,2}", 1..40), min_count in 0usize..4) {
        let options = options().min_count(min_count).unknown("<unk>").padding("<pad>");
        let Ok(vocabulary) = Vocabulary::with_options(&tokens, &options) else {
            // Nothing was frequent enough.
            let most = tokens.iter().map(|a| tokens.iter().filter(|b| *b == a).count()).max().unwrap();
            prop_assert!(most < min_count);
            return Ok(());
        };
        let distinct: HashSet<&String> = vocabulary.tokens().iter().collect();
        prop_assert_eq!(distinct.len(), vocabulary.len());
        prop_assert!(vocabulary.counts()[2..].is_sorted_by(|a, b| a >= b));
        prop_assert!(vocabulary.counts()[2..].iter().all(|count| *count >= min_count));
        let decoded = vocabulary.decode(&vocabulary.encode(&tokens).unwrap()).unwrap();
        for (before, after) in tokens.iter().zip(&decoded) {
            let count = tokens.iter().filter(|token| *token == before).count();
            prop_assert_eq!(after, if count >= min_count { before.as_str() } else { "<unk>" });
        }
        prop_assert_eq!(Vocabulary::from_json(&vocabulary.to_json()).unwrap(), vocabulary);
    }
}
