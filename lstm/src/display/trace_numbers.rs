//! The numbers of one sequence of a trace, out of their tensors.

use candle_core::{DType, Device, Tensor};

use crate::{Error, LstmTrace, Result};

/// `[T][D]` and `[T][H]` values of one sequence.
#[derive(Clone, Debug)]
pub(crate) struct TraceNumbers {
    pub(crate) x: Vec<Vec<f64>>,
    pub(crate) h0: Vec<f64>,
    pub(crate) c0: Vec<f64>,
    pub(crate) pre_f: Vec<Vec<f64>>,
    pub(crate) pre_i: Vec<Vec<f64>>,
    pub(crate) pre_candidate: Vec<Vec<f64>>,
    pub(crate) pre_o: Vec<Vec<f64>>,
    pub(crate) f: Vec<Vec<f64>>,
    pub(crate) i: Vec<Vec<f64>>,
    pub(crate) candidate: Vec<Vec<f64>>,
    pub(crate) o: Vec<Vec<f64>>,
    pub(crate) c: Vec<Vec<f64>>,
    pub(crate) h: Vec<Vec<f64>>,
}

impl TraceNumbers {
    /// Sequence `batch` (from 0) of `trace`.
    ///
    /// # Errors
    /// [`Error::Argument`] if `batch` is not below `B` or the trace has no step; [`Error::Shape`] if its tensors do not
    /// fit together.
    pub(crate) fn of(trace: &LstmTrace, batch: usize) -> Result<Self> {
        let Ok((steps, size, inputs)) = trace.x.dims3() else {
            return Err(wrong("trace.x", "[T, B, D]".into(), &trace.x));
        };
        let Ok((_, _, hidden)) = trace.h.dims3() else {
            return Err(wrong("trace.h", "[T, B, H]".into(), &trace.h));
        };
        if batch >= size {
            return Err(Error::Argument {
                argument: "batch",
                expected: format!("below the batch size {size}"),
                got: batch.to_string(),
            });
        }
        if steps == 0 || inputs == 0 || hidden == 0 {
            return Err(Error::Argument {
                argument: "trace",
                expected: "one or more steps, inputs and units".into(),
                got: format!("T = {steps}, D = {inputs}, H = {hidden}"),
            });
        }
        let sequence = |argument, values: &Tensor| -> Result<Vec<Vec<f64>>> {
            if values.dims() != [steps, size, hidden] {
                return Err(wrong(argument, format!("[T = {steps}, B = {size}, H = {hidden}]"), values));
            }
            Ok(plain(values)?.narrow(1, batch, 1)?.squeeze(1)?.to_vec2()?)
        };
        let state = |argument, values: &Tensor| -> Result<Vec<f64>> {
            if values.dims() != [size, hidden] {
                return Err(wrong(argument, format!("[B = {size}, H = {hidden}]"), values));
            }
            Ok(plain(values)?.get(batch)?.to_vec1()?)
        };
        Ok(Self {
            x: plain(&trace.x)?.narrow(1, batch, 1)?.squeeze(1)?.to_vec2()?,
            h0: state("trace.h0", &trace.h0)?,
            c0: state("trace.c0", &trace.c0)?,
            pre_f: sequence("trace.pre_f", &trace.pre_f)?,
            pre_i: sequence("trace.pre_i", &trace.pre_i)?,
            pre_candidate: sequence("trace.pre_candidate", &trace.pre_candidate)?,
            pre_o: sequence("trace.pre_o", &trace.pre_o)?,
            f: sequence("trace.f", &trace.f)?,
            i: sequence("trace.i", &trace.i)?,
            candidate: sequence("trace.candidate", &trace.candidate)?,
            o: sequence("trace.o", &trace.o)?,
            c: sequence("trace.c", &trace.c)?,
            h: sequence("trace.h", &trace.h)?,
        })
    }

    pub(crate) fn steps(&self) -> usize {
        self.x.len()
    }

    pub(crate) fn units(&self) -> usize {
        self.h0.len()
    }

    pub(crate) fn inputs(&self) -> usize {
        self.x.first().map_or(0, Vec::len)
    }
}

fn plain(values: &Tensor) -> Result<Tensor> {
    Ok(values.to_device(&Device::Cpu)?.to_dtype(DType::F64)?)
}

fn wrong(argument: &'static str, expected: String, values: &Tensor) -> Error {
    Error::Shape { argument, expected, got: values.dims().to_vec() }
}
