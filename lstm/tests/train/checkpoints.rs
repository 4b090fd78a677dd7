//! Checkpoints: the same numbers after resuming, and clear words for files that cannot be used.

use std::path::Path;

use lstm::random::Generator;
use lstm::schedule::ReduceOnPlateau;
use lstm::train::{Checkpoint, History, Memory, Savable};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::*;

/// A stacked network with dropout that is fed in an order drawn anew for each epoch, and passes its state on.
struct Carried {
    lstm: Lstm,
    generator: Generator,
    order: Vec<usize>,
    state: Option<LstmState>,
}

const PER_EPOCH: usize = 6;

impl Carried {
    fn new(hidden: usize) -> (Parameters, Self) {
        let parameters = Parameters::seeded(5, DType::F32, &CPU);
        let options = Options::default().num_layers(2).dropout(0.4);
        let lstm = Lstm::new(3, hidden, options, parameters.builder().pp("lstm")).unwrap();
        (parameters, Self { lstm, generator: Generator::new(8), order: (0..PER_EPOCH).collect(), state: None })
    }
}

impl Task for Carried {
    fn loss(&mut self, update: usize) -> Result<Tensor> {
        if update.is_multiple_of(PER_EPOCH) {
            self.generator.shuffle(&mut self.order);
        }
        let xs = Generator::new(self.order[update % PER_EPOCH] as u64).randn((5, 2, 3), DType::F32, &CPU)?;
        let (outputs, state) = self.lstm.forward(&xs, self.state.as_ref())?;
        self.state = Some(state.detach());
        Ok((outputs - 0.3)?.sqr()?.mean_all()?)
    }

    fn validate(&mut self) -> Result<Option<f64>> {
        self.lstm.eval();
        let xs = Generator::new(99).randn((5, 2, 3), DType::F32, &CPU)?;
        let loss = (self.lstm.forward(&xs, None)?.0 - 0.3)?.sqr()?.mean_all()?;
        self.lstm.train();
        Ok(Some(f64::from(loss.to_scalar::<f32>()?)))
    }

    fn updates_per_epoch(&self) -> Option<usize> {
        Some(PER_EPOCH)
    }

    fn memory(&self) -> Result<Memory> {
        let mut memory = Memory::default();
        memory.texts.insert("generator".into(), self.generator.state());
        memory.texts.insert("order".into(), self.order.iter().map(|k| format!("{k} ")).collect());
        if let Some(state) = &self.state {
            memory.tensors.insert("h".into(), state.h.clone());
            memory.tensors.insert("c".into(), state.c.clone());
        }
        Ok(memory)
    }

    fn recall(&mut self, memory: &Memory) -> Result<()> {
        self.generator = Generator::from_state(&memory.texts["generator"])?;
        self.order = memory.texts["order"].split_whitespace().map(|k| k.parse().unwrap()).collect();
        self.state = match (memory.tensors.get("h"), memory.tensors.get("c")) {
            (Some(h), Some(c)) => Some(LstmState::new(h.clone(), c.clone())?),
            _ => None,
        };
        Ok(())
    }
}

fn settings() -> Settings {
    Settings::default().schedule(ReduceOnPlateau::new(0.05, 0.5, 1).unwrap()).clip_norm(0.1)
}

fn trainer(parameters: &Parameters) -> Trainer {
    Trainer::new(parameters, settings()).unwrap()
}

fn plan(updates: usize) -> Plan {
    Plan::updates(updates).validate_every(4).patience(100).quiet()
}

/// History and final weights of 26 updates; `stops` are updates after which everything is dropped but the file, and the
/// generator of the process is somewhere else.
fn run(stops: &[usize]) -> (History, Vec<f64>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    random::seed(77);
    for (k, &last) in stops.iter().chain(&[26]).enumerate() {
        let (parameters, mut task) = Carried::new(4);
        let mut trainer = trainer(&parameters);
        if k > 0 {
            random::seed(1000 + k as u64);
        }
        // The interruption comes after an update, in the middle of an epoch.
        trainer.fit_task(&Plan::updates(last).checkpoint(&path, usize::MAX).quiet(), &mut NoLook(&mut task)).unwrap();
        if last == 26 {
            let weights = parameters.vars().iter().flat_map(|var| numbers(var)).collect();
            return (trainer.history().clone(), weights);
        }
    }
    unreachable!()
}

/// Validates where the plan of an uninterrupted run does, and not at a stop.
struct NoLook<'a>(&'a mut Carried);

impl Task for NoLook<'_> {
    fn loss(&mut self, update: usize) -> Result<Tensor> {
        self.0.loss(update)
    }

    fn updates_per_epoch(&self) -> Option<usize> {
        self.0.updates_per_epoch()
    }

    fn memory(&self) -> Result<Memory> {
        self.0.memory()
    }

    fn recall(&mut self, memory: &Memory) -> Result<()> {
        self.0.recall(memory)
    }
}

#[test]
fn a_run_that_was_stopped_makes_the_numbers_of_one_that_was_not() {
    let _guard = alone();
    let undisturbed = run(&[]);
    assert!(undisturbed.0.losses()[25] < undisturbed.0.losses()[0]);
    assert_eq!(run(&[9]), undisturbed);
    assert_eq!(run(&[1, 2, 13, 25]), undisturbed);
}

#[test]
fn best_weights_schedule_and_patience_survive() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let all = |parameters: &Parameters| parameters.vars().iter().flat_map(|var| numbers(var)).collect::<Vec<_>>();
    random::seed(3);
    let (parameters, mut task) = Carried::new(4);
    let mut whole = trainer(&parameters);
    whole.fit_task(&plan(40), &mut task).unwrap();
    let (expected, expected_weights) = (whole.history().clone(), all(&parameters));
    assert!(expected.steps.iter().any(|step| step.learning_rate < 0.05), "the schedule should have acted");

    random::seed(3);
    for last in [12, 28, 40] {
        let (parameters, mut task) = Carried::new(4);
        let mut part = trainer(&parameters);
        // Stops on validated updates, so that no validation is made that the whole run lacks.
        part.fit_task(&plan(last).checkpoint(&path, 4), &mut task).unwrap();
        if last == 40 {
            assert_eq!((part.history(), all(&parameters)), (&expected, expected_weights.clone()));
            assert_eq!(part.restore_best().unwrap(), Some(expected.best().unwrap().update));
        }
    }
}

fn saved(path: &Path) -> (Parameters, Carried, Trainer) {
    let (parameters, mut task) = Carried::new(4);
    let mut trainer = trainer(&parameters);
    trainer.note("vocabulary", "abc ✓");
    trainer.fit_task(&plan(5).checkpoint(path, 5), &mut task).unwrap();
    (parameters, task, trainer)
}

#[test]
fn a_checkpoint_can_be_looked_into() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let (parameters, _, trainer) = saved(&path);
    let checkpoint = Checkpoint::read(&path).unwrap();
    assert_eq!(checkpoint.note("vocabulary"), Some("abc ✓"));
    assert_eq!(checkpoint.history(), trainer.history());
    let (fresh, _) = Carried::new(4);
    checkpoint.load_model(&fresh).unwrap();
    for (a, b) in fresh.vars().iter().zip(parameters.vars()) {
        assert_eq!(numbers(a).len(), numbers(&b).len());
    }
    // One file, and nothing left beside it.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_best_weights_are_those_that_early_stopping_went_back_to() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let (parameters, w) = ones();
    let load = |load: fn(&Checkpoint, &Parameters) -> Result<()>| {
        let (fresh, w) = ones();
        load(&Checkpoint::read(&path).unwrap(), &fresh).unwrap();
        numbers(&w)
    };
    let mut trainer = trainer(&parameters);
    let loss = |_| Ok(w.sqr()?.sum_all()?);
    trainer.fit(&Plan::updates(2).checkpoint(&path, 2).quiet(), loss).unwrap();
    assert_eq!(load(Checkpoint::load_best), numbers(&w), "without a validation the last ones");

    trainer.validated(0.5).unwrap();
    let best = numbers(&w);
    trainer.fit(&Plan::updates(4).quiet(), loss).unwrap();
    trainer.validated(0.7).unwrap();
    trainer.save(&path, &Untold).unwrap();
    let last = numbers(&w);
    trainer.restore_best().unwrap();
    assert_eq!(numbers(&w), best);
    assert_eq!((load(Checkpoint::load_best), load(Checkpoint::load_model)), (best, last));
    // Another model is refused, and is as before.
    let (other, _) = Carried::new(4);
    let before: Vec<_> = other.vars().iter().flat_map(|var| numbers(var)).collect();
    let error = Checkpoint::read(&path).unwrap().load_best(&other).unwrap_err();
    assert!(matches!(error, Error::Checkpoint { .. }), "{error}");
    assert_eq!(other.vars().iter().flat_map(|var| numbers(var)).collect::<Vec<_>>(), before);
}

/// A task that is saved and never trained.
struct Untold;

impl Task for Untold {
    fn loss(&mut self, _: usize) -> Result<Tensor> {
        unreachable!()
    }
}

#[test]
fn files_that_do_not_fit_are_refused_and_change_nothing() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let (parameters, mut task, mut trainer) = saved(&path);
    let before: Vec<_> = parameters.vars().iter().flat_map(|var| numbers(var)).collect();
    let mut refused = |bytes: &[u8], part: &str| {
        std::fs::write(&path, bytes).unwrap();
        let error = trainer.resume(&path, &mut task).unwrap_err();
        assert!(matches!(error, Error::Checkpoint { .. }), "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(trainer.updates(), 5);
        assert_eq!(parameters.vars().iter().flat_map(|var| numbers(var)).collect::<Vec<_>>(), before);
    };
    let whole = std::fs::read(&path).unwrap();
    for length in [0, 7, 100, whole.len() / 2, whole.len() - 1] {
        refused(&whole[..length], "cut short");
    }
    refused(b"a text file, and not a short one either", "cut short");

    let weights = folder.path().join("weights.safetensors");
    parameters.save(&weights).unwrap();
    refused(&std::fs::read(&weights).unwrap(), "no trainer wrote it");

    // Of a larger model, and of another optimiser.
    let other = folder.path().join("other.safetensors");
    let (larger, mut larger_task) = Carried::new(6);
    self::trainer(&larger).fit_task(&plan(1).checkpoint(&other, 1), &mut larger_task).unwrap();
    refused(&std::fs::read(&other).unwrap(), "`lstm.weight_ih_l0` is [24, 3] f32, the model's [16, 3] f32");

    std::fs::remove_file(&other).unwrap();
    let (same, mut same_task) = Carried::new(4);
    let sgd = candle_nn::Optimizer::new(same.vars(), 0.1).unwrap();
    let mut plain = Trainer::<candle_nn::SGD>::with_optimizer(&same, sgd, settings()).unwrap();
    plain.fit_task(&plan(1).checkpoint(&other, 1), &mut same_task).unwrap();
    refused(&std::fs::read(&other).unwrap(), "its optimiser is `sgd`, the trainer's `adam`");
}

/// The file with its tensor `name` as one number, and `from` as `to` in its JSON.
fn changed(file: &[u8], name: &str, from: &str, to: &str) -> Vec<u8> {
    let mut texts = SafeTensors::read_metadata(file).unwrap().1.metadata().clone().unwrap();
    texts.values_mut().for_each(|text| *text = text.replace(from, to));
    let mut tensors = SafeTensors::deserialize(file).unwrap().tensors();
    for (_, tensor) in tensors.iter_mut().filter(|(known, _)| known == name) {
        *tensor = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    }
    let bytes = safetensors::serialize(tensors, Some(texts)).unwrap();
    assert_ne!(bytes, file);
    bytes
}

#[test]
fn a_checkpoint_that_fits_in_part_changes_nothing() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let (parameters, mut task, mut trainer) = saved(&path);
    let file = std::fs::read(&path).unwrap();
    trainer.fit_task(&plan(9), &mut task).unwrap(); // other numbers than the file's
    let everything = |trainer: &Trainer| {
        let state = trainer.optimizer().state().into_iter().map(|(_, var)| var);
        let weights: Vec<_> = parameters.vars().into_iter().chain(state).flat_map(|var| numbers(&var)).collect();
        (weights, trainer.optimizer().updates(), trainer.history().clone(), random::state())
    };
    let before = everything(&trainer);
    let parts = [
        (changed(&file, "best.lstm.weight_hh_l1", "", ""), "`lstm.weight_hh_l1` is [1] f32"),
        (changed(&file, "optimizer.2.second", "", ""), "`2.second` is [1] f32"),
        (changed(&file, "", "\"generator\":\"", "\"generator\":\"no "), "generator"),
    ];
    for (bytes, part) in parts {
        std::fs::write(&path, bytes).unwrap();
        let error = trainer.resume(&path, &mut task).unwrap_err();
        assert!(matches!(error, Error::Checkpoint { .. }), "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(everything(&trainer), before, "{part}");
    }
    // A task that cannot take back what it remembered.
    std::fs::write(&path, &file).unwrap();
    assert!(trainer.resume(&path, &mut Forgetful).is_err());
    assert_eq!(everything(&trainer), before);
    // Going back to its best is what it was, too.
    let best = trainer.history().best().unwrap().update;
    assert_eq!(trainer.restore_best().unwrap(), Some(best));
    trainer.resume(&path, &mut task).unwrap();
    assert_eq!(trainer.updates(), 5);
}

/// Refuses what it shall remember.
struct Forgetful;

impl Task for Forgetful {
    fn loss(&mut self, _: usize) -> Result<Tensor> {
        unreachable!()
    }

    fn recall(&mut self, _: &Memory) -> Result<()> {
        Err(Error::NonFinite { argument: "memory" })
    }
}

#[test]
fn a_missing_file_and_a_full_disk_say_so() {
    let _guard = alone();
    let (parameters, mut task) = Carried::new(4);
    let mut trainer = trainer(&parameters);
    let error = trainer.resume("/no/such/file", &mut task).unwrap_err();
    assert!(error.to_string().contains("cannot read /no/such/file"), "{error}");
    let error = trainer.save("/no/such/folder/run.safetensors", &task).unwrap_err();
    assert!(format!("{error:?}").contains("does not exist"), "{error:?}");
    #[cfg(target_os = "linux")]
    {
        // The kernel's own file system has no room for files.
        let error = trainer.save("/proc/run.safetensors", &task).unwrap_err();
        assert!(matches!(error, Error::File { action: "write", .. }), "{error:?}");
    }
}
