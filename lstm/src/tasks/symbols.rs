//! The characters or words of a task, and their numbers.

use crate::{Error, Result};

/// The number of the symbol that ends an answer.
pub const END: u32 = 0;

/// The number of the symbol that asks for an answer: it is what a writer reads before its first symbol.
pub const START: u32 = 1;

/// All symbols of a task, in the order of their numbers: [`END`] and [`START`], then characters or words.
///
/// ```
/// use lstm::tasks::{Programs, END};
///
/// let symbols = Programs::symbols();
/// let ids = symbols.ids("12")?;
/// assert_eq!(symbols.text(&[ids[0], ids[1], END, ids[0]]), "12");
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Symbols {
    names: Vec<String>,
    between: &'static str,
}

impl Symbols {
    /// The characters of `all`, each once, behind `.` for the end and `?` for the start.
    pub(super) fn characters(all: &str) -> Self {
        Self { names: ['.', '?'].into_iter().chain(all.chars()).map(String::from).collect(), between: "" }
    }

    /// The words of `all`, each once, behind `.` for the end and `?` for the start.
    pub(super) fn words(all: &[&str]) -> Self {
        Self { names: [".", "?"].iter().chain(all).map(|word| (*word).to_owned()).collect(), between: " " }
    }

    /// `V`, how many there are.
    #[expect(clippy::len_without_is_empty, reason = "there are always the end and the start")]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The characters or words, by their numbers.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The numbers of the characters or words of `text`. Fails on one that is not known.
    pub fn ids(&self, text: &str) -> Result<Vec<u32>> {
        if self.between.is_empty() {
            text.chars().map(|character| self.id(&character.to_string())).collect()
        } else {
            text.split(self.between).map(|word| self.id(word)).collect()
        }
    }

    /// The text of `ids` up to the first [`END`]. A number without a symbol shows as `�`.
    pub fn text(&self, ids: &[u32]) -> String {
        let shown = ids.iter().take_while(|id| **id != END);
        let names: Vec<&str> =
            shown.map(|id| self.names.get(*id as usize).map_or("\u{fffd}", String::as_str)).collect();
        names.join(self.between)
    }

    fn id(&self, name: &str) -> Result<u32> {
        match self.names.iter().position(|known| known == name) {
            Some(id) => Ok(id as u32),
            None => Err(Error::Argument {
                argument: "text",
                expected: format!("made of `{}`", self.names[2..].join(self.between)),
                got: format!("`{name}`"),
            }),
        }
    }
}
