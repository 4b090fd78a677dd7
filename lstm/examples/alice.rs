//! Characters of *Alice's Adventures in Wonderland*, as in the notebook `08_character_generation`:
//! `cargo run --release -p lstm --example alice [full] [SEED ...]`.
//!
//! It prints the loss on the last tenth of the book for each seed, the median, and what the model writes. `full` trains
//! the lecture's network of 1000 and 800 units for 50 epochs, and keeps a checkpoint in `target/alice-SEED.safetensors`.

use std::time::Instant;

use lstm::generate::{Generation, Sampler};
use lstm::models::{LanguageModel, LanguageModelOptions, LanguageTask};
use lstm::prelude::*;
use lstm::schedule::CosineAnnealing;
use lstm::text::{Cleaning, Stream, Vocabulary};
use lstm::{data, train};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let full = words.iter().any(|word| word == "full");
    let seeds: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let seeds = if seeds.is_empty() { vec![1, 2, 3] } else { seeds };

    let book = Cleaning::for_characters().collapse_whitespace(true).apply(&data::alice()?);
    let characters = text::characters(&book);
    let vocabulary = Vocabulary::new(&characters)?;
    let ids = vocabulary.encode(&characters)?;
    let (training, held_out) = ids.split_at(ids.len() * 9 / 10);
    println!("{} characters, {} different ones", ids.len(), vocabulary.len());

    let (hidden_sizes, dropout, batch, steps, rate) =
        if full { (vec![1000, 800], 0.5, 64, 100, 1e-3) } else { (vec![256], 0.0, 32, 64, 1e-2) };
    let mut losses = Vec::new();
    for seed in seeds {
        random::seed(seed);
        let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
        let options = LanguageModelOptions {
            embedding_size: Some(32),
            embedding_std: 1.0,
            hidden_sizes: hidden_sizes.clone(),
            dropout,
            ..LanguageModelOptions::default()
        };
        let model = LanguageModel::new(vocabulary.len(), options, parameters.builder())?;
        let stream = Stream::new(training, batch, steps)?;
        let updates = if full { 50 * stream.len() } else { 500 };
        let mut task = LanguageTask::new(model, stream).with_validation(Stream::new(held_out, 8, 100)?);
        let settings =
            Settings::default().clip_norm(1.0).schedule(CosineAnnealing::new(rate, updates)?.with_warm_up(10)?);
        let mut plan = Plan::updates(updates).validate_every(100);
        if full {
            plan = plan.checkpoint(format!("target/alice-{seed}.safetensors"), 50);
        }
        let mut trainer = Trainer::new(&parameters, settings)?;
        let start = Instant::now();
        trainer.fit_task(&plan, &mut task)?;
        let seconds = start.elapsed().as_secs_f64();
        let loss = task.validate()?.unwrap_or(f64::NAN);
        println!(
            "seed {seed}: {loss:.3} nats, {:.3} bits per character; {:.3} s per update",
            train::bits(loss),
            seconds / updates as f64
        );
        let prime = &held_out[..100];
        let written = Generation::new(task.model(), prime, Sampler::seeded(seed).temperature(0.7)?)?.take(300);
        let written: Vec<u32> = written.collect::<Result<_>>()?;
        println!("{} ▸{}", vocabulary.decode(prime)?.concat(), vocabulary.decode(&written)?.concat());
        losses.push(loss);
    }
    losses.sort_by(f64::total_cmp);
    println!("median {:.3} nats per character", losses[losses.len() / 2]);
    Ok(())
}
