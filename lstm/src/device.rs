//! The choice between CPU and GPU, with its reason.

use std::fmt;

use candle_core::Device;

/// A device and why it was chosen. `Display` says both: `CPU: built without CUDA (enable the `cuda` feature)`.
#[derive(Clone, Debug)]
pub struct Best {
    /// The device to make tensors on.
    pub device: Device,
    /// Why this one.
    pub reason: String,
}

impl fmt::Display for Best {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.device {
            Device::Cpu => "CPU",
            Device::Cuda(_) => "CUDA",
            Device::Metal(_) => "Metal",
        };
        write!(f, "{name}: {}", self.reason)
    }
}

/// The first CUDA device if this build has CUDA and the machine a working GPU, else the CPU. It never fails.
///
/// ```
/// let best = lstm::device::best();
/// println!("{best}");
/// let zeros = lstm::candle_core::Tensor::zeros((2, 3), lstm::candle_core::DType::F32, &best.device)?;
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn best() -> Best {
    if !candle_core::utils::cuda_is_available() {
        return cpu("built without CUDA (enable the `cuda` feature)");
    }
    // The CUDA bindings panic, instead of failing, where the driver's library is not installed.
    match std::panic::catch_unwind(|| Device::new_cuda(0)) {
        Ok(Ok(device)) => Best {
            device,
            reason: "the first GPU".to_owned(),
        },
        Ok(Err(error)) => cpu(&format!("no usable GPU ({error})")),
        Err(_) => cpu("no CUDA driver on this machine"),
    }
}

fn cpu(reason: &str) -> Best {
    Best {
        device: Device::Cpu,
        reason: reason.to_owned(),
    }
}
