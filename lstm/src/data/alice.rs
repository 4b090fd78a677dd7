//! *Alice's Adventures in Wonderland*.

use std::path::Path;

use super::{place, text_file};
use crate::{Error, Result};

/// The text of *Alice's Adventures in Wonderland* by Lewis Carroll (1865): 148 265 characters, all of them ASCII, 70
/// different ones.
///
/// It begins with the heading of chapter I and ends with the last sentence of the story: what the file has before (the
/// title page) and after ("THE END") is left out. Line ends are `\n`. Quotes are written `` `so' `` and emphasis in
/// capitals, as in the file, the Millennium Fulcrum edition 2.9, which text compressors are compared on.
///
/// Fails where the data set `alice` is neither here nor can be fetched; see the [module](super).
///
/// ```no_run
/// let text = lstm::data::alice()?;
/// assert!(text.starts_with("CHAPTER I\n\n"));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn alice() -> Result<String> {
    let path = place::file("alice", "alice29.txt")?;
    story(&text_file(&path)?, &path)
}

/// The text from the first chapter's heading to the line before "THE END".
fn story(text: &str, path: &Path) -> Result<String> {
    let format = |what: &str| Error::Format {
        path: path.to_path_buf(),
        format: "text of Alice in Wonderland",
        why: format!("it has no line `{what}`"),
    };
    let begin = line(text, "CHAPTER I").ok_or_else(|| format("CHAPTER I"))?;
    let end = line(text, "THE END").filter(|end| *end > begin).ok_or_else(|| format("THE END"))?;
    Ok(format!("{}\n", text[begin..end].trim()))
}

/// Where the line begins that is `wanted` between blanks.
fn line(text: &str, wanted: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim() == wanted {
            return Some(at);
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_and_the_end_are_cut() {
        let file = "\n\n  TITLE\n\n    CHAPTER I\n\n  Down\n\nCHAPTER II\nlast.\n\n    THE END\n\u{1a}";
        assert_eq!(story(file, Path::new("a")).unwrap(), "CHAPTER I\n\n  Down\n\nCHAPTER II\nlast.\n");
        for other in ["", "CHAPTER I\nno end", "THE END\nCHAPTER I\n"] {
            let error = story(other, Path::new("a")).unwrap_err().to_string();
            assert!(error.starts_with("a is not a text of Alice in Wonderland file: it has no line `"), "{error}");
        }
    }
}
