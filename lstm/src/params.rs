//! The named, seeded parameters of a model: what candle-nn's layers and optimisers share with the cells of this crate.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Shape, Tensor, Var};
use candle_nn::Init;
use candle_nn::init::NormalOrUniform;
use candle_nn::var_builder::{SimpleBackend, VarBuilder};

use crate::random::{self, Generator};
use crate::state_dict::StateDict;
use crate::{Error, Result, atomic_file};

/// A store of variables. Layers ask its [`builder`](Parameters::builder) for variables by name and get new ones,
/// filled by the store's own generator, or those that are there already. Clones share the variables.
///
/// ```
/// use lstm::{LstmCell, Parameters, candle_core::{DType, Device}, candle_nn};
///
/// let parameters = Parameters::seeded(7, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(10, 50, parameters.builder().pp("lstm"))?;
/// let head = candle_nn::linear(50, 36, parameters.builder().pp("dense"))?;
/// let optimizer = candle_nn::optim::SGD::new(parameters.vars(), 0.1);
/// assert!(parameters.get("lstm.weight_ih_l0").is_some());
/// # use candle_nn::Optimizer;
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone)]
pub struct Parameters {
    store: Arc<Mutex<Store>>,
    dtype: DType,
    device: Device,
}

struct Store {
    generator: Generator,
    /// In the order of creation.
    vars: Vec<(String, Var)>,
}

impl Store {
    fn find(&self, name: &str) -> Option<&Var> {
        self.vars.iter().find(|(known, _)| known == name).map(|(_, var)| var)
    }
}

impl Parameters {
    /// An empty store whose seed the process-wide generator draws ([`random::seed`]).
    pub fn new(dtype: DType, device: &Device) -> Self {
        let seed = random::process_wide().next_seed();
        Self::seeded(seed, dtype, device)
    }

    /// An empty store with a seed of its own: the same layers, made in the same order, get the same numbers.
    pub fn seeded(seed: u64, dtype: DType, device: &Device) -> Self {
        Self {
            store: Arc::new(Mutex::new(Store { generator: Generator::new(seed), vars: Vec::new() })),
            dtype,
            device: device.clone(),
        }
    }

    /// What layers are made from; `pp` on it sets a prefix for the names.
    pub fn builder(&self) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), self.dtype, self.device.clone())
    }

    /// All variables, in the order of their creation: what an optimiser takes.
    pub fn vars(&self) -> Vec<Var> {
        self.lock().vars.iter().map(|(_, var)| var.clone()).collect()
    }

    /// All names, in the order of creation.
    pub fn names(&self) -> Vec<String> {
        self.lock().vars.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The variable of that full name, such as `lstm.weight_ih_l0`.
    pub fn get(&self, name: &str) -> Option<Var> {
        self.lock().find(name).cloned()
    }

    /// How many numbers there are in all variables together.
    pub fn count(&self) -> usize {
        self.lock().vars.iter().map(|(_, var)| var.elem_count()).sum()
    }

    /// Writes all variables to a safetensors file. The file appears whole or not at all: what was at `path` before
    /// stays until the new one is complete.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bytes = {
            let store = self.lock();
            let named = store.vars.iter().map(|(name, var)| (name, var.as_tensor()));
            safetensors::serialize(named, None).map_err(|error| Error::File {
                action: "write",
                path: path.to_owned(),
                source: std::io::Error::other(error),
            })?
        };
        atomic_file::write(path, &bytes)
    }

    /// Reads a file that [`save`](Parameters::save) wrote, or a PyTorch `state_dict` saved as safetensors. Variables of
    /// the store take the file's values, converted to their element type, and names that the store lacks are added, so
    /// a model may be built before or after. Fails, and changes nothing, if the file lacks one of the store's
    /// variables or holds it in another shape.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<()> {
        let file = StateDict::read(path.as_ref(), &self.device)?;
        let mut store = self.lock();
        let mut values = Vec::with_capacity(store.vars.len());
        for (name, var) in &store.vars {
            let value = file.tensor_like(name, var)?;
            values.push(value.to_dtype(var.dtype())?);
        }
        let mut added = Vec::new();
        for (name, tensor) in file.tensors() {
            if store.find(name).is_none() {
                added.push((name.clone(), Var::from_tensor(&tensor.to_dtype(self.dtype)?)?));
            }
        }
        for ((_, var), value) in store.vars.iter().zip(&values) {
            var.set(value)?;
        }
        store.vars.extend(added);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let store = self.lock();
        let shapes = store.vars.iter().map(|(name, var)| (name, var.dims()));
        f.debug_map().entries(shapes).finish()
    }
}

impl SimpleBackend for Parameters {
    fn get(&self, shape: Shape, name: &str, init: Init, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        let mut store = self.lock();
        if let Some(var) = store.find(name) {
            if var.shape() != &shape {
                candle_core::bail!("parameter `{name}` has shape {:?}, asked for as {:?}", var.dims(), shape.dims());
            }
            return as_asked(name, var, dtype, device);
        }
        let value = draw(&mut store.generator, &init, shape, dtype, device).map_err(candle_core::Error::wrap)?;
        let var = Var::from_tensor(&value)?;
        let tensor = var.as_tensor().clone();
        store.vars.push((name.to_owned(), var));
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        match self.lock().find(name) {
            Some(var) => as_asked(name, var, dtype, device),
            None => candle_core::bail!("there is no parameter `{name}`"),
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.lock().find(name).is_some()
    }
}

/// The variable itself: a converted copy would not be trained.
fn as_asked(name: &str, var: &Var, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
    if var.dtype() != dtype || !var.device().same_device(device) {
        candle_core::bail!(
            "parameter `{name}` is {} on {:?}, asked for as {} on {:?}",
            var.dtype().as_str(),
            var.device().location(),
            dtype.as_str(),
            device.location()
        );
    }
    Ok(var.as_tensor().clone())
}

/// The first value of a variable, as candle-nn's hint describes it.
fn draw(generator: &mut Generator, init: &Init, shape: Shape, dtype: DType, device: &Device) -> Result<Tensor> {
    let scaled = |value: Tensor, scale: f64, shift: f64| -> Result<Tensor> { Ok(value.affine(scale, shift)?) };
    match *init {
        Init::Const(value) => Ok(Tensor::full(value, shape, device)?.to_dtype(dtype)?),
        Init::Randn { mean, stdev } => scaled(generator.randn(shape, dtype, device)?, stdev, mean),
        Init::Uniform { lo, up } => scaled(generator.uniform(0.0..1.0, shape, dtype, device)?, up - lo, lo),
        Init::Kaiming { dist, fan, non_linearity } => {
            let deviation = non_linearity.gain() / (fan.for_shape(&shape) as f64).sqrt();
            match dist {
                NormalOrUniform::Normal => scaled(generator.randn(shape, dtype, device)?, deviation, 0.0),
                NormalOrUniform::Uniform => {
                    // A uniform distribution of that deviation reaches √3 times as far.
                    let bound = 3f64.sqrt() * deviation;
                    generator.uniform(-bound..bound, shape, dtype, device)
                }
            }
        }
    }
}
