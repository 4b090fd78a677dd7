//! Word vectors: files, lookup, neighbours, embeddings.

use std::path::PathBuf;

use lstm::Error;
use lstm::candle_core::Device;
use lstm::random::Generator;
use lstm::text::{Vectors, Vocabulary, VocabularyOptions};
use proptest::prelude::*;

fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vectors");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn read(content: &str) -> Result<Vectors, Error> {
    let (_folder, path) = file(content.as_bytes());
    Vectors::read(path)
}

fn small() -> Vectors {
    read("east 1 0\nnorth 0 1\nnortheast 1 1\nwest -2 0\nnowhere 0 0\n").unwrap()
}

#[test]
fn lines_of_text() {
    let vectors = small();
    assert_eq!((vectors.len(), vectors.size()), (5, 2));
    assert_eq!(vectors.get("northeast"), Some(&[1.0, 1.0][..]));
    assert_eq!(vectors.get("North"), None);
    // word2vec's first line, words with spaces, a word twice, empty lines
    let vectors = read("3 2\nNew York 0.5 1e-1\n\nx 1\t2\nx 3 4\n").unwrap();
    assert_eq!(vectors.words(), ["New York", "x"]);
    assert_eq!(vectors.get("New York"), Some(&[0.5, 0.1][..]));
    assert_eq!(vectors.get("x"), Some(&[1.0, 2.0][..]));
}

#[test]
fn json_of_the_package() {
    let json = r#"{"precision":8,"l2NormIndex":2,"wordIndex":3,"size":2,"dimensions":2,"words":["the","\"a"],
        "vectors":{"the":[3,4,5,0],"\"a":[-1,0.5,1.118,1],"the":[9,9,9,9]},"unkVector":[0,0,0,-1]}"#;
    let vectors = read(json).unwrap();
    assert_eq!(vectors.words(), ["the", "\"a"]);
    assert_eq!((vectors.get("the"), vectors.get("\"a")), (Some(&[3.0, 4.0][..]), Some(&[-1.0, 0.5][..])));
}

#[test]
fn files_that_are_none() {
    for bad in [
        "",
        "\n\n",
        "2 3\n",
        "word\n",
        "a 1 2\nb 1\n",
        "a 1 2\nb 1 x\n",
        "a 1 NaN\n",
        " 1 2\n",
        "{}",
        "{",
        r#"{"dimensions":2,"vectors":{}}"#,
        r#"{"dimensions":0,"vectors":{"a":[1]}}"#,
        r#"{"dimensions":2,"vectors":{"a":[1]}}"#,
        r#"{"dimensions":1,"vectors":{"a":[1],"b":[1,2]}}"#,
        r#"{"dimensions":1,"vectors":[1]}"#,
    ] {
        assert!(matches!(read(bad), Err(Error::Format { .. })), "{bad:?}: {:?}", read(bad));
    }
    let (_folder, path) = file(b"a 1\n\xff 2\n");
    assert!(matches!(Vectors::read(&path), Err(Error::Format { .. })));
    assert!(matches!(Vectors::read(path.join("none")), Err(Error::File { .. })));
    let message = read("a 1 2\nb 1 x\n").unwrap_err().to_string();
    assert!(message.contains("line 2") && message.contains("\"x\""), "{message}");
}

#[test]
fn made_by_hand() {
    let words = |count: usize| (0..count).map(|k| k.to_string()).collect::<Vec<_>>();
    assert!(Vectors::new(words(2), vec![1.0; 3]).is_err());
    assert!(Vectors::new(words(2), vec![]).is_err());
    assert!(Vectors::new(words(0), vec![]).is_err());
    assert!(Vectors::new(vec!["a".into(), "a".into()], vec![1.0; 2]).is_err());
    assert!(Vectors::new(words(1), vec![f32::INFINITY]).is_err());
}

#[test]
fn neighbours_by_angle() {
    let vectors = small();
    let half = 0.5f32.sqrt();
    // Of two words at the same angle the first of the file comes first; length does not matter.
    assert_eq!(vectors.nearest("northeast", 2).unwrap(), [("east".to_owned(), half), ("north".to_owned(), half)]);
    let all = vectors.nearest_to(&[5.0, 0.0], 99).unwrap();
    let words: Vec<&str> = all.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(words, ["east", "northeast", "north", "nowhere", "west"]);
    assert_eq!((all[0].1, all[4].1), (1.0, -1.0));
    assert_eq!(vectors.similarity("east", "west").unwrap(), -1.0);
    assert_eq!(vectors.similarity("east", "nowhere").unwrap(), 0.0);
    assert_eq!(vectors.nearest("east", usize::MAX).unwrap().len(), 4);
    assert!(vectors.nearest("south", 1).unwrap_err().to_string().contains("\"south\""));
    assert!(vectors.nearest_to(&[1.0], 1).is_err());
}

#[test]
fn rows_of_an_embedding() {
    let options = VocabularyOptions::default().unknown("<unk>").padding("<pad>");
    let vocabulary = Vocabulary::with_options(["east", "east", "east", "up", "west"], &options).unwrap();
    let embedding = |seed| small().embedding(&vocabulary, &mut Generator::new(seed), &Device::Cpu).unwrap();
    let first = embedding(1);
    let weights: Vec<Vec<f32>> = first.weights.to_vec2().unwrap();
    // <pad>, <unk>, east, up, west
    assert_eq!((&weights[0], &weights[2], &weights[4]), (&vec![0.0, 0.0], &vec![1.0, 0.0], &vec![-2.0, 0.0]));
    assert!(weights[1].iter().chain(&weights[3]).all(|value| *value != 0.0));
    assert_eq!((first.coverage.known, first.coverage.total), (4, 5));
    assert_eq!((first.coverage.distinct_known, first.coverage.distinct), (2, 3));
    assert_eq!(first.missing, ["up"]);
    assert_eq!(embedding(1).weights.to_vec2::<f32>().unwrap(), weights);
    assert_ne!(embedding(2).weights.to_vec2::<f32>().unwrap(), weights);
}

#[test]
fn random_rows_are_spread_like_the_others() {
    // All numbers are 3 or -3: their standard deviation is 3.
    let vectors = Vectors::new(vec!["a".into(), "b".into()], [vec![3.0; 50], vec![-3.0; 50]].concat()).unwrap();
    let tokens: Vec<String> = (0..200).map(|k| format!("new{k:03}")).collect();
    let vocabulary = Vocabulary::new(&tokens).unwrap();
    let embedding = vectors.embedding(&vocabulary, &mut Generator::new(1), &Device::Cpu).unwrap();
    let mean_square = embedding.weights.sqr().unwrap().mean_all().unwrap().to_scalar::<f32>().unwrap();
    assert!((mean_square.sqrt() - 3.0).abs() < 0.1, "{mean_square}");
    assert_eq!(embedding.coverage.share(), 0.0);
}

proptest! {
    #[test]
    fn any_file_is_read_or_refused(content in "([a-z0-9.{}\\[\\]\":, -]{0,12}\n){0,4}") {
        let _ = read(&content);
    }
}
