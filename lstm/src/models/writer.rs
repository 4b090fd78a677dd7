//! The half of a model that writes: an LSTM that says one symbol after the other, and reads what it has said.

use candle_core::{D, IndexOp, Module, Tensor};
use candle_nn::{Embedding, Linear, VarBuilder};

use crate::shape::{self, Dim};
use crate::tasks::{Answers, END, START, Symbols};
use crate::{Lstm, LstmState, Options, Result};

/// Embedding, LSTM and a layer that gives every symbol a score. It begins from a state that holds what is to be said: that
/// of an encoder, or its own after reading.
///
/// In training it reads the right symbols (teacher forcing, [`loss`](Writer::loss)); alone it reads its own, each time the
/// one with the highest score ([`write`](Writer::write)).
///
/// ```
/// use lstm::{Options, Parameters, candle_core::{DType, Device}, models::Writer, tasks::{Answers, Programs}};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let writer = Writer::new(Programs::symbols(), 8, 16, Options::default(), parameters.builder())?;
/// let answers = Answers::new(vec!["46".into(), "7".into()], &Programs::symbols(), &Device::Cpu)?;
/// let state = writer.lstm().zero_state(2)?;
/// let loss = writer.loss(&state, &answers)?.to_scalar::<f32>()?; // about ln V before training
/// assert!((loss - (Programs::symbols().len() as f32).ln()).abs() < 1.0);
/// assert_eq!(writer.write(&state, 5)?.len(), 2);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Writer {
    symbols: Symbols,
    embedding: Embedding,
    lstm: Lstm,
    head: Linear,
}

impl Writer {
    /// A writer of `symbols` (`V`) with `embedding_size` numbers for each and `hidden_size` (`H`) units in each layer;
    /// `options` of one direction and time first. It starts in training mode. States are `[L, B, H]`; with a projection
    /// `P` takes the place of `H` in `h`.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) on sizes of zero or beyond all memory and on options outside their
    /// ranges; [`Error::Candle`](crate::Error::Candle) if `vb` holds other shapes.
    pub fn new(
        symbols: Symbols,
        embedding_size: usize,
        hidden_size: usize,
        options: Options,
        vb: VarBuilder,
    ) -> Result<Self> {
        shape::expect_positive("embedding_size", embedding_size)?;
        let options = options.bidirectional(false).batch_first(false);
        let embedding = candle_nn::embedding(symbols.len(), embedding_size, vb.pp("embedding"))?;
        let lstm = Lstm::new(embedding_size, hidden_size, options, vb.pp("lstm"))?;
        let head = candle_nn::linear(lstm.output_size(), symbols.len(), vb.pp("head"))?;
        Ok(Self { symbols, embedding, lstm, head })
    }

    /// Training mode, in which it starts: numbers between layers are dropped, as the options say. Clones have a mode of
    /// their own.
    pub fn train(&mut self) {
        self.lstm.train();
    }

    /// Evaluation mode: nothing is dropped.
    pub fn eval(&mut self) {
        self.lstm.eval();
    }

    /// Its recurrent layers.
    pub fn lstm(&self) -> &Lstm {
        &self.lstm
    }

    /// Its symbols.
    pub fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// Reads `ids` `[T, B]` in u32, each sequence up to its length, and returns the state after it, `[L, B, H]`.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) or [`Error::Argument`](crate::Error::Argument) if ids or lengths do not fit;
    /// [`Error::Candle`](crate::Error::Candle) if an id is not below `V`.
    pub fn read(&self, ids: &Tensor, lengths: &[usize]) -> Result<LstmState> {
        shape::expect("ids", ids, &[Dim::Any("T"), Dim::Any("B")])?;
        let xs = self.embedding.forward(ids)?; // [T, B, E]
        Ok(self.lstm.forward_padded(&xs, lengths, None)?.1)
    }

    /// The scores (logits) `[T, B, V]` of every symbol after reading each of `ids` `[T, B]`, and the state after the last.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) or [`Error::DType`](crate::Error::DType) if ids or state do not fit;
    /// [`Error::Candle`](crate::Error::Candle) if an id is not below `V`.
    pub fn scores(&self, ids: &Tensor, state: &LstmState) -> Result<(Tensor, LstmState)> {
        shape::expect("ids", ids, &[Dim::Any("T"), Dim::Any("B")])?;
        let xs = self.embedding.forward(ids)?; // [T, B, E]
        let (outputs, last) = self.lstm.forward(&xs, Some(state))?; // [T, B, H]
        Ok((self.head.forward(&outputs)?, last))
    }

    /// The mean cross-entropy of the right symbols, in nats for each that counts: a scalar.
    ///
    /// # Errors
    /// Those of [`scores`](Writer::scores).
    pub fn loss(&self, state: &LstmState, answers: &Answers) -> Result<Tensor> {
        let (scores, _) = self.scores(&answers.inputs, state)?; // [W, B, V]
        let log_probabilities = candle_nn::ops::log_softmax(&scores, D::Minus1)?;
        let of_right = log_probabilities.gather(&answers.targets.unsqueeze(2)?, 2)?.squeeze(2)?; // [W, B]
        let mask = answers.mask.to_dtype(of_right.dtype())?;
        Ok((of_right * &mask)?.sum_all()?.div(&mask.sum_all()?)?.neg()?)
    }

    /// What it writes from `state` `[L, B, H]`: a text for each of the `B`, up to its end or to `most` symbols. In training
    /// mode it writes with numbers dropped.
    ///
    /// # Errors
    /// Those of [`scores`](Writer::scores).
    pub fn write(&self, state: &LstmState, most: usize) -> Result<Vec<String>> {
        let size = state.h.dim(1)?;
        let mut written: Vec<Vec<u32>> = vec![Vec::new(); size];
        let mut ids = Tensor::full(START, (1, size), self.lstm.device())?;
        let mut state = state.detach();
        for _ in 0..most {
            let (scores, next) = self.scores(&ids, &state)?; // [1, B, V]
            ids = scores.argmax(D::Minus1)?; // [1, B]
            state = next.detach();
            for (text, id) in written.iter_mut().zip(ids.i(0)?.to_vec1::<u32>()?) {
                text.push(id);
            }
            if written.iter().all(|text| text.contains(&END)) {
                break;
            }
        }
        Ok(written.iter().map(|ids| self.symbols.text(ids)).collect())
    }
}
