//! The data sets as users get them: fetched for real, checked, by two at once, and without a network.

use crate::support::{lstm_kernel, text};
use std::path::Path;
use std::process::{Command, Output};

/// Everything but the optional word vectors.
const NAMES: [&str; 4] = ["alice", "shakespeare", "movie-snippets", "basic-motions"];

/// `lstm-kernel data ...` on the user's own Python environment, with data sets in a folder of the test's.
fn data(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = lstm_kernel();
    command.arg("data").args(arguments).env("LSTM_DATA", folder.join("data"));
    command
}

#[track_caller]
fn expect(output: &Output, code: i32, words: &[&str]) {
    let text = text(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}

#[test]
fn fetched_by_two_at_once_verified_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let list = data(at, &["list"]).output().unwrap();
    expect(&list, 0, &["alice           not here", "word-vectors    optional", "117.9 MB to download"]);
    let pair: Vec<_> =
        (0..2).map(|_| data(at, &["fetch"]).stdout(std::process::Stdio::piped()).spawn().unwrap()).collect();
    for one in pair {
        expect(&one.wait_with_output().unwrap(), 0, &NAMES);
    }
    expect(
        &data(at, &["verify"]).output().unwrap(),
        0,
        &["ok        shakespeare     42 file(s)", "not here  word-vectors"],
    );
    // Nothing of the fetches is left but the locks.
    for entry in std::fs::read_dir(at.join("data")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = NAMES.contains(&name.as_str()) || name == "archives" || name.ends_with(".lock");
        assert!(known, "{name} was left behind");
    }

    let file = at.join("data/alice/alice29.txt");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    expect(
        &data(at, &["verify"]).output().unwrap(),
        3,
        &["damaged   alice", "SHA-256", "lstm-kernel data fetch alice"],
    );
    expect(&data(at, &["fetch", "alice"]).output().unwrap(), 0, &["alice"]);
    expect(&data(at, &["verify", "alice"]).output().unwrap(), 0, &["ok        alice"]);
    expect(&data(at, &["verify", "word-vectors"]).output().unwrap(), 3, &["not here  word-vectors"]);
    expect(&data(at, &["list"]).output().unwrap(), 0, &["alice           here"]);
}

#[test]
fn without_a_network_the_error_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let offline = |arguments: &[&str]| {
        let mut command = data(at, arguments);
        command.env("PIP_INDEX_URL", "http://127.0.0.1:9/simple").env("PIP_RETRIES", "0").env("PIP_NO_CACHE_DIR", "1");
        command.env_remove("PIP_FIND_LINKS").env_remove("PIP_EXTRA_INDEX_URL").output().unwrap()
    };
    let archives = at.join("data/archives").display().to_string();
    let output = offline(&["fetch", "alice"]);
    expect(
        &output,
        3,
        &[
            "cannot download brotli-1.2.1.tar.gz (7.4 MB) for alice: ",
            "PIP_INDEX_URL",
            "`lstm-kernel data fetch alice` again",
            "get brotli-1.2.1.tar.gz from https://pypi.org/project/brotli/1.2.1/#files",
            &archives,
        ],
    );
    assert!(!at.join("data/alice").exists());
    // What is put there by hand is checked as well.
    std::fs::write(at.join("data/archives/brotli-1.2.1.tar.gz"), "not it").unwrap();
    expect(&offline(&["fetch", "alice"]), 2, &["is not the archive of alice: 6 bytes, expected 7389447"]);
    expect(&offline(&["fetch", "alise"]), 2, &["alise: no such data set, expected one of alice, shakespeare"]);
}
