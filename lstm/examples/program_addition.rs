//! Learning to execute: sums of two numbers of two digits (or as many as the first argument says), three seeds, judged on
//! 800 held-out programs. The second argument is the number of updates. Makes the figures of `docs/results.md`.

use std::time::Instant;

use lstm::models::Executor;
use lstm::prelude::*;
use lstm::schedule::CosineAnnealing;
use lstm::tasks::Programs;

fn main() -> Result<()> {
    let digits = argument(1, 2);
    let updates = argument(2, 12000);
    let exam = Programs::addition(99, digits)?.held_out().batch(800, &Device::Cpu)?;
    let mut found = Vec::new();
    for seed in 1..=3 {
        let started = Instant::now();
        let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
        let model = Executor::new(32, 128, Options::default(), parameters.builder())?;
        let settings = Settings::default().schedule(CosineAnnealing::new(0.01, updates)?).clip_norm(1.0);
        let mut trainer = Trainer::new(&parameters, settings)?;
        let mut task = Programs::addition(seed, digits)?;
        trainer.fit(&Plan::updates(updates).quiet(), |_| model.loss(&task.batch(64, &Device::Cpu)?))?;
        found.push(exam.answers.exact(&model.execute(&exam)?));
        let seconds = started.elapsed().as_secs_f64();
        println!("seed {seed}: {:.4} of all answers exact, {seconds:.0} s", found[found.len() - 1]);
    }
    found.sort_by(f64::total_cmp);
    println!("median {:.4}", found[1]);
    Ok(())
}

/// Argument number `k`, or `default` if it is missing or no number.
fn argument(k: usize, default: usize) -> usize {
    std::env::args().nth(k).and_then(|text| text.parse().ok()).unwrap_or(default)
}
