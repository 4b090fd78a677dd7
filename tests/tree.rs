//! The repository's own promises: every module is described, and every file that the documents name is there.

use crate::support;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(support::root().join(path)).unwrap()
}

#[test]
fn every_module_has_a_sentence_in_itself_and_in_contributing() {
    let contributing = read("CONTRIBUTING.md");
    let mut lines: Vec<&str> = contributing.lines().filter(|line| line.contains(".rs` |")).collect();
    for member in ["lstm/src", "kernel/src"] {
        let folder = support::root().join(member);
        let mut modules = Vec::new();
        files(&folder, &mut modules);
        for module in modules.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
            let name = module.strip_prefix(&folder).unwrap().display().to_string();
            let at = lines.iter().position(|line| line.starts_with(&format!("| `{name}` |")));
            let at = at.unwrap_or_else(|| panic!("{member}/{name} has no line in CONTRIBUTING.md"));
            let sentence = lines.remove(at).split('|').nth(2).unwrap().trim();
            assert!(sentence.len() > 15, "{member}/{name}: CONTRIBUTING.md does not say what it owns");
            let text = std::fs::read_to_string(module).unwrap();
            // The prelude cell is no module: its text goes to evcxr, which knows no `//!` there.
            let is_module = !module.ends_with("prelude_cell.rs");
            assert!(text.starts_with("//! ") || !is_module, "{member}/{name} does not say what it owns");
        }
    }
    assert!(lines.is_empty(), "CONTRIBUTING.md describes files that are gone: {lines:?}");
}

#[test]
fn every_file_that_the_documents_link_to_is_there() {
    for document in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/kernel.md",
        "docs/versions.md",
        "docs/fused.md",
        "docs/performance.md",
        "lstm/benches/README.md",
    ] {
        let text = read(document);
        let folder = support::root().join(document).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.contains("://") && !link.starts_with('#') {
                assert!(folder.join(link).exists(), "{document} links to {link}, which is not there");
            }
        }
    }
}
