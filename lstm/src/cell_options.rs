//! What a cell may have beyond its sizes: a place in a stack of layers, biases, a projection.

/// Where a cell stands in a stack of layers, which decides how PyTorch names its weights: `weight_ih_l0` for the first
/// layer, `weight_ih_l0_reverse` for the one beside it that reads the sequence backwards. A number is that layer in
/// forward direction.
///
/// ```
/// use lstm::Place;
///
/// assert_eq!(Place::from(1), Place { layer: 1, reverse: false });
/// assert_eq!(Place::reverse(1), Place { layer: 1, reverse: true });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The layer, from 0.
    pub layer: usize,
    /// Whether it reads from the last step to the first.
    pub reverse: bool,
}

impl Place {
    /// Layer `layer` in the direction of time.
    pub fn forward(layer: usize) -> Self {
        Self { layer, reverse: false }
    }

    /// Layer `layer` against the direction of time.
    pub fn reverse(layer: usize) -> Self {
        Self { layer, reverse: true }
    }

    /// The name of one of its weights: `weight_hh_l1_reverse` for `weight_hh`.
    pub(crate) fn name(self, weight: &str) -> String {
        let direction = if self.reverse { "_reverse" } else { "" };
        format!("{weight}_l{}{direction}", self.layer)
    }
}

impl From<usize> for Place {
    fn from(layer: usize) -> Self {
        Self::forward(layer)
    }
}

/// What a cell may have beyond its sizes. The default is layer 0, forward, with biases and no projection.
///
/// ```
/// use lstm::{CellOptions, LstmCell, Parameters, Place, candle_core::{DType, Device}};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let options = CellOptions::default().place(Place::reverse(1)).bias(false).proj_size(2);
/// let cell = LstmCell::new_with(10, 5, options, parameters.builder())?;
/// assert_eq!(parameters.names(), ["weight_ih_l1_reverse", "weight_hh_l1_reverse", "weight_hr_l1_reverse"]);
/// assert_eq!((cell.hidden_size(), cell.output_size()), (5, 2));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellOptions {
    /// Its layer and direction.
    pub place: Place,
    /// Whether it adds biases.
    pub bias: bool,
    /// `P`, the size of the hidden state of an LSTM with a projection; at least 1 and below `H`.
    pub proj_size: Option<usize>,
}

impl Default for CellOptions {
    fn default() -> Self {
        Self { place: Place::default(), bias: true, proj_size: None }
    }
}

impl CellOptions {
    /// Its layer and direction: `1` or `Place::reverse(1)`.
    pub fn place(mut self, place: impl Into<Place>) -> Self {
        self.place = place.into();
        self
    }

    /// Whether it adds biases.
    pub fn bias(mut self, bias: bool) -> Self {
        self.bias = bias;
        self
    }

    /// Gives an LSTM a projection to `P` numbers; at least 1 and below `H`.
    pub fn proj_size(mut self, proj_size: usize) -> Self {
        self.proj_size = Some(proj_size);
        self
    }
}
