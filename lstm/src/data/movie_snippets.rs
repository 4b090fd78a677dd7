//! Sentences of film reviews with the scores that readers gave them.

use std::path::Path;

use super::{place, text_file};
use crate::{Error, Result};

/// The largest score that a reader could give, and the smallest with its sign turned.
const EXTREME: f64 = 4.0;
/// Scores nearer to 0 than this are neutral.
const NEUTRAL: f64 = 0.2;

/// One sentence, or a few, of a film review.
///
/// ```
/// use lstm::data::Snippet;
///
/// let snippet = Snippet { text: "A delight from start to finish.".to_owned(), score: 3.1 };
/// assert_eq!(snippet.label(), Some(true));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Snippet {
    /// The sentence as it was written, 3 to 257 characters, mixed case, without line ends.
    pub text: String,
    /// The mean of what 20 or so readers gave it, each from -4 (extremely negative) to 4 (extremely positive).
    /// The means lie between -3.88 and 3.94.
    pub score: f64,
}

impl Snippet {
    /// Whether the sentence is positive; `None` where it is neutral: a score above -0.2 and below 0.2.
    ///
    /// This is the rule by which the data's authors sort into positive, neutral and negative. They state it as 0.05 for
    /// scores from -1 to 1 (Hutto and Gilbert 2014, "Results"), which is 0.2 on the scale of the readers. Of the 10 605
    /// snippets 5 167 are positive, 5 252 negative and 186 neutral.
    ///
    /// ```
    /// use lstm::data::Snippet;
    ///
    /// let label = |score| Snippet { text: "A film.".to_owned(), score }.label();
    /// assert_eq!([label(1.5), label(-0.6), label(0.1)], [Some(true), Some(false), None]);
    /// ```
    pub fn label(&self) -> Option<bool> {
        (self.score.abs() >= NEUTRAL).then_some(self.score > 0.0)
    }
}

/// The 10 605 film-review snippets of Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of
/// Social Media Text" (ICWSM 2014), in the order of the file. They were cut from reviews that Pang and Lee collected,
/// and scored by readers.
///
/// Two sentences occur twice. The text is UTF-8 with some accents: 151 of its 1 184 906 characters are not ASCII.
///
/// Fails where the data set `movie-snippets` is neither here nor can be fetched; see the [module](super).
///
/// ```no_run
/// let snippets = lstm::data::movie_snippets()?;
/// let labelled: Vec<(&str, bool)> = snippets.iter().filter_map(|s| Some((s.text.as_str(), s.label()?))).collect();
/// assert_eq!(labelled.len(), 10_419);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn movie_snippets() -> Result<Vec<Snippet>> {
    let path = place::file("movie-snippets", "movieReviewSnippets_GroundTruth.txt")?;
    snippets(&text_file(&path)?, &path)
}

/// One snippet a line: its number, its score and its text between tabs.
fn snippets(text: &str, path: &Path) -> Result<Vec<Snippet>> {
    text.lines()
        .zip(1..)
        .map(|(line, number): (_, usize)| {
            snippet(line).map_err(|why| Error::Format {
                path: path.to_path_buf(),
                format: "file of scored snippets",
                why: format!("line {number} {why}"),
            })
        })
        .collect()
}

fn snippet(line: &str) -> Result<Snippet, String> {
    let [_, score, text] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err(format!("has {} fields between tabs, expected 3", line.split('\t').count()));
    };
    let score = score
        .parse()
        .ok()
        .filter(|score: &f64| score.abs() <= EXTREME)
        .ok_or_else(|| format!("has the score `{score}`, expected a number from -4 to 4"))?;
    match text.trim() {
        "" => Err("has no text".to_owned()),
        text => Ok(Snippet { text: text.to_owned(), score }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_number_score_and_text() {
        let read = snippets("1\t2.5\tGood é.\n2\t-0.1\t Meh \n", Path::new("m")).unwrap();
        assert_eq!(
            read,
            [Snippet { text: "Good é.".to_owned(), score: 2.5 }, Snippet { text: "Meh".to_owned(), score: -0.1 },]
        );
    }

    #[test]
    fn errors_name_the_line() {
        for (line, why) in [
            ("1\t2", "has 2 fields between tabs, expected 3"),
            ("1\t2\ta\tb", "has 4 fields"),
            ("1\tgood\ta", "has the score `good`"),
            ("1\t4.1\ta", "from -4 to 4"),
            ("1\tNaN\ta", "has the score `NaN`"),
            ("1\t1\t ", "has no text"),
            ("", "has 1 fields"),
        ] {
            let error = snippets(&format!("1\t1\tx\n{line}\n2\t1\ty\n"), Path::new("m")).unwrap_err().to_string();
            assert!(error.contains("line 2 ") && error.contains(why), "{error}");
        }
    }

    #[test]
    fn labels_leave_out_what_is_neutral() {
        let label = |score| Snippet { text: String::new(), score }.label();
        assert_eq!([0.2, 0.19, 0.0, -0.19, -0.2].map(label), [Some(true), None, None, None, Some(false)]);
    }
}
