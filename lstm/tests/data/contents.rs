//! What the fetched data sets hold, in numbers that the documentation states. A data set that is not on this machine is
//! left out: the tests of the kernel fetch them all and run these.

use std::collections::BTreeSet;

use lstm::data;

/// Whether a data set has been fetched.
fn is_here(name: &str) -> bool {
    let here = data::folder().unwrap().join(name).is_dir();
    if !here {
        println!("{name} is not on this machine");
    }
    here
}

#[test]
fn alice() {
    if !is_here("alice") {
        return;
    }
    let text = data::alice().unwrap();
    println!("{}", text.chars().count());
    assert_eq!(text.chars().count(), 148_265);
    assert!(text.is_ascii() && text.starts_with("CHAPTER I\n\n"));
    assert!(text.ends_with("and the happy summer days.\n"));
    assert_eq!(text.lines().filter(|line| line.trim().starts_with("CHAPTER ")).count(), 12);
    assert_eq!(text.chars().collect::<BTreeSet<char>>().len(), 70);
}

#[test]
fn shakespeare() {
    if !is_here("shakespeare") {
        return;
    }
    let works = data::shakespeare_works().unwrap();
    assert_eq!(works.len(), 42);
    for work in &works {
        assert!(!work.title.is_empty() && work.title.to_uppercase() == work.title, "{}", work.title);
        assert!(!work.text.contains("William Shakespeare") && !work.text.contains("THE END"), "{}", work.title);
        assert!(work.text.len() > 2_000 && !work.text.starts_with('\n'), "{}", work.title);
        assert!(work.text.ends_with('\n') && !work.text.contains(" \n"), "{}", work.title);
    }
    let text = data::shakespeare().unwrap();
    assert!(text.is_ascii() && text.starts_with("ALL'S WELL THAT ENDS WELL\n\n"));
    assert!(text.contains("\n\nHAMLET, PRINCE OF DENMARK\n\n") && text.contains("To be, or not to be"));
    println!("{}", text.chars().count());
    assert_eq!(text.chars().count(), 5_052_821);
}

#[test]
fn movie_snippets() {
    if !is_here("movie-snippets") {
        return;
    }
    let snippets = data::movie_snippets().unwrap();
    assert_eq!(snippets.len(), 10_605);
    assert_eq!(snippets[2].text, "Effective but too tepid biopic");
    assert_eq!((snippets[2].score, snippets[2].label()), (-0.6, Some(false)));
    let count = |label| snippets.iter().filter(|snippet| snippet.label() == label).count();
    assert_eq!([count(Some(true)), count(Some(false)), count(None)], [5_167, 5_252, 186]);
    let scores = snippets.iter().map(|snippet| snippet.score);
    assert_eq!(scores.clone().fold(0.0, f64::min), -3.875);
    assert_eq!(scores.fold(0.0, f64::max), 3.94117647059);
    let characters = snippets.iter().flat_map(|snippet| snippet.text.chars());
    assert_eq!((characters.clone().count(), characters.filter(|c| !c.is_ascii()).count()), (1_184_906, 151));
    let lengths: BTreeSet<usize> = snippets.iter().map(|snippet| snippet.text.chars().count()).collect();
    assert_eq!((lengths.first(), lengths.last()), (Some(&3), Some(&257)));
    assert_eq!(snippets.iter().map(|snippet| snippet.text.as_str()).collect::<BTreeSet<_>>().len(), 10_603);
}

#[test]
fn basic_motions() {
    if !is_here("basic-motions") {
        return;
    }
    let motions = data::basic_motions().unwrap();
    assert_eq!(motions.labels, ["Standing", "Running", "Walking", "Badminton"]);
    for part in [&motions.train, &motions.test] {
        assert_eq!(part.len(), 40);
        assert!(part.iter().all(|motion| motion.series.len() == 100));
        for label in 0..4 {
            assert_eq!(part.iter().filter(|motion| motion.label == label).count(), 10);
        }
    }
    // The first and the second number of the first channel, and the first of the last one.
    let first = &motions.train[0].series;
    assert_eq!((first[0][0], first[1][0], first[2][0]), (0.079106, 0.079106, -0.903497));
}

#[test]
fn word_vectors() {
    if !is_here("word-vectors") {
        return;
    }
    assert_eq!(data::word_vectors().unwrap().metadata().unwrap().len(), 307_300_350);
}

#[test]
fn the_library_is_code_and_prose() {
    let (code, prose) = (data::rust_library().unwrap(), data::rust_prose().unwrap());
    println!("{} {}", code.chars().count(), prose.chars().count());
    assert!(code.chars().count() > 10_000_000 && prose.chars().count() > 2_000_000);
    // Examples, headings and the comments' own marks are gone; a paragraph follows another after one blank line.
    assert!(!prose.contains("```") && !prose.contains("///") && !prose.contains("\n\n\n") && !prose.contains("\n# "));
    assert_eq!(data::rust_library().unwrap(), code, "the order of the files is always the same");
}
