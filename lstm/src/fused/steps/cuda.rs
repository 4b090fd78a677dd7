//! The kernels on CUDA: compiled when they are first needed, and launched.

use std::sync::OnceLock;

use candle_core::backend::BackendStorage as _;
use candle_core::cuda_backend::cudarc::driver::{
    CudaFunction, CudaSlice, DevicePtr, DevicePtrMut, DeviceRepr, LaunchConfig, PushKernelArg,
};
use candle_core::cuda_backend::cudarc::nvrtc::{CompileOptions, compile_ptx_with_opts};
use candle_core::cuda_backend::{CudaDType, CudaDevice, WrapErr};
use candle_core::{CudaStorage, DType, Device, Layout, Result, Storage, Tensor};

use super::launch::{Launch, Step, THREADS, start};

const SOURCE: &str = include_str!("kernels.cu");

// SAFETY: it has the layout of `struct Step`, of which the kernels take one by value.
unsafe impl DeviceRepr for Step {}

/// Whether the kernels are to be had for that device and element type. Says once on standard error why they are not.
pub(in crate::fused) fn ready(device: &Device, dtype: DType) -> bool {
    static WARNING: OnceLock<()> = OnceLock::new();
    let Device::Cuda(device) = device else {
        return false;
    };
    match function(device, "lstm_forward", dtype) {
        Ok(_) => true,
        Err(error) => {
            WARNING.get_or_init(|| eprintln!("lstm: no fused layers on CUDA, cells run step by step: {error}"));
            false
        }
    }
}

/// A kernel, compiled for the process once and loaded onto each device once.
fn function(device: &CudaDevice, kernel: &str, dtype: DType) -> Result<CudaFunction> {
    static FLOAT: OnceLock<std::result::Result<String, String>> = OnceLock::new();
    static DOUBLE: OnceLock<std::result::Result<String, String>> = OnceLock::new();
    let real = super::element_name(dtype)?;
    let (compiled, module) =
        if dtype == DType::F32 { (&FLOAT, "lstm_steps_float") } else { (&DOUBLE, "lstm_steps_double") };
    match compiled.get_or_init(|| compile(real)) {
        Ok(ptx) => Ok(device.get_or_load_custom_func(kernel, module, ptx)?.into_cuda_function()),
        Err(error) => candle_core::bail!("{error}"),
    }
}

fn compile(real: &str) -> std::result::Result<String, String> {
    let options = CompileOptions {
        options: vec![format!("-DREAL={real}")],
        name: Some("kernels.cu".to_owned()),
        ..CompileOptions::default()
    };
    match compile_ptx_with_opts(SOURCE, options) {
        Ok(ptx) => Ok(ptx.to_src()),
        Err(error) => Err(format!("the kernels did not compile: {error}")),
    }
}

pub(super) fn launch(launch: &Launch, own: &mut CudaStorage, layout: &Layout) -> Result<()> {
    match own.dtype() {
        DType::F64 => run::<f64>(launch, own, layout),
        _ => run::<f32>(launch, own, layout),
    }
}

fn run<T: CudaDType + DeviceRepr>(launch: &Launch, own: &mut CudaStorage, layout: &Layout) -> Result<()> {
    let function = function(&own.device, launch.kernel, own.dtype())?;
    let stream = own.device.cuda_stream();
    // What is borrowed here tells CUDA's streams, when it goes out of scope, that the kernel has been put behind it.
    let storages = launch.read().map(|tensor| tensor.map(Tensor::storage_and_layout));
    let mut read = [0; 6];
    let mut reading = Vec::with_capacity(read.len());
    for (address, storage) in read.iter_mut().zip(&storages) {
        if let Some((storage, layout)) = storage {
            let (start, guard) = on_device::<T>(storage)?.device_ptr(&stream);
            *address = start + (self::start(layout)? * size_of::<T>()) as u64;
            reading.push(guard);
        }
    }
    let ends = launch.lengths.map(Tensor::storage_and_layout);
    let (lengths, _reading_lengths) = match &ends {
        Some((storage, layout)) => {
            let (start, guard) = on_device::<u32>(storage)?.device_ptr(&stream);
            (start + (self::start(layout)? * size_of::<u32>()) as u64, Some(guard))
        }
        None => (0, None),
    };
    let (own, _writing) = own.as_cuda_slice_mut::<T>()?.device_ptr_mut(&stream);
    let step = launch.arguments(own + (start(layout)? * size_of::<T>()) as u64, read, lengths);
    let grid = LaunchConfig { grid_dim: (launch.blocks(), 1, 1), block_dim: (THREADS, 1, 1), shared_mem_bytes: 0 };
    let mut builder = stream.launch_builder(&function);
    builder.arg(&step);
    // SAFETY: the kernel takes one `Step`; the tensors that it points to have the shapes that `Direction` gives them.
    unsafe { builder.launch(grid) }.w()?;
    Ok(())
}

fn on_device<T: CudaDType>(storage: &Storage) -> Result<&CudaSlice<T>> {
    match storage {
        Storage::Cuda(storage) => storage.as_cuda_slice::<T>(),
        _ => candle_core::bail!("a kernel's argument is not on the GPU"),
    }
}
