//! A checkpoint: everything that training needs to go on as if it had never stopped, in one file.
//!
//! The file is safetensors: the tensors of model, optimiser, best weights, task and history, and a JSON text among the
//! metadata for everything else. One file is written beside the old one and renamed over it, so that whatever kills the
//! process, the last complete checkpoint is there.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor, Var};
use safetensors::SafeTensors;
use serde_json::{Value, json};

use super::history::History;
use super::savable::Savable;
use super::task::{Memory, Task};
use super::trainer::{Best, Trainer};
use crate::random::{self, Generator};
use crate::{Error, Parameters, Result, atomic_file};

/// The version of the layout.
const VERSION: u64 = 1;

/// The key of the JSON text in the file's metadata.
const KEY: &str = "lstm";

/// A checkpoint read from its file: for a look inside, or for a model that shall only be used.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, train::{Checkpoint, Plan, Settings, Trainer}};
///
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("run.safetensors");
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let w = parameters.builder().get_with_hints(3, "w", lstm::candle_nn::init::ONE)?;
/// let mut trainer = Trainer::new(&parameters, Settings::default())?;
/// trainer.note("vocabulary", "abc");
/// trainer.fit(&Plan::updates(20).checkpoint(&path, 5).quiet(), |_| Ok(w.sqr()?.sum_all()?))?;
///
/// let checkpoint = Checkpoint::read(&path)?;
/// assert_eq!((checkpoint.updates(), checkpoint.note("vocabulary")), (20, Some("abc")));
/// checkpoint.load_model(&parameters)?;
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Debug)]
pub struct Checkpoint {
    path: PathBuf,
    tensors: BTreeMap<String, Tensor>,
    json: Value,
    history: History,
}

impl Checkpoint {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`Error::File`] if there is none or it cannot be read, [`Error::Checkpoint`] if it is cut short or was not
    /// written by a trainer.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
        let fail = |why: String| Error::Checkpoint { path: path.to_owned(), why };
        // The lengths in its header must add up to the file's: one that is cut short ends here.
        let file = SafeTensors::deserialize(&bytes).map_err(|error| {
            fail(format!("it is cut short or is no safetensors file ({error}); remove it or take an older copy"))
        })?;
        drop(file);
        let foreign =
            || fail("it is a safetensors file, but no trainer wrote it; `Parameters::load` reads weights alone".into());
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|error| fail(error.to_string()))?;
        let text = header.metadata().as_ref().and_then(|texts| texts.get(KEY)).ok_or_else(foreign)?;
        let json: Value =
            serde_json::from_str(text).map_err(|error| fail(format!("its JSON cannot be read: {error}")))?;
        if json["version"] != VERSION {
            return Err(fail(format!("its layout is version {}, this program reads {VERSION}", json["version"])));
        }
        let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu)?.into_iter().collect();
        let mut checkpoint = Self { path: path.to_owned(), tensors, json, history: History::default() };
        checkpoint.history = History::from_tensors(|name| checkpoint.tensor(&format!("history.{name}")).cloned())?;
        Ok(checkpoint)
    }

    /// How many updates were made.
    pub fn updates(&self) -> usize {
        self.history.steps.len()
    }

    /// All updates and validations.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What [`Trainer::note`] put there under `name`.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.json["notes"][name].as_str()
    }

    /// Puts the weights after the last update into `parameters`, whose names and shapes must be those of the model that
    /// was saved.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it is of another model; `parameters` then are as before.
    pub fn load_model(&self, parameters: &Parameters) -> Result<()> {
        self.load("model.", parameters)
    }

    /// Puts the weights of the best validation into `parameters`, those that a plan with
    /// [`patience`](super::Plan::patience) goes back to; the last ones if there was no validation with a finite loss.
    ///
    /// # Errors
    /// Those of [`load_model`](Checkpoint::load_model).
    pub fn load_best(&self, parameters: &Parameters) -> Result<()> {
        let validated = self.under("best.").next().is_some();
        self.load(if validated { "best." } else { "model." }, parameters)
    }

    fn load(&self, prefix: &str, parameters: &Parameters) -> Result<()> {
        let vars = parameters.names().into_iter().zip(parameters.vars()).collect::<Vec<_>>();
        set(&vars, &self.values(prefix, &vars)?)
    }

    fn tensor(&self, name: &str) -> Result<&Tensor> {
        self.tensors.get(name).ok_or_else(|| self.unusable(format!("it holds no `{name}`")))
    }

    fn unusable(&self, why: String) -> Error {
        Error::Checkpoint { path: self.path.clone(), why }
    }

    /// The tensors under `prefix`, with the rest of their names.
    fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Tensor)> {
        self.tensors.iter().filter_map(move |(name, tensor)| Some((name.strip_prefix(prefix)?, tensor)))
    }

    /// The values of these variables, in their order and on their devices: the tensors of their names under `prefix`.
    /// Fails unless those are the same names with the same shapes and element types.
    fn values(&self, prefix: &str, vars: &[(String, Var)]) -> Result<Vec<Tensor>> {
        for (name, var) in vars {
            let Some(saved) = self.tensors.get(&format!("{prefix}{name}")) else {
                return Err(self.another_model(format!("it lacks `{name}` {:?}", var.dims())));
            };
            if (saved.dims(), saved.dtype()) != (var.dims(), var.dtype()) {
                return Err(self.another_model(format!(
                    "its `{name}` is {:?} {}, the model's {:?} {}",
                    saved.dims(),
                    saved.dtype().as_str(),
                    var.dims(),
                    var.dtype().as_str()
                )));
            }
        }
        if let Some((name, tensor)) = self.under(prefix).find(|(name, _)| vars.iter().all(|(known, _)| known != name)) {
            return Err(self.another_model(format!("the model lacks its `{name}` {:?}", tensor.dims())));
        }
        let value = |(name, var): &(String, Var)| {
            let saved = self.tensor(&format!("{prefix}{name}"))?;
            Ok(saved.to_device(var.device())?)
        };
        vars.iter().map(value).collect()
    }

    fn another_model(&self, difference: String) -> Error {
        self.unusable(format!(
            "it is of another model: {difference}; build the model as it was, or choose another file"
        ))
    }

    fn text(&self, name: &str) -> Result<&str> {
        self.json[name].as_str().ok_or_else(|| self.unusable(format!("it holds no `{name}`")))
    }

    fn texts(&self, name: &str) -> BTreeMap<String, String> {
        let object = self.json[name].as_object().into_iter().flatten();
        object.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    }
}

/// Sets every variable to its value, of its shape, element type and device.
fn set(vars: &[(String, Var)], values: &[Tensor]) -> Result<()> {
    for ((_, var), value) in vars.iter().zip(values) {
        var.set(value)?;
    }
    Ok(())
}

impl<O: Savable> Trainer<O> {
    /// Writes everything that training of `task` needs to go on into the file at `path`, whose folder must exist: the
    /// variables, the optimiser's state, the best weights, the history, the notes, what the task remembers, and where
    /// the process-wide generator is. The file appears whole or not at all; on failure the one before stays.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be written, and those of the task's [`memory`](Task::memory).
    pub fn save(&self, path: impl AsRef<Path>, task: &impl Task) -> Result<()> {
        let memory = task.memory()?;
        let mut tensors: BTreeMap<String, Tensor> = BTreeMap::new();
        let mut put = |prefix: &str, name: &str, tensor: Tensor| tensors.insert(format!("{prefix}.{name}"), tensor);
        for (name, var) in self.names.iter().zip(&self.vars) {
            put("model", name, var.as_tensor().clone());
        }
        for (name, var) in self.optimizer.state() {
            put("optimizer", &name, var.as_tensor().clone());
        }
        for (name, value) in self.names.iter().zip(self.best.iter().flat_map(|best| &best.values)) {
            put("best", name, value.clone());
        }
        for (name, tensor) in &memory.tensors {
            put("task", name, tensor.contiguous()?);
        }
        for (name, tensor) in self.history.to_tensors()? {
            put("history", &name, tensor);
        }
        let json = json!({
            "version": VERSION,
            "optimizer": self.optimizer.kind(),
            "optimizer_updates": self.optimizer.updates(),
            "epoch": task.updates_per_epoch().map(|updates| self.updates() / updates.max(1)),
            "generator": random::state(),
            "task": memory.texts,
            "notes": self.notes,
        });
        let metadata = HashMap::from([(KEY.to_owned(), json.to_string())]);
        let bytes = safetensors::serialize(&tensors, Some(metadata)).map_err(|error| Error::File {
            action: "write",
            path: path.as_ref().to_owned(),
            source: std::io::Error::other(error),
        })?;
        atomic_file::write(path.as_ref(), &bytes)
    }

    /// Goes back to the checkpoint at `path`: the variables, this trainer, `task` and the process-wide generator are as
    /// they were when it was written, and go on with the same numbers. The settings are this trainer's own.
    ///
    /// # Errors
    /// [`Error::File`] if there is no such file, [`Error::Checkpoint`] if it is cut short, or is of another model or
    /// optimiser; those of the task's [`recall`](Task::recall). The variables, the trainer and the generator then are as
    /// before, and so is the task unless its `recall` failed halfway.
    pub fn resume(&mut self, path: impl AsRef<Path>, task: &mut impl Task) -> Result<()> {
        let saved = Checkpoint::read(path)?;
        let kind = saved.text("optimizer")?;
        if kind != self.optimizer.kind() {
            return Err(saved.unusable(format!("its optimiser is `{kind}`, the trainer's `{}`", self.optimizer.kind())));
        }
        let memory = Memory {
            tensors: saved.under("task.").map(|(name, tensor)| (name.to_owned(), tensor.clone())).collect(),
            texts: saved.texts("task"),
        };
        // All that can fail comes before the first change.
        let vars: Vec<_> = self.names.iter().cloned().zip(self.vars.iter().cloned()).collect();
        let values = saved.values("model.", &vars)?;
        let state = self.optimizer.state();
        let moments = saved.values("optimizer.", &state)?;
        let best = match saved.history.best() {
            Some(best) => Some(Best { update: best.update, loss: best.loss, values: saved.values("best.", &vars)? }),
            None => None,
        };
        let generator = saved.text("generator")?;
        Generator::from_state(generator).map_err(|error| saved.unusable(format!("of its generator: {error}")))?;
        task.recall(&memory)?;
        set(&vars, &values)?;
        set(&state, &moments)?;
        random::set_state(generator)?;
        self.optimizer.set_updates(saved.json["optimizer_updates"].as_u64().unwrap_or_default() as usize);
        self.notes.extend(saved.texts("notes"));
        // A schedule that reacts to validations hears them again.
        self.schedule = self.settings.schedule.clone();
        for validation in &saved.history.validations {
            self.schedule.validated(validation.loss);
        }
        self.best = best;
        self.history = saved.history;
        Ok(())
    }
}
