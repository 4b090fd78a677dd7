//! One layer of the table and the arithmetic of its parameters.

/// A layer that the table knows.
///
/// ```
/// let summary = lstm::Summary::new().input(30, 10)?.lstm("lstm", 50)?;
/// let layer = &summary.layers()[0];
/// assert_eq!((layer.name.as_str(), layer.kind.name()), ("lstm", "LSTM"));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// What it is, with its sizes.
    pub kind: Kind,
    /// The shape of its output without the batch: `[30, 10]`.
    pub output: Vec<usize>,
}

/// What a layer is. Letters as everywhere: `V` vocabulary, `D` input size, `H` hidden size.
///
/// ```
/// use lstm::summary::Kind;
///
/// let lstm = Kind::Lstm { input: 10, hidden: 50 };
/// assert_eq!(lstm.parameters(), 12_200); // as Keras counts
/// assert_eq!(lstm.pytorch_parameters(), 12_400); // with two biases for each gate
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A vector for each entry of a vocabulary.
    Embedding {
        /// `V`, entries.
        vocabulary: usize,
        /// `D`, numbers in each vector.
        dim: usize,
    },
    /// A long short-term memory.
    Lstm {
        /// `D`, the input size.
        input: usize,
        /// `H`, the units.
        hidden: usize,
    },
    /// A simple recurrent network.
    Rnn {
        /// `D`, the input size.
        input: usize,
        /// `H`, the units.
        hidden: usize,
    },
    /// A fully connected layer.
    Dense {
        /// Inputs.
        input: usize,
        /// Outputs.
        output: usize,
    },
    /// Dropout, which learns nothing.
    Dropout,
}

impl Kind {
    /// The name of the type, as Keras writes it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Embedding { .. } => "Embedding",
            Kind::Lstm { .. } => "LSTM",
            Kind::Rnn { .. } => "SimpleRNN",
            Kind::Dense { .. } => "Dense",
            Kind::Dropout => "Dropout",
        }
    }

    /// The number of parameters as Keras counts them: one bias for each gate. `usize::MAX` stands for more than that,
    /// which no layer of a [`Summary`](super::Summary) has.
    pub fn parameters(self) -> usize {
        match self {
            Kind::Embedding { vocabulary, dim } => vocabulary.saturating_mul(dim),
            Kind::Lstm { input, hidden } => {
                hidden.saturating_add(input).saturating_add(1).saturating_mul(hidden).saturating_mul(4)
            }
            Kind::Rnn { input, hidden } => hidden.saturating_add(input).saturating_add(1).saturating_mul(hidden),
            Kind::Dense { input, output } => input.saturating_add(1).saturating_mul(output),
            Kind::Dropout => 0,
        }
    }

    /// The number of parameters as PyTorch counts them: two biases for each gate of a recurrent layer.
    pub fn pytorch_parameters(self) -> usize {
        match self {
            Kind::Lstm { hidden, .. } => self.parameters().saturating_add(hidden.saturating_mul(4)),
            Kind::Rnn { hidden, .. } => self.parameters().saturating_add(hidden),
            Kind::Embedding { .. } | Kind::Dense { .. } | Kind::Dropout => self.parameters(),
        }
    }

    /// The formula and its value for these sizes: `((H + D + 1) · H) · 4 = ((50 + 10 + 1) · 50) · 4 = 12 200`.
    pub fn explain(self) -> String {
        let count = grouped(self.parameters(), ' ');
        match self {
            Kind::Embedding { vocabulary, dim } => {
                format!("V · D = {vocabulary} · {dim} = {count}")
            }
            Kind::Lstm { input, hidden } => {
                format!("((H + D + 1) · H) · 4 = (({hidden} + {input} + 1) · {hidden}) · 4 = {count}")
            }
            Kind::Rnn { input, hidden } => {
                format!("(H + D + 1) · H = ({hidden} + {input} + 1) · {hidden} = {count}")
            }
            Kind::Dense { input, output } => {
                format!("(inputs + 1) · outputs = ({input} + 1) · {output} = {count}")
            }
            Kind::Dropout => "nothing to learn".to_owned(),
        }
    }

    /// The same for PyTorch's count, where it differs.
    pub fn explain_pytorch(self) -> Option<String> {
        let count = grouped(self.pytorch_parameters(), ' ');
        match self {
            Kind::Lstm { input, hidden } => {
                Some(format!("((H + D + 2) · H) · 4 = (({hidden} + {input} + 2) · {hidden}) · 4 = {count}"))
            }
            Kind::Rnn { input, hidden } => {
                Some(format!("(H + D + 2) · H = ({hidden} + {input} + 2) · {hidden} = {count}"))
            }
            Kind::Embedding { .. } | Kind::Dense { .. } | Kind::Dropout => None,
        }
    }
}

impl Layer {
    /// `embedding (Embedding)`.
    pub fn title(&self) -> String {
        format!("{} ({})", self.name, self.kind.name())
    }

    /// `(None, 30, 10)`, where `None` stands for the batch, which may have any size.
    pub fn output_shape(&self) -> String {
        let dims: Vec<String> = self.output.iter().map(usize::to_string).collect();
        format!("(None, {})", dims.join(", "))
    }
}

/// `14396` with a separator between thousands.
pub(super) fn grouped(number: usize, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}
