//! The kernels on the CPU, for tests: their source, compiled by the machine's C compiler.

use std::ffi::c_void;
use std::process::Command;
use std::sync::LazyLock;

use candle_core::{CpuStorage, DType, Layout, Result, Storage, Tensor, WithDType};
use libloading::Library;

use super::launch::{Launch, Step, THREADS, start};

static FLOAT: LazyLock<Library> = LazyLock::new(|| compile(DType::F32));
static DOUBLE: LazyLock<Library> = LazyLock::new(|| compile(DType::F64));

fn compile(dtype: DType) -> Library {
    let real = super::element_name(dtype).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join(format!("kernels_{real}.so"));
    let output = Command::new("cc")
        .args(["-std=c11", "-O1", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"])
        .arg(format!("-DREAL={real}"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/fused/steps/host.c"))
        .arg("-o")
        .arg(&library)
        .arg("-lm")
        .output()
        .expect("a C compiler named cc");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // SAFETY: loading it runs no code.
    unsafe { Library::new(library) }.unwrap()
}

/// The size of the kernels' argument as C sees it.
pub(super) fn size_of_step() -> usize {
    // SAFETY: it takes nothing and returns a `size_t`.
    unsafe { DOUBLE.get::<extern "C" fn() -> usize>(b"size_of_step").unwrap()() }
}

pub(super) fn launch(launch: &Launch, own: &mut CpuStorage, layout: &Layout) -> Result<()> {
    match own {
        CpuStorage::F32(own) => run(launch, &FLOAT, own.as_mut_ptr(), layout),
        CpuStorage::F64(own) => run(launch, &DOUBLE, own.as_mut_ptr(), layout),
        _ => candle_core::bail!("no kernels for this element type"),
    }
}

fn run<T: WithDType>(launch: &Launch, library: &Library, own: *mut T, layout: &Layout) -> Result<()> {
    let mut read = [0; 6];
    for (address, tensor) in read.iter_mut().zip(launch.read()) {
        *address = tensor.map_or(Ok(0), address_of::<T>)?;
    }
    let lengths = launch.lengths.map_or(Ok(0), address_of::<u32>)?;
    let step = launch.arguments(own.wrapping_add(start(layout)?) as u64, read, lengths);
    let name = format!("{}_on_host", launch.kernel);
    // SAFETY: that is its type in host.c; the tensors are there until it returns.
    unsafe {
        let kernel = library.get::<extern "C" fn(*const c_void, u32, u32)>(name.as_bytes()).unwrap();
        kernel((&raw const step).cast(), launch.blocks(), THREADS);
    }
    assert_eq!(size_of_step(), size_of::<Step>());
    Ok(())
}

fn address_of<T: WithDType>(tensor: &Tensor) -> Result<u64> {
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => Ok(storage.as_slice::<T>()?[start(layout)?..].as_ptr() as u64),
        _ => candle_core::bail!("not on the CPU"),
    }
}
