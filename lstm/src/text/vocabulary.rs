//! The list of the tokens that a model knows, each with its number.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{Coverage, vocabulary_json};
use crate::{Error, Result, atomic_file};

/// Which tokens a [`Vocabulary`] takes. The default takes all, and nothing else.
///
/// ```
/// use lstm::text::VocabularyOptions;
///
/// // Words seen more than 5 times, as in the lecture on word generation; 0 stands for all others.
/// let options = VocabularyOptions::default().min_count(6).unknown("<unk>");
/// assert_eq!(options.min_count, 6);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VocabularyOptions {
    /// How often a token must have been seen to be taken: **at least** this often, as `min_freq` of torchtext. The
    /// lecture on word generation takes words seen **more** than 5 times, which is `min_count(6)` here.
    pub min_count: usize,
    /// How many tokens are taken at most, the most frequent ones, not counting the two special tokens.
    pub max_size: Option<usize>,
    /// The token that stands for every token that was not taken.
    pub unknown: Option<String>,
    /// The token that fills shorter sequences up; its id is 0.
    pub padding: Option<String>,
}

impl Default for VocabularyOptions {
    fn default() -> Self {
        Self { min_count: 1, max_size: None, unknown: None, padding: None }
    }
}

impl VocabularyOptions {
    /// How often a token must have been seen, at least.
    pub fn min_count(mut self, count: usize) -> Self {
        self.min_count = count;
        self
    }

    /// How many tokens are taken at most, not counting the special ones.
    pub fn max_size(mut self, size: usize) -> Self {
        self.max_size = Some(size);
        self
    }

    /// Adds a token that stands for every token that was not taken.
    pub fn unknown(mut self, token: &str) -> Self {
        self.unknown = Some(token.to_owned());
        self
    }

    /// Adds a token that fills shorter sequences up.
    pub fn padding(mut self, token: &str) -> Self {
        self.padding = Some(token.to_owned());
        self
    }
}

/// The tokens that a model knows, numbered from 0 to `V - 1`: the padding token first if there is one, then the unknown
/// token if there is one, then the others, the more frequent first, and equally frequent ones in alphabetical order (of
/// their code points). So the same text gives the same numbers always.
///
/// ```
/// use lstm::text::{Vocabulary, VocabularyOptions, words};
///
/// let tokens = words("a rose is a rose is a rose");
/// let vocabulary = Vocabulary::new(&tokens)?;
/// assert_eq!(vocabulary.tokens(), ["a", "rose", "is"]);
/// assert_eq!(vocabulary.encode(&["rose", "is"])?, [1, 2]);
/// assert_eq!(vocabulary.decode(&[0, 1])?, ["a", "rose"]);
///
/// let error = vocabulary.encode(&["a", "tulip"]).unwrap_err().to_string();
/// assert!(error.contains("tulip"));
/// let options = VocabularyOptions::default().min_count(3).unknown("<unk>");
/// let smaller = Vocabulary::with_options(&tokens, &options)?;
/// assert_eq!(smaller.encode(&["a", "tulip", "is"])?, [1, 0, 0]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// By id.
    tokens: Vec<String>,
    /// By id: how often the token was seen.
    counts: Vec<usize>,
    ids: HashMap<String, u32>,
    unknown: Option<u32>,
    padding: Option<u32>,
}

impl Vocabulary {
    /// All tokens of `tokens`, and no others. Fails if there are none.
    pub fn new(tokens: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        Self::with_options(tokens, &VocabularyOptions::default())
    }

    /// The tokens of `tokens` that `options` takes. Fails if it takes none, or if its two special tokens are the same.
    pub fn with_options(
        tokens: impl IntoIterator<Item = impl AsRef<str>>,
        options: &VocabularyOptions,
    ) -> Result<Self> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for token in tokens {
            let token = token.as_ref();
            match counts.get_mut(token) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(token.to_owned(), 1);
                }
            }
        }
        let seen = counts.len();
        let special: Vec<String> = [&options.padding, &options.unknown].into_iter().flatten().cloned().collect();
        // What is written like a special token in the text is that token.
        let mut known: Vec<(String, usize)> =
            special.iter().map(|token| (token.clone(), counts.remove(token).unwrap_or(0))).collect();
        let mut taken: Vec<(String, usize)> =
            counts.into_iter().filter(|(_, count)| *count >= options.min_count).collect();
        taken.sort_unstable_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
        taken.truncate(options.max_size.unwrap_or(usize::MAX));
        if taken.is_empty() {
            return Err(Error::Argument {
                argument: "tokens",
                expected: format!("such that at least one of them is seen {} times or more", options.min_count.max(1)),
                got: format!("{seen} different ones"),
            });
        }
        known.extend(taken);
        let (tokens, counts): (Vec<String>, Vec<usize>) = known.into_iter().unzip();
        let padding = options.padding.as_ref().map(|_| 0);
        let unknown = options.unknown.as_ref().map(|_| u32::from(padding.is_some()));
        Self::from_parts(tokens, counts, unknown, padding)
    }

    /// A vocabulary out of its parts. Fails unless the tokens differ, each has a count, and the special ids are among
    /// them.
    pub(super) fn from_parts(
        tokens: Vec<String>,
        counts: Vec<usize>,
        unknown: Option<u32>,
        padding: Option<u32>,
    ) -> Result<Self> {
        let fail = |expected: &str, got: String| {
            Err(Error::Argument { argument: "tokens", expected: expected.to_owned(), got })
        };
        if counts.len() != tokens.len() {
            return fail("as many as there are counts", format!("{} and {} counts", tokens.len(), counts.len()));
        }
        let mut ids = HashMap::with_capacity(tokens.len());
        for (id, token) in tokens.iter().enumerate() {
            let Ok(number) = u32::try_from(id) else {
                return fail("few enough for ids of 32 bits", tokens.len().to_string());
            };
            if ids.insert(token.clone(), number).is_some() {
                return fail("different from each other", format!("`{token}` twice"));
            }
        }
        if let Some(id) = [unknown, padding].into_iter().flatten().find(|id| *id as usize >= tokens.len()) {
            return fail("more than the ids of the special tokens", format!("{} with a special id {id}", tokens.len()));
        }
        Ok(Self { tokens, counts, ids, unknown, padding })
    }

    /// `V`, how many tokens there are, the special ones among them; at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// All tokens, in the order of their ids.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// How often each token was seen, in the order of their ids.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The id of `token` itself; `None` if it was not taken.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    /// The token with that id; `None` from `V` on.
    pub fn token(&self, id: u32) -> Option<&str> {
        self.tokens.get(id as usize).map(String::as_str)
    }

    /// The id that stands for every token that was not taken, if there is one.
    pub fn unknown_id(&self) -> Option<u32> {
        self.unknown
    }

    /// The id of the token that fills shorter sequences up, if there is one.
    pub fn padding_id(&self) -> Option<u32> {
        self.padding
    }

    /// The id of each token. One that was not taken gets the unknown token's id; without an unknown token the error
    /// names it.
    pub fn encode<T: AsRef<str>>(&self, tokens: &[T]) -> Result<Vec<u32>> {
        let id = |(at, token): (usize, &T)| {
            let token = token.as_ref();
            self.id(token).or(self.unknown).ok_or_else(|| Error::Argument {
                argument: "tokens",
                expected: format!(
                    "among the vocabulary's {} tokens, which has no token for unknown ones \
                     (`VocabularyOptions::unknown`)",
                    self.len()
                ),
                got: format!("{token:?} at {at}"),
            })
        };
        tokens.iter().enumerate().map(id).collect()
    }

    /// The token of each id. Fails on ids from `V` on.
    pub fn decode(&self, ids: &[u32]) -> Result<Vec<String>> {
        let token = |(at, id): (usize, &u32)| {
            self.token(*id).map(str::to_owned).ok_or_else(|| Error::Argument {
                argument: "ids",
                expected: format!("below V = {}", self.len()),
                got: format!("{id} at {at}"),
            })
        };
        ids.iter().enumerate().map(token).collect()
    }

    /// How many of `tokens` the vocabulary has; what the unknown token stands for is not had.
    pub fn coverage<T: AsRef<str>>(&self, tokens: &[T]) -> Coverage {
        let known = |token: &str| self.id(token).is_some_and(|id| Some(id) != self.unknown);
        let distinct: HashSet<&str> = tokens.iter().map(AsRef::as_ref).collect();
        Coverage {
            known: tokens.iter().filter(|token| known(token.as_ref())).count(),
            total: tokens.len(),
            distinct_known: distinct.iter().filter(|token| known(token)).count(),
            distinct: distinct.len(),
        }
    }

    /// The vocabulary as JSON text, for a file beside a model's weights.
    pub fn to_json(&self) -> String {
        vocabulary_json::write(self)
    }

    /// The vocabulary that [`to_json`](Vocabulary::to_json) wrote. Fails on any other text.
    pub fn from_json(json: &str) -> Result<Self> {
        vocabulary_json::read(json)
    }

    /// Writes it to a JSON file, whole or not at all.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        atomic_file::write(path.as_ref(), self.to_json().as_bytes())
    }

    /// Reads a file that [`save`](Vocabulary::save) wrote.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let json = std::fs::read_to_string(path).map_err(|source| Error::File {
            action: "read",
            path: path.to_owned(),
            source,
        })?;
        Self::from_json(&json).map_err(|error| Error::Format {
            path: path.to_owned(),
            format: "vocabulary",
            why: error.to_string(),
        })
    }
}
