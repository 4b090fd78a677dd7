//! What `Rnn`, `Lstm` and `Gru` have in common beyond `forward`: modes, settings, sizes, cells and variables.

/// Methods of a layer type whose field `stack` holds its cells.
macro_rules! common_methods {
    ($cell:ty) => {
        /// Training mode, in which it starts: numbers between layers are dropped. Clones have a mode of their own.
        pub fn train(&mut self) {
            self.stack.training = true;
        }

        /// Evaluation mode: nothing is dropped.
        pub fn eval(&mut self) {
            self.stack.training = false;
        }

        /// Whether it is in training mode.
        pub fn is_training(&self) -> bool {
            self.stack.training
        }

        /// The same layers (sharing their weights) with sequences as `[B, T, ...]`, or `[T, B, ...]` if it is `false`.
        pub fn with_batch_first(mut self, batch_first: bool) -> Self {
            self.stack.batch_first = batch_first;
            self
        }

        /// The same layers (sharing their weights) with that dropout between them; fails unless it is in [0, 1).
        pub fn with_dropout(mut self, dropout: f64) -> $crate::Result<Self> {
            $crate::shape::expect_fraction("dropout", dropout)?;
            self.stack.dropout = dropout;
            Ok(self)
        }

        /// How it is built.
        pub fn options(&self) -> $crate::Options {
            self.stack.options()
        }

        /// The cell of one layer and direction, which shares its weights: `cell(1)` or `cell(Place::reverse(1))`. Fails
        /// if there is none.
        pub fn cell(&self, place: impl Into<$crate::Place>) -> $crate::Result<&$cell> {
            self.stack.cell(place.into())
        }

        /// `D`, the size of an input vector.
        pub fn input_size(&self) -> usize {
            self.stack.input_size()
        }

        /// `H`, the number of hidden units of each layer in each direction.
        pub fn hidden_size(&self) -> usize {
            self.stack.hidden_size()
        }

        /// The size of an output vector: `H` (or `P` with a projection), twice that in both directions.
        pub fn output_size(&self) -> usize {
            self.stack.directions() * self.stack.state_size()
        }

        /// The element type it computes in.
        pub fn dtype(&self) -> candle_core::DType {
            self.stack.dtype()
        }

        /// The device that holds its weights.
        pub fn device(&self) -> &candle_core::Device {
            self.stack.device()
        }

        /// The variables in PyTorch's order: layer by layer, the forward direction first, those of a cell as it lists
        /// them.
        pub fn vars(&self) -> Vec<candle_core::Var> {
            self.stack.vars()
        }

        /// How many numbers it learns, both biases counted as in PyTorch.
        pub fn parameter_count(&self) -> usize {
            self.vars().iter().map(|var| var.elem_count()).sum()
        }
    };
}

pub(super) use common_methods;
