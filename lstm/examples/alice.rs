//! Characters of *Alice's Adventures in Wonderland*, as in the notebook `08_character_generation`:
//! `cargo run --release -p lstm --example alice [full|race] [SEED ...]`.
//!
//! It prints the loss on the last tenth of the book for each seed, the median, and what the model writes. `full` trains
//! the lecture's network of 1000 and 800 units for 50 epochs, and keeps a checkpoint in `target/alice-SEED.safetensors`.
//! `race` trains 512 units for two minutes and prints how the losses fall: one side of `lstm/benches/pytorch/race.py`.

use std::time::Instant;

use lstm::generate::{Generation, Sampler};
use lstm::models::{LanguageModel, LanguageModelOptions, LanguageTask};
use lstm::prelude::*;
use lstm::schedule::CosineAnnealing;
use lstm::text::{Cleaning, Stream, Vocabulary};
use lstm::{data, train};

/// What is trained, and for how long.
struct Recipe {
    hidden_sizes: Vec<usize>,
    dropout: f64,
    /// Sequences in a batch, and steps of an update.
    batch: usize,
    steps: usize,
    rate: f64,
    length: Length,
}

enum Length {
    Updates(usize),
    Epochs(usize),
    Seconds(f64),
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mode = |name: &str| words.iter().any(|word| word == name);
    let seeds: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let seeds = if seeds.is_empty() { vec![1, 2, 3] } else { seeds };
    let (hidden_sizes, dropout, batch, steps, rate, length) = if mode("full") {
        (vec![1000, 800], 0.5, 64, 100, 1e-3, Length::Epochs(50))
    } else if mode("race") {
        (vec![512], 0.5, 32, 64, 2e-3, Length::Seconds(120.0))
    } else {
        (vec![256], 0.0, 32, 64, 1e-2, Length::Updates(500))
    };
    let recipe = Recipe { hidden_sizes, dropout, batch, steps, rate, length };

    let book = Cleaning::for_characters().collapse_whitespace(true).apply(&data::alice()?);
    let characters = text::characters(&book);
    let vocabulary = Vocabulary::new(&characters)?;
    let ids = vocabulary.encode(&characters)?;
    let (training, held_out) = ids.split_at(ids.len() * 9 / 10);
    println!("{} characters, {} different ones", ids.len(), vocabulary.len());

    let mut losses = Vec::new();
    for seed in seeds {
        random::seed(seed);
        let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
        let options = LanguageModelOptions {
            embedding_size: Some(32),
            embedding_std: 1.0,
            hidden_sizes: recipe.hidden_sizes.clone(),
            dropout: recipe.dropout,
            ..LanguageModelOptions::default()
        };
        let model = LanguageModel::new(vocabulary.len(), options, parameters.builder())?;
        let stream = Stream::new(training, recipe.batch, recipe.steps)?;
        let epoch = stream.len();
        let mut task = LanguageTask::new(model, stream).with_validation(Stream::new(held_out, 8, 100)?);
        let updates = match recipe.length {
            Length::Updates(updates) => updates,
            Length::Epochs(epochs) => epochs * epoch,
            Length::Seconds(limit) => {
                let settings = Settings::default().learning_rate(recipe.rate).clip_norm(1.0);
                losses.push(race(&mut Trainer::new(&parameters, settings)?, &mut task, limit)?);
                continue;
            }
        };
        let schedule = CosineAnnealing::new(recipe.rate, updates)?.with_warm_up(10)?;
        let settings = Settings::default().clip_norm(1.0).schedule(schedule);
        let mut trainer = Trainer::new(&parameters, settings)?;
        let mut plan = Plan::updates(updates).validate_every(100);
        if mode("full") {
            plan = plan.checkpoint(format!("target/alice-{seed}.safetensors"), 50);
        }
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

/// Trains for `limit` seconds, and prints every 25 updates: the seconds so far, the mean loss of these updates, and the
/// held-out loss, whose time does not count. Returns the smallest held-out loss.
fn race(trainer: &mut Trainer, task: &mut LanguageTask, limit: f64) -> Result<f64> {
    let (mut seconds, mut smallest) = (0.0, f64::INFINITY);
    while seconds < limit {
        let mut training = 0.0;
        for _ in 0..25 {
            let start = Instant::now();
            let error = task.loss(trainer.updates())?;
            training += trainer.step(&error)?.loss / 25.0;
            seconds += start.elapsed().as_secs_f64();
        }
        let held_out = task.validate()?.unwrap_or(f64::NAN);
        smallest = held_out.min(smallest);
        println!("race {seconds:.2} {training:.5} {held_out:.5}");
    }
    Ok(smallest)
}
