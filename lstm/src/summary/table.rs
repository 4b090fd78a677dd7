//! Building the table layer by layer, and printing it.

use std::fmt;

use super::layer::{Kind, Layer, grouped};
use crate::shape::{MOST_NUMBERS, expect_positive};
use crate::{Error, Result};

/// A table of layers. Each is told only what the layers before it do not determine.
///
/// ```
/// let summary = lstm::Summary::new()
///     .embedding("embedding", 36, 10, 30)?
///     .lstm("lstm", 50)?
///     .dense("dense", 36)?;
/// assert_eq!(summary.parameters(), 14_396);
/// println!("{summary}\n{}", summary.explain());
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    layers: Vec<Layer>,
    /// The shape that the next layer gets, without the batch.
    shape: Vec<usize>,
}

impl Summary {
    /// A table without layers; an embedding or an [`input`](Summary::input) comes first.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that sequences of `time` steps with `features` numbers each come in. It comes first and once.
    pub fn input(mut self, time: usize, features: usize) -> Result<Self> {
        self.expect_first("input")?;
        expect_positive("time", time)?;
        expect_positive("features", features)?;
        self.shape = vec![time, features];
        Ok(self)
    }

    /// Adds an embedding of `vocabulary` (`V`) entries as `dim` (`D`) numbers, for sequences of `time` steps. It comes
    /// first, in place of an [`input`](Summary::input).
    pub fn embedding(self, name: &str, vocabulary: usize, dim: usize, time: usize) -> Result<Self> {
        self.expect_first(name)?;
        expect_positive("vocabulary", vocabulary)?;
        expect_positive("dim", dim)?;
        expect_positive("time", time)?;
        self.push(name, Kind::Embedding { vocabulary, dim }, vec![time, dim])
    }

    /// Adds an LSTM of `hidden` (`H`) units that passes on its last hidden state only.
    pub fn lstm(self, name: &str, hidden: usize) -> Result<Self> {
        let (_, input) = self.sequence(name)?;
        expect_positive("hidden", hidden)?;
        self.push(name, Kind::Lstm { input, hidden }, vec![hidden])
    }

    /// Adds an LSTM of `hidden` (`H`) units that passes on its hidden state after every step.
    pub fn lstm_sequences(self, name: &str, hidden: usize) -> Result<Self> {
        let (time, input) = self.sequence(name)?;
        expect_positive("hidden", hidden)?;
        self.push(name, Kind::Lstm { input, hidden }, vec![time, hidden])
    }

    /// Adds a simple recurrent layer of `hidden` (`H`) units that passes on its last hidden state only.
    pub fn rnn(self, name: &str, hidden: usize) -> Result<Self> {
        let (_, input) = self.sequence(name)?;
        expect_positive("hidden", hidden)?;
        self.push(name, Kind::Rnn { input, hidden }, vec![hidden])
    }

    /// Adds a simple recurrent layer of `hidden` (`H`) units that passes on its hidden state after every step.
    pub fn rnn_sequences(self, name: &str, hidden: usize) -> Result<Self> {
        let (time, input) = self.sequence(name)?;
        expect_positive("hidden", hidden)?;
        self.push(name, Kind::Rnn { input, hidden }, vec![time, hidden])
    }

    /// Adds a fully connected layer with `output` outputs.
    pub fn dense(self, name: &str, output: usize) -> Result<Self> {
        expect_positive("output", output)?;
        let Some(&input) = self.shape.last() else {
            return Err(missing_input(name));
        };
        let mut shape = self.shape.clone();
        shape.pop();
        shape.push(output);
        self.push(name, Kind::Dense { input, output }, shape)
    }

    /// Adds a dropout layer.
    pub fn dropout(self, name: &str) -> Result<Self> {
        if self.shape.is_empty() {
            return Err(missing_input(name));
        }
        let shape = self.shape.clone();
        self.push(name, Kind::Dropout, shape)
    }

    /// The layers.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// All parameters as Keras counts them, with one bias for each gate.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.kind.parameters()).sum()
    }

    /// All parameters as PyTorch counts them, with two.
    pub fn pytorch_parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.kind.pytorch_parameters()).sum()
    }

    /// Where each number comes from, a line for each layer, with PyTorch's count beside it where that differs.
    pub fn explain(&self) -> String {
        let mut text = String::new();
        for layer in &self.layers {
            text += &format!("{}: {}\n", layer.title(), layer.kind.explain());
            if let Some(pytorch) = layer.kind.explain_pytorch() {
                text += &format!("  PyTorch, two biases a gate: {pytorch}\n");
            }
        }
        text += &format!("total: {}", self.sum_of(Kind::parameters));
        if self.pytorch_parameters() != self.parameters() {
            text += &format!("\n  PyTorch: {}", self.sum_of(Kind::pytorch_parameters));
        }
        text
    }

    /// `360 + 12 200 + 1 836 = 14 396`.
    fn sum_of(&self, count: fn(Kind) -> usize) -> String {
        let counts: Vec<usize> = self.layers.iter().map(|layer| count(layer.kind)).collect();
        let terms: Vec<String> = counts.iter().map(|&count| grouped(count, ' ')).collect();
        let sum = grouped(counts.iter().sum(), ' ');
        if terms.len() > 1 { format!("{} = {sum}", terms.join(" + ")) } else { sum }
    }

    /// Fails on a table whose parameters could not be held, so that all sums over layers stay in range.
    fn push(mut self, name: &str, kind: Kind, output: Vec<usize>) -> Result<Self> {
        let total = self.pytorch_parameters().checked_add(kind.pytorch_parameters());
        if total.is_none_or(|total| total > MOST_NUMBERS) {
            return Err(Error::Argument {
                argument: "name",
                expected: format!("a layer with which there are at most {MOST_NUMBERS} parameters"),
                got: format!("`{name}` with more; make its sizes smaller"),
            });
        }
        self.shape.clone_from(&output);
        self.layers.push(Layer { name: name.to_owned(), kind, output });
        Ok(self)
    }

    fn expect_first(&self, name: &str) -> Result<()> {
        if self.shape.is_empty() {
            return Ok(());
        }
        let before = self.layers.last().map_or("input", |layer| layer.name.as_str());
        Err(Error::Argument {
            argument: "name",
            expected: "first in the table, since it says itself what comes in".to_owned(),
            got: format!("`{name}` after `{before}`"),
        })
    }

    fn sequence(&self, name: &str) -> Result<(usize, usize)> {
        match self.shape[..] {
            [time, features] => Ok((time, features)),
            [] => Err(missing_input(name)),
            _ => Err(Error::Argument {
                argument: "name",
                expected: "a layer after one that passes on a whole sequence".to_owned(),
                got: format!("`{name}` after a layer whose output is (None, {})", self.shape[0]),
            }),
        }
    }
}

fn missing_input(name: &str) -> Error {
    Error::Argument {
        argument: "name",
        expected: "a layer after `embedding` or `input`, which say what comes in".to_owned(),
        got: format!("`{name}` as the first"),
    }
}

/// Keras's table in plain text.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = "_".repeat(65);
        writeln!(f, "{line}")?;
        writeln!(f, "{:<29}{:<26}Param #", "Layer (type)", "Output Shape")?;
        writeln!(f, "{}", "=".repeat(65))?;
        for layer in &self.layers {
            writeln!(f, "{:<29}{:<26}{}", layer.title(), layer.output_shape(), layer.kind.parameters())?;
            writeln!(f, "{line}")?;
        }
        let total = grouped(self.parameters(), ',');
        writeln!(f, "Total params: {total}")?;
        writeln!(f, "Trainable params: {total}")?;
        writeln!(f, "Non-trainable params: 0")?;
        write!(f, "{line}")
    }
}
