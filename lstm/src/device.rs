//! The choice between CPU and GPU, with its reason.

use std::fmt;
use std::panic::{self, UnwindSafe};
use std::sync::Arc;
use std::thread;

use candle_core::Device;

/// A device and why it was chosen. `Display` says both: `CPU: built without CUDA (enable the `cuda` feature)`.
///
/// ```
/// let best = lstm::device::best();
/// assert!(best.to_string().ends_with(&best.reason)); // CPU: built without CUDA ...
/// ```
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
    match quietly(|| Device::new_cuda(0)) {
        Ok(Ok(device)) => Best { device, reason: "the first GPU".to_owned() },
        Ok(Err(error)) => cpu(&format!("no usable GPU ({error})")),
        Err(_) => cpu("no CUDA driver on this machine"),
    }
}

fn cpu(reason: &str) -> Best {
    Best { device: Device::Cpu, reason: reason.to_owned() }
}

/// What `call` returns, or its panic, without that panic's message on stderr. Panics of other threads are told as ever.
fn quietly<T>(call: impl FnOnce() -> T + UnwindSafe) -> thread::Result<T> {
    let usual = Arc::new(panic::take_hook());
    let (here, others) = (thread::current().id(), Arc::clone(&usual));
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() != here {
            others(info);
        }
    }));
    let result = panic::catch_unwind(call);
    drop(panic::take_hook());
    match Arc::try_unwrap(usual) {
        Ok(usual) => panic::set_hook(usual),
        // A thread is panicking right now and still holds it.
        Err(usual) => panic::set_hook(Box::new(move |info| usual(info))),
    }
    result
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Panics told by the hook of the test below, of threads with this name.
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    const NAME: &str = "panics on purpose";

    fn panic_in_a_thread(call: impl FnOnce() + Send + 'static) {
        thread::Builder::new().name(NAME.to_owned()).spawn(call).unwrap().join().unwrap();
    }

    #[test]
    fn only_the_panic_that_is_expected_is_silent() {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() == Some(NAME) {
                TOLD.fetch_add(1, Ordering::SeqCst);
            } else {
                before(info);
            }
        }));
        panic_in_a_thread(|| {
            assert_eq!(quietly(|| 7).unwrap(), 7);
            assert!(quietly(|| panic!("silent")).is_err());
            assert_eq!(TOLD.load(Ordering::SeqCst), 0);
            // Another thread's panic meanwhile is told, and so is one of this thread afterwards.
            let meanwhile = || panic_in_a_thread(|| assert!(panic::catch_unwind(|| panic!("told")).is_err()));
            quietly(meanwhile).unwrap();
            assert_eq!(TOLD.load(Ordering::SeqCst), 1);
            assert!(panic::catch_unwind(|| panic!("told")).is_err());
            assert_eq!(TOLD.load(Ordering::SeqCst), 2);
        });
    }
}
