//! The sources of the Rust library: a corpus of code, and of English in its documentation, that needs no download.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::text_file;
use crate::{Error, Result};

/// The crates of the library that are read.
const CRATES: [&str; 3] = ["alloc", "core", "std"];

/// The code of Rust's own library: the crates `alloc`, `core` and `std` without their tests, file after file by path.
/// About 13 million characters; how many exactly depends on the toolchain.
///
/// Fails where the toolchain is without its component `rust-src`.
///
/// ```
/// let code = lstm::data::rust_library()?;
/// assert!(code.contains("fn swap<T>(x: &mut T, y: &mut T)"));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn rust_library() -> Result<String> {
    Ok(files()?.concat())
}

/// The English of the same crates: the text of their documentation comments, without examples and headings, one blank
/// line between paragraphs. About 3 million characters.
///
/// Fails where the toolchain is without its component `rust-src`.
///
/// ```
/// let prose = lstm::data::rust_prose()?;
/// assert!(prose.contains("Swaps the values at two mutable locations"));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn rust_prose() -> Result<String> {
    let mut prose = String::new();
    for file in files()? {
        add_prose(&file, &mut prose);
    }
    Ok(prose)
}

/// The text of every file, by path.
fn files() -> Result<Vec<String>> {
    let library = sources()?;
    let mut paths = Vec::new();
    for name in CRATES {
        add_files(&library.join(name).join("src"), &mut paths)?;
    }
    paths.sort();
    // A few files of the library are empty.
    let has_text = |path: &PathBuf| path.metadata().is_ok_and(|data| data.len() > 0);
    paths.into_iter().filter(has_text).map(text_file).collect()
}

/// The folder with the sources of the library.
fn sources() -> Result<PathBuf> {
    let missing = |why: String| Error::Data {
        name: "rust-src",
        why: format!("{why}; add the sources of the library with `rustup component add rust-src`"),
    };
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .map_err(|error| missing(format!("rustc does not run ({error})")))?;
    let root = String::from_utf8_lossy(&output.stdout);
    let folder = Path::new(root.trim()).join("lib/rustlib/src/rust/library");
    if output.status.success() && folder.join("std/src/lib.rs").is_file() {
        return Ok(folder);
    }
    Err(missing(format!("there is no {}", folder.display())))
}

fn add_files(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |source| Error::File { action: "read", path: folder.to_path_buf(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_stem().unwrap_or_default();
        if name == "tests" || name == "benches" {
            continue;
        }
        if path.is_dir() {
            add_files(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    Ok(())
}

/// Adds the paragraphs of the documentation comments of a file, without what is no prose: examples, headings, tables,
/// the targets of links.
fn add_prose(code: &str, prose: &mut String) {
    let mut in_example = false;
    for line in code.lines().map(str::trim_start) {
        // Macros put examples together out of attributes between comments.
        if line.starts_with("#[") && line.contains("doc = ") {
            in_example ^= line.contains("```");
            continue;
        }
        let Some(text) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            in_example = false;
            end_paragraph(prose);
            continue;
        };
        let text = text.trim();
        let is_prose = !(text.starts_with(['#', '|', '<', '/']) || (text.starts_with('[') && text.contains("]: ")));
        if text.contains("```") {
            in_example = !in_example;
        } else if text.is_empty() {
            end_paragraph(prose);
        } else if is_prose && !in_example {
            prose.push_str(text);
            prose.push('\n');
        }
    }
    end_paragraph(prose);
}

/// Puts one blank line after what is there, and none at the beginning.
fn end_paragraph(prose: &mut String) {
    if !prose.is_empty() && !prose.ends_with("\n\n") {
        prose.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_what_stands_in_comments_between_the_examples() {
        let code = "//! About it.\n//!\n//! # Head\n\n// not this\nuse x;\n    /// Swaps `a`\n    /// and b.\n    ///\n    \
                    /// ```\n    /// code();\n    /// ```\n    /// [x]: y\n    /// Never fails.\n    fn swap() {}\n/// End.";
        let mut prose = String::new();
        add_prose(code, &mut prose);
        assert_eq!(prose, "About it.\n\nSwaps `a`\nand b.\n\nNever fails.\n\nEnd.\n\n");
    }
}
