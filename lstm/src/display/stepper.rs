//! placeholder
use super::{
    content::Content,
    rich::{self, Rich},
    trace_numbers::TraceNumbers,
};
use crate::{LstmTrace, Result};
/// Stepper.
#[derive(Clone, Debug)]
pub struct Stepper {
    numbers: TraceNumbers,
}
impl LstmTrace {
    /// Stepper over the sequence `batch`.
    pub fn stepper(&self) -> Result<Stepper> {
        Ok(Stepper { numbers: TraceNumbers::of(self, 0)? })
    }
}
impl Stepper {
    /// Shows.
    pub fn evcxr_display(&self) {
        rich::show(self)
    }
}
impl Rich for Stepper {
    fn content(&self) -> Result<Content> {
        Ok(Content::new(format!("{}", self.numbers.steps()), ""))
    }
}
