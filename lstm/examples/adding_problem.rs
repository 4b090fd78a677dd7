//! The adding problem over 100 steps, for an LSTM and for a simple recurrent network of the same size:
//! `cargo run --release -p lstm --example adding_problem [SEED ...]`.
//!
//! Both get the same recipe. It prints the mean squared error on 1000 new sequences for each seed, and the median.

use std::time::Instant;

use lstm::prelude::*;
use lstm::schedule::CosineAnnealing;
use lstm::tasks::AddingProblem;

const STEPS: usize = 100;
const HIDDEN: usize = 64;
const BATCH: usize = 50;
const UPDATES: usize = 8000;
const FORGET_BIAS: f64 = 1.0;

fn main() -> Result<()> {
    let seeds: Vec<u64> = std::env::args().skip(1).filter_map(|seed| seed.parse().ok()).collect();
    let seeds = if seeds.is_empty() { vec![1, 2, 3] } else { seeds };
    println!("guessing 1: {:.4}", AddingProblem::BASELINE);
    for name in ["LSTM", "tanh RNN"] {
        let mut errors = Vec::new();
        for &seed in &seeds {
            let start = Instant::now();
            let error = train(name, seed)?;
            println!("{name}, seed {seed}: mean squared error {error:.4} after {:.0} s", start.elapsed().as_secs_f64());
            errors.push(error);
        }
        errors.sort_by(f64::total_cmp);
        println!("{name}: median {:.4}", errors[errors.len() / 2]);
    }
    Ok(())
}

/// Trains one network; returns its mean squared error on new sequences.
fn train(name: &str, seed: u64) -> Result<f64> {
    let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
    let head = candle_nn::linear(HIDDEN, 1, parameters.builder().pp("head"))?;
    let lstm = Lstm::new(2, HIDDEN, Options::default(), parameters.builder().pp("lstm"))?;
    lstm.cell(0)?.set_forget_bias(FORGET_BIAS)?;
    let rnn = Rnn::new(2, HIDDEN, Activation::Tanh, Options::default(), parameters.builder().pp("rnn"))?;
    let answer = |xs: &Tensor| -> Result<Tensor> {
        let outputs = if name == "LSTM" { lstm.forward(xs, None)?.0 } else { rnn.forward(xs, None)?.0 }; // [T, B, H]
        Ok(head.forward(&outputs.get(STEPS - 1)?)?) // [B, 1]
    };
    let error = |batch: &tasks::AddingBatch| Ok((answer(&batch.xs)? - &batch.targets)?.sqr()?.mean_all()?);

    let settings = Settings::default().schedule(CosineAnnealing::new(2e-3, UPDATES)?).clip_norm(1.0);
    let mut task = AddingProblem::seeded(1000 + seed, STEPS)?;
    Trainer::new(&parameters, settings)?
        .fit(&Plan::updates(UPDATES).quiet(), |_| error(&task.batch(BATCH, &Device::Cpu)?))?;
    let exam = AddingProblem::seeded(99, STEPS)?.batch(1000, &Device::Cpu)?;
    Ok(f64::from(error(&exam)?.to_scalar::<f32>()?))
}
