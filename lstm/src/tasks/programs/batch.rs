//! Programs as tensors, with the answers that are asked for.

use candle_core::{Device, Tensor};

use super::{Program, Programs};
use crate::tasks::{Answers, END};
use crate::{Result, shape};

/// A batch of `B` programs and their answers.
#[derive(Clone, Debug)]
pub struct ProgramBatch {
    /// The programs as text.
    pub programs: Vec<String>,
    /// Their characters, `[T, B]` in u32, padded with [`END`] to the longest.
    pub inputs: Tensor,
    /// The length of each, which [`Lstm::forward_padded`](crate::Lstm::forward_padded) wants.
    pub lengths: Vec<usize>,
    /// What they print.
    pub answers: Answers,
}

impl ProgramBatch {
    /// `programs`, at least one, on `device`. Fails on characters outside [`Programs::symbols`] and on an empty program.
    ///
    /// ```
    /// use lstm::{candle_core::Device, tasks::{Program, ProgramBatch}};
    ///
    /// let own = Program { text: "print(20+22)".into(), answer: "42".into() };
    /// assert_eq!(ProgramBatch::new(vec![own], &Device::Cpu)?.inputs.dims(), [12, 1]);
    /// # Ok::<(), lstm::Error>(())
    /// ```
    pub fn new(programs: Vec<Program>, device: &Device) -> Result<Self> {
        let symbols = Programs::symbols();
        let (programs, answers): (Vec<String>, Vec<String>) =
            programs.into_iter().map(|program| (program.text, program.answer)).unzip();
        let ids = programs.iter().map(|text| symbols.ids(text)).collect::<Result<Vec<Vec<u32>>>>()?;
        let lengths: Vec<usize> = ids.iter().map(Vec::len).collect();
        shape::expect_positive("programs", lengths.iter().copied().min().unwrap_or_default())?;
        let (steps, size) = (lengths.iter().copied().max().unwrap_or_default(), ids.len());
        let rows = (0..steps).flat_map(|t| ids.iter().map(move |id| id.get(t).copied().unwrap_or(END)));
        let inputs = Tensor::from_vec(rows.collect::<Vec<u32>>(), (steps, size), device)?;
        Ok(Self { programs, inputs, lengths, answers: Answers::new(answers, &symbols, device)? })
    }
}
