//! Trains the classifiers of notebook 07 on film-review snippets and says how often they are right on held-out ones.
//!
//! `movie_snippets [--seeds N] [--vectors] [--export FILE]`. Each seed has its own split, start and order; 80 % of the
//! snippets are trained on, 10 % choose the epoch, 10 % are the exam. `--vectors` adds an LSTM that starts from the
//! pretrained `word-vectors`. `--export` writes what the LSTM trains on, for `benches/pytorch/movie_snippets.py`.

use std::time::Instant;

use lstm::loss::cross_entropy;
use lstm::models::{BagOfWords, Pooling, TextClassifier, TextClassifierOptions, Weighting};
use lstm::prelude::*;
use lstm::random::Generator;
use lstm::text::{Examples, Padded, Split, Vectors, Vocabulary, VocabularyOptions};
use lstm::train::{Settings, Trainer, accuracy};
use lstm::{data, text};

/// Snippets in a batch.
const BATCH: usize = 50;

/// The settings of the LSTM, and of what it is compared with.
const EMBEDDING: usize = 32;
const UNITS: usize = 32;
const EPOCHS: usize = 4;

fn main() -> Result<()> {
    let options = Arguments::read()?;
    let mut tokens = Vec::new();
    let mut labels = Vec::new();
    for snippet in data::movie_snippets()? {
        if let Some(positive) = snippet.label() {
            tokens.push(text::words(&snippet.text.to_lowercase()));
            labels.push(usize::from(positive));
        }
    }
    println!("{} snippets that are not neutral, {} of them positive", labels.len(), labels.iter().sum::<usize>());
    let vectors = if options.vectors { Some(Vectors::read(data::word_vectors()?)?) } else { None };
    let mut runs: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut exported = Vec::new();
    for seed in 1..=options.seeds {
        let split = Split::stratified(&labels, 0.1, 0.1, &mut Generator::new(seed))?;
        let words = Parts::new(&tokens, &labels, &split)?;
        exported.push(words.json(seed));
        let one = |model: Model<'_>, parts: &Parts| run(model, parts, seed);
        let pairs: Vec<Vec<String>> = tokens.iter().map(|tokens| text::ngrams(tokens, 2)).collect();
        let pairs = Parts::new(&pairs, &labels, &split)?;
        let mut results = vec![
            ("LSTM in both directions, largest state", one(Model::Lstm(Pooling::Max, None), &words)?),
            ("LSTM in both directions, last state", one(Model::Lstm(Pooling::Last, None), &words)?),
            ("bag of words", one(Model::Bag(Weighting::Binary), &words)?),
            ("bag of words and pairs", one(Model::Bag(Weighting::Binary), &pairs)?),
        ];
        if let Some(vectors) = &vectors {
            results.push(("LSTM from pretrained vectors", one(Model::Lstm(Pooling::Max, Some(vectors)), &words)?));
        }
        for (name, accuracy) in results {
            match runs.iter_mut().find(|(known, _)| *known == name) {
                Some((_, all)) => all.push(accuracy),
                None => runs.push((name, vec![accuracy])),
            }
        }
    }
    for (name, mut all) in runs {
        let each: Vec<String> = all.iter().map(|accuracy| format!("{:.1}", 100.0 * accuracy)).collect();
        all.sort_by(f64::total_cmp);
        println!("{name}: {} %, median {:.1} %", each.join(", "), 100.0 * all[all.len() / 2]);
    }
    if let Some(path) = options.export {
        let json = serde_json::json!({ "batch": BATCH, "epochs": EPOCHS, "runs": exported });
        std::fs::write(&path, json.to_string()).map_err(|source| Error::File {
            action: "write",
            path: path.into(),
            source,
        })?;
    }
    Ok(())
}

/// The three parts of the snippets as ids, and the vocabulary of the first.
struct Parts {
    vocabulary: Vocabulary,
    train: Examples,
    validation: Examples,
    test: Examples,
}

impl Parts {
    /// Entries seen at least twice in the training part; all others are one.
    fn new(tokens: &[Vec<String>], labels: &[usize], split: &Split) -> Result<Self> {
        let options = VocabularyOptions::default().min_count(2).unknown("<unk>").padding("<pad>");
        let vocabulary = Vocabulary::with_options(split.train.iter().flat_map(|&k| &tokens[k]), &options)?;
        let ids = tokens.iter().map(|tokens| vocabulary.encode(tokens)).collect::<Result<_>>()?;
        let all = Examples::new(ids, labels.iter().map(|&label| label as u32).collect(), 0)?;
        Ok(Self {
            train: all.pick(&split.train)?,
            validation: all.pick(&split.validation)?,
            test: all.pick(&split.test)?,
            vocabulary,
        })
    }

    fn json(&self, seed: u64) -> serde_json::Value {
        let part = |examples: &Examples| serde_json::json!({ "texts": examples.texts(), "labels": examples.labels() });
        serde_json::json!({
            "seed": seed,
            "vocabulary": self.vocabulary.len(),
            "train": part(&self.train),
            "validation": part(&self.validation),
            "test": part(&self.test),
        })
    }
}

/// What is trained.
enum Model<'a> {
    /// An LSTM in both directions, from random embeddings or from pretrained ones.
    Lstm(Pooling, Option<&'a Vectors>),
    /// Logistic regression.
    Bag(Weighting),
}

/// Trains `model` and returns its accuracy on the test part, after the epoch that was best on the validation part.
fn run(model: Model<'_>, parts: &Parts, seed: u64) -> Result<f64> {
    random::seed(seed);
    let parameters = Parameters::seeded(seed, DType::F32, &Device::Cpu);
    let size = parts.vocabulary.len();
    match model {
        Model::Bag(weighting) => {
            let bag = BagOfWords::new(size, 2, weighting, parameters.builder())?;
            let settings = Settings::default().learning_rate(0.01);
            let forward = |batch: &Padded| bag.forward(batch);
            learn("bag of words", Trainer::new(&parameters, settings)?, forward, forward, parts, seed)
        }
        Model::Lstm(pooling, vectors) => {
            let options = TextClassifierOptions {
                embedding_size: vectors.map_or(EMBEDDING, Vectors::size),
                hidden_size: UNITS,
                bidirectional: true,
                pooling,
                dropout: 0.5,
                word_dropout: 0.1,
                ..TextClassifierOptions::default()
            };
            let reader = TextClassifier::new(size, 2, options, parameters.builder())?;
            if let Some(vectors) = vectors {
                let embedding = vectors.embedding(&parts.vocabulary, &mut Generator::new(seed), &Device::Cpu)?;
                reader.set_embedding(&embedding.weights)?;
            }
            let mut examined = reader.clone();
            examined.eval();
            let rate = if vectors.is_some() { 0.002 } else { 0.005 };
            let settings = Settings::default().learning_rate(rate).clip_norm(1.0);
            let (forward, exam) = (|batch: &Padded| reader.forward(batch), |batch: &Padded| examined.forward(batch));
            learn("LSTM", Trainer::new(&parameters, settings)?, forward, exam, parts, seed)
        }
    }
}

/// The training loop; `forward` is in training mode, `examined` is not.
fn learn(
    name: &str,
    mut trainer: Trainer,
    forward: impl Fn(&Padded) -> Result<Tensor>,
    examined: impl Fn(&Padded) -> Result<Tensor>,
    parts: &Parts,
    seed: u64,
) -> Result<f64> {
    let began = Instant::now();
    let mut generator = Generator::new(seed);
    for epoch in 1..=EPOCHS {
        for batch in text::by_length(&parts.train.lengths(), BATCH, &mut generator)? {
            let (snippets, labels) = parts.train.batch(&batch, &Device::Cpu)?;
            trainer.step(&cross_entropy(&forward(&snippets)?, &labels)?)?;
        }
        let (loss, right) = exam(&parts.validation, &examined)?;
        trainer.validated(loss)?;
        println!("seed {seed}, {name}, epoch {epoch}: validation loss {loss:.3}, {:.1} % right", 100.0 * right);
    }
    trainer.restore_best()?;
    let (_, right) = exam(&parts.test, &examined)?;
    println!("seed {seed}, {name}: {:.1} % right, {:.1} s", 100.0 * right, began.elapsed().as_secs_f64());
    Ok(right)
}

/// The mean cross entropy and the accuracy on `examples`.
fn exam(examples: &Examples, forward: impl Fn(&Padded) -> Result<Tensor>) -> Result<(f64, f64)> {
    let (mut loss, mut right) = (0.0, 0.0);
    for batch in text::by_length(&examples.lengths(), 256, &mut Generator::new(0))? {
        let (snippets, labels) = examples.batch(&batch, &Device::Cpu)?;
        let logits = forward(&snippets)?;
        let share = batch.len() as f64 / examples.len() as f64;
        loss += share * f64::from(cross_entropy(&logits, &labels)?.to_scalar::<f32>()?);
        right += share * accuracy(&logits, &labels)?;
    }
    Ok((loss, right))
}

/// What was asked for on the command line.
struct Arguments {
    seeds: u64,
    vectors: bool,
    export: Option<String>,
}

impl Arguments {
    fn read() -> Result<Self> {
        let mut read = Self { seeds: 1, vectors: false, export: None };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let wrong = |got: &str| Error::Argument {
                argument: "arguments",
                expected: "[--seeds N] [--vectors] [--export FILE]".to_owned(),
                got: got.to_owned(),
            };
            match argument.as_str() {
                "--vectors" => read.vectors = true,
                "--export" => read.export = Some(arguments.next().ok_or_else(|| wrong("--export alone"))?),
                "--seeds" => {
                    let count = arguments.next().and_then(|count| count.parse().ok()).filter(|count| *count > 0);
                    read.seeds = count.ok_or_else(|| wrong("--seeds without a number above 0"))?;
                }
                other => return Err(wrong(other)),
            }
        }
        Ok(read)
    }
}
