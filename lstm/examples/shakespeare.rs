//! Words of Shakespeare, as in the notebook `09_word_generation`:
//! `cargo run --release -p lstm --example shakespeare [full] [SEED ...]`.
//!
//! It prints the perplexity on held-out works for each seed, the median, and what the model writes. Without `full` it
//! learns from eight works for 250 updates; with it from all but two of them for 10 epochs, as in the lecture.

use std::time::Instant;

use lstm::generate::{Generation, Sampler};
use lstm::models::{LanguageModel, LanguageModelOptions, LanguageTask};
use lstm::prelude::*;
use lstm::schedule::CosineAnnealing;
use lstm::text::{Cleaning, Stream, Vocabulary, VocabularyOptions};
use lstm::{data, train};

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let full = words.iter().any(|word| word == "full");
    let seeds: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let seeds = if seeds.is_empty() { vec![1, 2, 3] } else { seeds };

    let works = data::shakespeare_works()?;
    let (held_out, training) = works.split_at(2);
    let training = if full { training } else { &training[..8] };
    let clean = |works: &[data::Work]| {
        let texts: Vec<String> = works.iter().map(|work| work.text.replace("--", " ")).collect();
        text::words_at_spaces(&Cleaning::for_words().apply(&texts.join("\n")))
    };
    let (training, held_out) = (clean(training), clean(held_out));
    let options = VocabularyOptions::default().min_count(6).unknown("<unknown>");
    let vocabulary = Vocabulary::with_options(&training, &options)?;
    println!("{} words, {} in the vocabulary", training.len(), vocabulary.len());

    let mut losses = Vec::new();
    for seed in seeds {
        random::seed(seed);
        let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
        let options = LanguageModelOptions {
            embedding_size: Some(128),
            hidden_sizes: vec![128],
            ..LanguageModelOptions::default()
        };
        let model = LanguageModel::new(vocabulary.len(), options, parameters.builder())?;
        let stream = Stream::new(&vocabulary.encode(&training)?, if full { 100 } else { 32 }, 50)?;
        let updates = if full { 10 * stream.len() } else { 250 };
        let settings = if full {
            Settings::default().learning_rate(0.001)
        } else {
            Settings::default().schedule(CosineAnnealing::new(0.02, updates)?.with_warm_up(10)?)
        };
        let validation = Stream::new(&vocabulary.encode(&held_out)?, 20, 100)?;
        let mut task = LanguageTask::new(model, stream).with_validation(validation);
        let mut trainer = Trainer::new(&parameters, settings)?;
        let start = Instant::now();
        trainer.fit_task(&Plan::updates(updates), &mut task)?;
        let seconds = start.elapsed().as_secs_f64();
        let loss = task.validate()?.unwrap_or(f64::NAN);
        println!(
            "seed {seed}: perplexity {:.1} ({loss:.3} nats per word); {:.3} s per update",
            train::perplexity(loss),
            seconds / updates as f64
        );
        for prime in ["thou art more", "to be or not to", "wherefore art thou"] {
            let ids = vocabulary.encode(&text::words_at_spaces(prime))?;
            let sampler = Sampler::seeded(seed).without(vocabulary.unknown_id().as_slice());
            let written: Vec<u32> = Generation::new(task.model(), &ids, sampler)?.take(20).collect::<Result<_>>()?;
            println!("{prime} ▸ {}", vocabulary.decode(&written)?.join(" "));
        }
        losses.push(loss);
    }
    losses.sort_by(f64::total_cmp);
    println!("median perplexity {:.1}", train::perplexity(losses[losses.len() / 2]));
    Ok(())
}
