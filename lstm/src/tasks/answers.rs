//! The texts that a batch asks for, as a writer is trained on them.

use candle_core::{Device, Tensor};

use super::symbols::{END, START, Symbols};
use crate::{Result, shape};

/// The answers of a batch of `B`, in the form of *teacher forcing* (Williams and Zipser 1989): before each symbol the
/// writer reads the right one before it, and not its own.
///
/// For the answer `46` the inputs are `?46`, the targets `46.`. Shorter answers are padded with [`END`] to the `W` steps
/// of the longest, and `mask` says which targets count.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The right answers.
    pub texts: Vec<String>,
    /// What the writer reads, `[W, B]` in u32: [`START`], then the symbols of the answer.
    pub inputs: Tensor,
    /// What it should say at each step, `[W, B]` in u32: the symbols of the answer, then [`END`].
    pub targets: Tensor,
    /// 1 where a target counts, 0 in the padding, `[W, B]` in f32.
    pub mask: Tensor,
}

impl Answers {
    /// The answers `texts`, at least one, spelled with `symbols`, on `device`. Fails on a symbol that is not known.
    pub fn new(texts: Vec<String>, symbols: &Symbols, device: &Device) -> Result<Self> {
        shape::expect_positive("texts", texts.len())?;
        let ids = texts.iter().map(|text| symbols.ids(text)).collect::<Result<Vec<Vec<u32>>>>()?;
        let (steps, size) = (1 + ids.iter().map(Vec::len).max().unwrap_or_default(), ids.len());
        let table = |at: &dyn Fn(&[u32], usize) -> u32| {
            let rows = (0..steps).flat_map(|w| ids.iter().map(move |answer| at(answer, w)));
            Tensor::from_vec(rows.collect::<Vec<u32>>(), (steps, size), device)
        };
        let symbol = |answer: &[u32], w: usize| answer.get(w).copied().unwrap_or(END);
        Ok(Self {
            inputs: table(&|answer, w| if w == 0 { START } else { symbol(answer, w - 1) })?,
            targets: table(&symbol)?,
            mask: table(&|answer, w| u32::from(w <= answer.len()))?.to_dtype(candle_core::DType::F32)?,
            texts,
        })
    }

    /// The share of `written` texts that are the right ones, symbol for symbol, in [0, 1].
    ///
    /// ```
    /// use lstm::{candle_core::Device, tasks::{Answers, Programs}};
    ///
    /// let answers = Answers::new(vec!["46".into(), "7".into()], &Programs::symbols(), &Device::Cpu)?;
    /// assert_eq!(answers.inputs.dims(), [3, 2]); // ?46 and ?7, padded
    /// assert_eq!(answers.exact(&["46", "8"]), 0.5);
    /// # Ok::<(), lstm::Error>(())
    /// ```
    pub fn exact<S: AsRef<str>>(&self, written: &[S]) -> f64 {
        let right = self.texts.iter().zip(written).filter(|(text, written)| *text == written.as_ref()).count();
        right as f64 / self.texts.len() as f64
    }
}
