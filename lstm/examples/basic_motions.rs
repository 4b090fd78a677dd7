//! Activity recognition on BasicMotions: an LSTM, a GRU and a simple network, three seeds each, judged on the 40 recordings
//! of the test set. Makes the figures of `docs/results.md`.

use std::time::Instant;

use lstm::data::{self, Motion};
use lstm::models::{Reader, SequenceClassifier};
use lstm::prelude::*;

const UPDATES: usize = 100;

fn main() -> Result<()> {
    let motions = data::basic_motions()?;
    let (raw, labels) = tensors(&motions.train)?;
    let (raw_test, test_labels) = tensors(&motions.test)?;
    // Mean and spread of each channel, of the training set alone.
    let mean = raw.mean_keepdim((0, 1))?;
    let spread = raw.broadcast_sub(&mean)?.sqr()?.mean_keepdim((0, 1))?.sqrt()?;
    let normalise = |xs: &Tensor| xs.broadcast_sub(&mean)?.broadcast_div(&spread);
    let (xs, test) = (normalise(&raw)?, normalise(&raw_test)?);
    for reader in Reader::ALL {
        let mut found = Vec::new();
        for seed in 1..=3 {
            let started = Instant::now();
            let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
            let model = SequenceClassifier::new(reader, 6, 32, 4, Options::default(), parameters.builder())?;
            let mut trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.01).clip_norm(1.0))?;
            trainer.fit(&Plan::updates(UPDATES).quiet(), |_| model.loss(&xs, &labels))?;
            found.push(train::accuracy(&model.forward(&test)?, &test_labels)?);
            let seconds = started.elapsed().as_secs_f64();
            println!("{:<5} seed {seed}: accuracy {:.3} in {seconds:.1} s", reader.name(), found[found.len() - 1]);
        }
        found.sort_by(f64::total_cmp);
        println!("{:<5} median {:.3}", reader.name(), found[1]);
    }
    Ok(())
}

/// The recordings as `[T, B, D]`, and their activities `[B]`.
fn tensors(motions: &[Motion]) -> Result<(Tensor, Tensor)> {
    let steps = motions.first().map_or(0, |motion| motion.series.len());
    let numbers: Vec<f32> = motions.iter().flat_map(|motion| motion.series.iter().flatten().copied()).collect();
    let xs = Tensor::from_vec(numbers, (motions.len(), steps, 6), &Device::Cpu)?.transpose(0, 1)?.contiguous()?;
    let labels: Vec<u32> = motions.iter().map(|motion| motion.label as u32).collect();
    Ok((xs, Tensor::from_vec(labels, motions.len(), &Device::Cpu)?))
}
