//! Recurrent layers: against PyTorch, against their cells, against difference quotients; modes, files and bad input.

mod bad_input;
mod behaviour;
mod finite_differences;
mod fuzz;
mod grid;
mod state_dicts;

use std::path::Path;

use lstm::candle_nn::VarBuilder;
use lstm::prelude::*;

use crate::support::{CPU, normal};

/// A kind of layer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Rnn(Activation),
    Gru,
    Lstm,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Rnn(Activation::Tanh), Kind::Gru, Kind::Lstm];

    /// How many tensors its state has.
    fn parts(self) -> usize {
        if self == Kind::Lstm { 2 } else { 1 }
    }
}

/// A layer of any kind, with its state as one tensor or two.
#[derive(Clone)]
enum Net {
    Rnn(Rnn),
    Gru(Gru),
    Lstm(Lstm),
}

macro_rules! each {
    ($net:expr, $layers:ident => $value:expr) => {
        match $net {
            Net::Rnn($layers) => $value,
            Net::Gru($layers) => $value,
            Net::Lstm($layers) => $value,
        }
    };
}

impl Net {
    fn new(kind: Kind, inputs: usize, hidden: usize, options: Options, vb: VarBuilder) -> Result<Net> {
        Ok(match kind {
            Kind::Rnn(activation) => Net::Rnn(Rnn::new(inputs, hidden, activation, options, vb)?),
            Kind::Gru => Net::Gru(Gru::new(inputs, hidden, options, vb)?),
            Kind::Lstm => Net::Lstm(Lstm::new(inputs, hidden, options, vb)?),
        })
    }

    /// With seeded f64 weights.
    fn seeded(kind: Kind, inputs: usize, hidden: usize, options: Options) -> Net {
        let parameters = Parameters::seeded(3, DType::F64, &CPU);
        Net::new(kind, inputs, hidden, options, parameters.builder()).unwrap()
    }

    fn from_pytorch(kind: Kind, path: &Path, prefix: &str) -> Result<Net> {
        Ok(match kind {
            Kind::Rnn(activation) => Net::Rnn(Rnn::from_pytorch(path, prefix, activation, &CPU)?),
            Kind::Gru => Net::Gru(Gru::from_pytorch(path, prefix, &CPU)?),
            Kind::Lstm => Net::Lstm(Lstm::from_pytorch(path, prefix, &CPU)?),
        })
    }

    fn batch_first(self, batch_first: bool) -> Net {
        match self {
            Net::Rnn(layers) => Net::Rnn(layers.with_batch_first(batch_first)),
            Net::Gru(layers) => Net::Gru(layers.with_batch_first(batch_first)),
            Net::Lstm(layers) => Net::Lstm(layers.with_batch_first(batch_first)),
        }
    }

    fn run(&self, xs: &Tensor, lengths: Option<&[usize]>, state: Option<&[Tensor]>) -> Result<(Tensor, Vec<Tensor>)> {
        if let Net::Lstm(lstm) = self {
            let state = state.map(|parts| LstmState { h: parts[0].clone(), c: parts[1].clone() });
            let (outputs, last) = match lengths {
                Some(lengths) => lstm.forward_padded(xs, lengths, state.as_ref())?,
                None => lstm.forward(xs, state.as_ref())?,
            };
            return Ok((outputs, vec![last.h, last.c]));
        }
        let state = state.map(|parts| &parts[0]);
        let (outputs, last) = match (self, lengths) {
            (Net::Rnn(rnn), Some(lengths)) => rnn.forward_padded(xs, lengths, state)?,
            (Net::Rnn(rnn), None) => rnn.forward(xs, state)?,
            (Net::Gru(gru), Some(lengths)) => gru.forward_padded(xs, lengths, state)?,
            (Net::Gru(gru), None) => gru.forward(xs, state)?,
            (Net::Lstm(_), _) => unreachable!(),
        };
        Ok((outputs, vec![last]))
    }

    fn zero_state(&self, batch: usize) -> Result<Vec<Tensor>> {
        Ok(match self {
            Net::Rnn(rnn) => vec![rnn.zero_state(batch)?],
            Net::Gru(gru) => vec![gru.zero_state(batch)?],
            Net::Lstm(lstm) => {
                let state = lstm.zero_state(batch)?;
                vec![state.h, state.c]
            }
        })
    }

    fn options(&self) -> Options {
        each!(self, layers => layers.options())
    }

    fn vars(&self) -> Vec<Var> {
        each!(self, layers => layers.vars())
    }

    /// Random numbers in the shape of its state.
    fn random_state(&self, seed: u64, batch: usize) -> Vec<Tensor> {
        let like = |(part, zeros): (usize, &Tensor)| {
            let (rows, batch, size) = zeros.dims3().unwrap();
            normal(seed + part as u64, [rows, batch, size])
        };
        self.zero_state(batch).unwrap().iter().enumerate().map(like).collect()
    }
}

fn message<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}
