//! The repository's own promises: every module is described, nothing of one machine is in it.

use crate::support;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_module_has_a_sentence_in_itself_and_in_contributing() {
    let contributing = std::fs::read_to_string(support::root().join("CONTRIBUTING.md")).unwrap();
    for member in ["lstm/src", "kernel/src"] {
        let folder = support::root().join(member);
        let mut modules = Vec::new();
        files(&folder, &mut modules);
        for module in modules.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
            let name = module.strip_prefix(&folder).unwrap().display();
            assert!(contributing.contains(&format!("| `{name}` |")), "{member}/{name} has no line in CONTRIBUTING.md");
            let text = std::fs::read_to_string(module).unwrap();
            let is_prelude_cell = module.ends_with("prelude_cell.rs");
            assert!(text.starts_with("//! ") || is_prelude_cell, "{member}/{name} does not say what it owns");
        }
    }
}
