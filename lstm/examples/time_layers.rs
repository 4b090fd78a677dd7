//! Times one recurrent layer stack in rounds, for `benches/compare.py`.
//!
//! `time_layers KIND D H L T B WHAT` with KIND `lstm`, `gru`, `lstm-readable`, `gru-readable` or `candle-lstm` (candle-nn's
//! own) and WHAT `forward`, `backward` (forward and backward) or `step` (those, clipping by norm and Adam). Each line of
//! standard input is a number of runs; the seconds that they took together are the answer. At the end of the input it
//! says the most memory that it has had, in KiB.

use std::io::BufRead as _;
use std::time::Instant;

use candle_nn::{AdamW, Optimizer as _, ParamsAdamW, RNN as _};
use lstm::candle_core::{DType, Device, Tensor, Var};
use lstm::{Error, Gru, Lstm, Options, Parameters, Result, candle_nn, clip, fused, random};

/// From the input `[T, B, D]` (`[B, T, D]` for candle-nn's) to the output.
type Forward = Box<dyn Fn(&Tensor) -> Result<Tensor>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, sizes @ .., what] = arguments.as_slice() else { return Err(usage("no arguments")) };
    let sizes: Vec<usize> = sizes.iter().map(|size| size.parse().map_err(|_| usage(size))).collect::<Result<_>>()?;
    let &[d, h, layers, t, b] = sizes.as_slice() else { return Err(usage("other than five sizes")) };

    random::seed(1);
    let parameters = Parameters::new(DType::F32, &Device::Cpu);
    fused::set_enabled(!kind.ends_with("-readable"));
    let options = Options::default().num_layers(layers);
    let forward: Forward = match kind.as_str() {
        "lstm" | "lstm-readable" => {
            let net = Lstm::new(d, h, options, parameters.builder())?;
            Box::new(move |xs| Ok(net.forward(xs, None)?.0))
        }
        "gru" | "gru-readable" => {
            let net = Gru::new(d, h, options, parameters.builder())?;
            Box::new(move |xs| Ok(net.forward(xs, None)?.0))
        }
        "candle-lstm" => candle_stack(d, h, layers, &parameters)?,
        other => return Err(usage(other)),
    };
    let shape = if kind == "candle-lstm" { (b, t, d) } else { (t, b, d) };
    let xs = random::randn(shape, &Device::Cpu)?;
    let vars = parameters.vars();
    let mut adam = AdamW::new(vars.clone(), ParamsAdamW { weight_decay: 0.0, ..ParamsAdamW::default() })?;
    let mut run: Box<dyn FnMut() -> Result<()>> = match what.as_str() {
        "forward" => Box::new(|| forward(&xs).map(drop)),
        "backward" => Box::new(|| {
            forward(&xs)?.sum_all()?.backward()?;
            Ok(())
        }),
        "step" => Box::new(|| train(&forward, &xs, &vars, &mut adam)),
        other => return Err(usage(other)),
    };
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| usage(&error.to_string()))?;
        let runs: usize = line.trim().parse().map_err(|_| usage(&line))?;
        let start = Instant::now();
        for _ in 0..runs {
            run()?;
        }
        println!("{}", start.elapsed().as_secs_f64());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.map_or("0", |peak| peak.trim_end_matches("kB").trim()));
    Ok(())
}

fn train(forward: &Forward, xs: &Tensor, vars: &[Var], adam: &mut AdamW) -> Result<()> {
    let mut gradients = forward(xs)?.sum_all()?.backward()?;
    clip::by_norm(&mut gradients, vars, 1.0)?;
    Ok(adam.step(&gradients)?)
}

/// candle-nn's own layers, one on the other.
fn candle_stack(d: usize, h: usize, layers: usize, parameters: &Parameters) -> Result<Forward> {
    let mut stack = Vec::new();
    for layer in 0..layers {
        let builder = parameters.builder().pp(layer);
        stack.push(candle_nn::lstm(if layer == 0 { d } else { h }, h, candle_nn::LSTMConfig::default(), builder)?);
    }
    Ok(Box::new(move |xs| {
        let mut xs = xs.clone();
        for layer in &stack {
            xs = layer.states_to_tensor(&layer.seq(&xs)?)?;
        }
        Ok(xs)
    }))
}

fn usage(got: &str) -> Error {
    Error::Argument {
        argument: "command line",
        expected: "KIND D H L T B WHAT, and numbers of runs on standard input".to_owned(),
        got: got.to_owned(),
    }
}
