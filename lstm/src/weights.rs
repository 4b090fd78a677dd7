//! The weights of one recurrent cell under PyTorch's names: made, read, listed, and replaced gate by gate.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use crate::shape::{self, Dim};
use crate::state_dict::StateDict;
use crate::{CellOptions, Error, Place, Result, init};

/// The blocks that a kind of cell stacks in its weights: one for each layer inside the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stacked {
    /// How many there are.
    pub(crate) blocks: usize,
    /// How the number of rows is written: `4H`.
    pub(crate) rows: &'static str,
    /// Whether the hidden state may be projected.
    pub(crate) projects: bool,
}

impl Stacked {
    pub(crate) const RNN: Stacked = Stacked { blocks: 1, rows: "H", projects: false };
    pub(crate) const GRU: Stacked = Stacked { blocks: 3, rows: "3H", projects: false };
    pub(crate) const LSTM: Stacked = Stacked { blocks: 4, rows: "4H", projects: true };
}

/// The variables of one cell, with `G` blocks of `H` rows each.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    stacked: Stacked,
    /// `[G·H, D]`.
    pub(crate) ih: Var,
    /// `[G·H, H]`, or `[G·H, P]` with a projection.
    pub(crate) hh: Var,
    /// Both `[G·H]`.
    pub(crate) bias: Option<Biases>,
    /// The projection, `[P, H]`.
    pub(crate) hr: Option<Var>,
}

/// PyTorch's two biases.
#[derive(Clone, Debug)]
pub(crate) struct Biases {
    pub(crate) ih: Var,
    pub(crate) hh: Var,
}

impl Weights {
    /// Variables from `vb`; new ones are evenly spread over ±1/√H. Fails on sizes of zero or beyond all memory, on a
    /// projection that is out of range or that the cell cannot have, or if `vb` holds other shapes.
    pub(crate) fn new(
        stacked: Stacked,
        input_size: usize,
        hidden_size: usize,
        options: CellOptions,
        vb: &VarBuilder,
    ) -> Result<Self> {
        shape::expect_positive("input_size", input_size)?;
        shape::expect_positive("hidden_size", hidden_size)?;
        shape::expect_countable("hidden_size", &[stacked.blocks, hidden_size, hidden_size])?;
        shape::expect_countable("input_size", &[stacked.blocks, hidden_size, input_size])?;
        let output_size = match options.proj_size {
            None => hidden_size,
            Some(size) => {
                expect_projection(stacked, size, hidden_size)?;
                size
            }
        };
        let init = init::pytorch_default(hidden_size);
        let get = |weight: &str, dims: &[usize]| -> Result<Var> {
            let tensor = vb.get_with_hints(dims, &options.place.name(weight), init)?;
            Ok(Var::from_tensor(&tensor)?)
        };
        let rows = stacked.blocks * hidden_size;
        Ok(Self {
            stacked,
            ih: get("weight_ih", &[rows, input_size])?,
            hh: get("weight_hh", &[rows, output_size])?,
            bias: if options.bias {
                Some(Biases { ih: get("bias_ih", &[rows])?, hh: get("bias_hh", &[rows])? })
            } else {
                None
            },
            hr: if options.proj_size.is_some() { Some(get("weight_hr", &[output_size, hidden_size])?) } else { None },
        })
    }

    /// Variables of their own with the values of a `state_dict`, which also says the sizes, the element type and
    /// whether there are biases and a projection.
    pub(crate) fn read(stacked: Stacked, file: &StateDict, prefix: &str, place: Place) -> Result<Self> {
        let name = |weight: &str| StateDict::full_name(prefix, &place.name(weight));
        let recurrent = file.tensor(&name("weight_hh"), &[Dim::Any(stacked.rows), Dim::Any("H")])?;
        let projected = stacked.projects && file.has(&name("weight_hr"));
        let (output, hidden) = if projected {
            let output = Dim::Is("P", recurrent.dim(1)?);
            (output, file.tensor(&name("weight_hr"), &[output, Dim::Any("H")])?.dim(1)?)
        } else {
            let hidden = recurrent.dim(1)?;
            (Dim::Is("H", hidden), hidden)
        };
        let rows = Dim::Is(stacked.rows, stacked.blocks * hidden);
        let var = |weight: &str, dims: &[Dim]| -> Result<Var> {
            let tensor = file.tensor(&name(weight), dims)?;
            shape::expect_like("weights of one cell", tensor, recurrent)?;
            Ok(Var::from_tensor(tensor)?)
        };
        Ok(Self {
            stacked,
            ih: var("weight_ih", &[rows, Dim::Any("D")])?,
            hh: var("weight_hh", &[rows, output])?,
            bias: if file.has(&name("bias_ih")) || file.has(&name("bias_hh")) {
                Some(Biases { ih: var("bias_ih", &[rows])?, hh: var("bias_hh", &[rows])? })
            } else {
                None
            },
            hr: if projected { Some(var("weight_hr", &[output, Dim::Is("H", hidden)])?) } else { None },
        })
    }

    /// All variables in PyTorch's order: `weight_ih`, `weight_hh`, then those that are there of `bias_ih`, `bias_hh`
    /// and `weight_hr`.
    pub(crate) fn vars(&self) -> Vec<Var> {
        let mut vars = vec![self.ih.clone(), self.hh.clone()];
        if let Some(Biases { ih, hh }) = &self.bias {
            vars.extend([ih.clone(), hh.clone()]);
        }
        vars.extend(self.hr.clone());
        vars
    }

    /// How many numbers they hold.
    pub(crate) fn count(&self) -> usize {
        self.vars().iter().map(|var| var.elem_count()).sum()
    }

    /// `D`.
    pub(crate) fn input_size(&self) -> usize {
        self.ih.dims()[1]
    }

    /// `H`.
    pub(crate) fn hidden_size(&self) -> usize {
        self.hh.dims()[0] / self.stacked.blocks
    }

    /// The size of the hidden state: `H`, or `P` with a projection.
    pub(crate) fn output_size(&self) -> usize {
        self.hh.dims()[1]
    }

    /// The dimension of the hidden state in errors: `H = 5`, or `P = 2` with a projection.
    pub(crate) fn output_dim(&self) -> Dim {
        Dim::Is(if self.hr.is_some() { "P" } else { "H" }, self.output_size())
    }

    pub(crate) fn dtype(&self) -> DType {
        self.ih.dtype()
    }

    pub(crate) fn device(&self) -> &Device {
        self.ih.device()
    }

    /// The rows of a stacked weight or bias that belong to one block.
    pub(crate) fn block_of(&self, stacked: &Tensor, block: usize) -> Result<Tensor> {
        let hidden = self.hidden_size();
        Ok(stacked.narrow(0, block * hidden, hidden)?)
    }

    /// A copy of one block, `[H, D]`, `[H, H]` or `[H]`.
    pub(crate) fn copy_of(&self, stacked: &Tensor, block: usize) -> Result<Tensor> {
        // Candle's `copy` of a part would copy the whole.
        Ok(self.block_of(stacked, block)?.detach().force_contiguous()?)
    }

    /// A copy of the sum of both biases of one block, `[H]`; zeros without biases.
    pub(crate) fn copy_of_bias(&self, block: usize) -> Result<Tensor> {
        match &self.bias {
            Some(Biases { ih, hh }) => Ok(self.copy_of(ih, block)?.add(&self.copy_of(hh, block)?)?),
            None => Ok(Tensor::zeros(self.hidden_size(), self.dtype(), self.device())?),
        }
    }

    /// Replaces `W` `[H, D]` of one block.
    pub(crate) fn set_w(&self, block: usize, w: &Tensor) -> Result<()> {
        shape::expect("w", w, &[Dim::Is("H", self.hidden_size()), Dim::Is("D", self.input_size())])?;
        self.replace(&self.ih, block, "w", w)
    }

    /// Replaces `U` of one block, `[H, H]` or `[H, P]`.
    pub(crate) fn set_u(&self, block: usize, u: &Tensor) -> Result<()> {
        shape::expect("u", u, &[Dim::Is("H", self.hidden_size()), self.output_dim()])?;
        self.replace(&self.hh, block, "u", u)
    }

    /// Sets the first bias of one block to `value` and the second to 0. Fails without biases.
    pub(crate) fn set_bias(&self, block: usize, value: f64) -> Result<()> {
        shape::expect_finite("value", value)?;
        let Some(Biases { ih, hh }) = &self.bias else {
            return Err(Error::Argument {
                argument: "value",
                expected: "for a cell that has biases".to_owned(),
                got: format!("{value} for one made without"),
            });
        };
        let zeros = self.block_of(hh, block)?.detach().zeros_like()?;
        self.replace(ih, block, "value", &zeros.affine(1.0, value)?)?;
        self.replace(hh, block, "value", &zeros)
    }

    fn replace(&self, stacked: &Var, block: usize, argument: &'static str, values: &Tensor) -> Result<()> {
        shape::expect_like(argument, values, stacked)?;
        let mut blocks = Vec::with_capacity(self.stacked.blocks);
        for each in 0..self.stacked.blocks {
            blocks.push(if each == block { values.detach() } else { self.block_of(stacked, each)?.detach() });
        }
        Ok(stacked.set(&Tensor::cat(&blocks, 0)?)?)
    }
}

/// Fails unless a cell of this kind and of `hidden_size` units can project its hidden state to `proj_size` numbers.
pub(crate) fn expect_projection(stacked: Stacked, proj_size: usize, hidden_size: usize) -> Result<()> {
    let expected = if !stacked.projects {
        "left out: only an LSTM has a projection".to_owned()
    } else if (1..hidden_size).contains(&proj_size) {
        return Ok(());
    } else {
        format!("at least 1 and below H = {hidden_size}")
    };
    Err(Error::Argument { argument: "proj_size", expected, got: proj_size.to_string() })
}
