//! Named tensors of a safetensors file, such as a PyTorch `state_dict`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

use crate::shape::{self, Dim};
use crate::{Error, Result};

/// The tensors of one file, by name.
pub(crate) struct StateDict {
    path: PathBuf,
    tensors: BTreeMap<String, Tensor>,
}

impl StateDict {
    /// Reads all tensors of the file at `path`, onto `device`.
    pub(crate) fn read(path: &Path, device: &Device) -> Result<Self> {
        let bytes =
            std::fs::read(path).map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
        let tensors = candle_core::safetensors::load_buffer(&bytes, device).map_err(|error| Error::Format {
            path: path.to_owned(),
            format: "safetensors",
            why: format!("{error}; write one with `safetensors.torch.save_file` or `Parameters::save`"),
        })?;
        Ok(Self { path: path.to_owned(), tensors: tensors.into_iter().collect() })
    }

    /// A name behind what the model put before it, with or without its dot: `lstm.weight_ih_l0`.
    pub(crate) fn full_name(prefix: &str, name: &str) -> String {
        let prefix = prefix.trim_end_matches('.');
        let dot = if prefix.is_empty() { "" } else { "." };
        format!("{prefix}{dot}{name}")
    }

    /// Whether there is a tensor of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// An error about what the file holds as a whole.
    pub(crate) fn unusable(&self, why: String) -> Error {
        Error::Format { path: self.path.clone(), format: "usable state dict", why }
    }

    /// The tensor of that name and shape, of an element type that cells compute in.
    pub(crate) fn tensor(&self, name: &str, dims: &[Dim]) -> Result<&Tensor> {
        let tensor = self.find(name).map_err(|error| with_advice(error, self))?;
        if !shape::fits(tensor.dims(), dims) {
            return Err(self.mis_shaped(name, shape::describe(dims), tensor));
        }
        if !matches!(tensor.dtype(), DType::F32 | DType::F64) {
            return Err(
                self.unusable(format!("`{name}` is {}; save it as float32 or float64", tensor.dtype().as_str()))
            );
        }
        Ok(tensor)
    }

    /// The tensor of that name, in the shape of `reference`.
    pub(crate) fn tensor_like(&self, name: &str, reference: &Tensor) -> Result<&Tensor> {
        let tensor = self.find(name)?;
        if tensor.dims() != reference.dims() {
            return Err(self.mis_shaped(name, format!("{:?}", reference.dims()), tensor));
        }
        Ok(tensor)
    }

    /// All tensors, by name.
    pub(crate) fn tensors(&self) -> &BTreeMap<String, Tensor> {
        &self.tensors
    }

    fn find(&self, name: &str) -> Result<&Tensor> {
        self.tensors.get(name).ok_or_else(|| Error::Missing {
            name: name.to_owned(),
            place: self.place(),
            holds: self.contents(),
        })
    }

    fn mis_shaped(&self, name: &str, expected: String, tensor: &Tensor) -> Error {
        Error::Stored { name: name.to_owned(), place: self.place(), expected, got: tensor.dims().to_vec() }
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn contents(&self) -> String {
        if self.tensors.is_empty() {
            return "nothing".to_owned();
        }
        let named: Vec<String> =
            self.tensors.iter().map(|(name, tensor)| format!("`{name}` {:?}", tensor.dims())).collect();
        named.join(", ")
    }
}

/// Says what to do about a file of PyTorch's single cells, whose names never fit.
fn with_advice(error: Error, file: &StateDict) -> Error {
    let Error::Missing { name, place, mut holds } = error else {
        return error;
    };
    let without_layer = name.rsplit_once("_l").map_or(name.as_str(), |(before, _)| before);
    if file.has(without_layer) {
        holds += "; these are a single cell's names: add `_l0` to each of them before saving";
    }
    Error::Missing { name, place, holds }
}
