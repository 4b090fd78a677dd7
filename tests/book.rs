//! The book: web pages of executed notebooks that need no network.

use crate::support::{lstm_kernel, text};
use serde_json::json;

#[test]
fn a_notebook_becomes_a_page_that_needs_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let output = json!({
        "output_type": "display_data", "metadata": {},
        "data": {"text/plain": "chart", "text/html": "<svg class='lstm-chart'><title>curve</title></svg>"},
    });
    let notebook = json!({
        "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "lstm", "display_name": "LSTM", "language": "rust"}},
        "cells": [
            {"cell_type": "markdown", "id": "title", "metadata": {},
             "source": "# A page about penguins\n\n$c_t = f_t \\odot c_{t-1}$\n\n![A gate](../images/gate.svg)"},
            {"cell_type": "code", "id": "code", "metadata": {}, "execution_count": 1, "source": "let a = 1;",
             "outputs": [output]},
        ],
    });
    std::fs::write(at.join("07_penguins.ipynb"), notebook.to_string()).unwrap();
    let book = || {
        let mut command = lstm_kernel();
        command.current_dir(at).args(["book", "--executed", "07_penguins.ipynb", "--out", "made"]);
        command.output().unwrap()
    };
    let output = book();
    assert!(output.status.success(), "{}", text(&output));
    let said = text(&output);
    assert!(said.contains("made/index.html") && !said.contains("WARNING"), "{said}");

    let read = |path: &str| std::fs::read_to_string(at.join("made").join(path)).unwrap();
    assert!(read("index.html").contains("A page about penguins"));
    assert!(read("searchindex.js").contains("penguin"));
    let page = read("notebooks/07_penguins.html");
    for part in ["<svg class='lstm-chart'>", "_images/gate.svg", "A gate", "class=\"math", "mathjax/", "book.css"] {
        assert!(page.contains(part), "`{part}` is not on the page");
    }
    for line in page.lines().filter(|line| line.contains("<script") || line.contains("<link")) {
        assert!(!line.contains("http://") && !line.contains("https://"), "{line}");
    }

    // A book is replaced, anything else is not.
    assert!(book().status.success());
    std::fs::remove_file(at.join("made/.lstm-book")).unwrap();
    let refused = book();
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    let left: Vec<_> = std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}
