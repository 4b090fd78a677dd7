//! A vocabulary as JSON: `{"tokens": […], "counts": […], "unknown": 1, "padding": 0}`, the special ids `null` if there
//! are none.

use serde_json::{Value, json};

use super::Vocabulary;
use crate::{Error, Result};

pub(super) fn write(vocabulary: &Vocabulary) -> String {
    json!({
        "tokens": vocabulary.tokens(),
        "counts": vocabulary.counts(),
        "unknown": vocabulary.unknown_id(),
        "padding": vocabulary.padding_id(),
    })
    .to_string()
}

pub(super) fn read(json: &str) -> Result<Vocabulary> {
    let whole: Value = serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
    let list = |key: &str| whole[key].as_array().ok_or_else(|| wrong(format!("no list `{key}`")));
    let tokens = list("tokens")?.iter().map(|token| token.as_str().map(str::to_owned)).collect::<Option<Vec<String>>>();
    let counts = list("counts")?.iter().map(whole_number).collect::<Option<Vec<usize>>>();
    let special = |key: &str| match &whole[key] {
        Value::Null => Ok(None),
        id => match id.as_u64().and_then(|id| u32::try_from(id).ok()) {
            Some(id) => Ok(Some(id)),
            None => Err(wrong(format!("`{key}` is {id}"))),
        },
    };
    match (tokens, counts) {
        (Some(tokens), Some(counts)) if !tokens.is_empty() => {
            Vocabulary::from_parts(tokens, counts, special("unknown")?, special("padding")?)
        }
        _ => Err(wrong("`tokens` is not a list of texts, or `counts` not one of whole numbers".to_owned())),
    }
}

fn whole_number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|count| usize::try_from(count).ok())
}

fn wrong(got: String) -> Error {
    Error::Argument { argument: "json", expected: "what `Vocabulary::to_json` writes".to_owned(), got }
}
