//! A kernel with its arguments, on its way to the device.

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Tensor};

/// The arguments of every kernel, as `struct Step` in `kernels.cu` has them; pointers are addresses on the device, 0 for
/// null.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Step {
    pub(super) own: u64,
    pub(super) inputs: u64,
    pub(super) recurrent: u64,
    pub(super) bias_ih: u64,
    pub(super) bias_hh: u64,
    pub(super) saved: u64,
    pub(super) d_output: u64,
    pub(super) lengths: u64,
    pub(super) steps: u32,
    pub(super) batch: u32,
    pub(super) hidden: u32,
    pub(super) step: u32,
    pub(super) reverse: u32,
    pub(super) activation: u32,
    pub(super) output_stride: u32,
    pub(super) output_offset: u32,
}

/// Threads of a block.
pub(super) const THREADS: u32 = 256;

/// A launch of a kernel that writes to the tensor it is applied to. All tensors are contiguous, and none shares memory with
/// that one.
#[derive(Default)]
pub(super) struct Launch<'a> {
    pub(super) kernel: &'static str,
    /// The numbers of the step; its pointers are taken from the tensors.
    pub(super) step: Step,
    pub(super) inputs: Option<&'a Tensor>,
    pub(super) recurrent: Option<&'a Tensor>,
    pub(super) bias_ih: Option<&'a Tensor>,
    pub(super) bias_hh: Option<&'a Tensor>,
    pub(super) saved: Option<&'a Tensor>,
    pub(super) d_output: Option<&'a Tensor>,
    pub(super) lengths: Option<&'a Tensor>,
}

impl Launch<'_> {
    /// The tensors of floating-point numbers that it reads, in the order in which [`Launch::arguments`] takes their
    /// addresses.
    pub(super) fn read(&self) -> [Option<&Tensor>; 6] {
        [self.inputs, self.recurrent, self.bias_ih, self.bias_hh, self.saved, self.d_output]
    }

    /// The kernel's argument, from the addresses of what it writes, of what it reads, and of the lengths.
    pub(super) fn arguments(&self, own: u64, read: [u64; 6], lengths: u64) -> Step {
        let [inputs, recurrent, bias_ih, bias_hh, saved, d_output] = read;
        Step { own, inputs, recurrent, bias_ih, bias_hh, saved, d_output, lengths, ..self.step }
    }

    /// Blocks of threads: a thread for each unit of each sequence.
    pub(super) fn blocks(&self) -> u32 {
        (self.step.batch * self.step.hidden).div_ceil(THREADS)
    }
}

/// Where the numbers of a contiguous tensor begin in its storage.
pub(super) fn start(layout: &Layout) -> Result<usize> {
    match layout.contiguous_offsets() {
        Some((start, _)) => Ok(start),
        None => candle_core::bail!("a kernel of a recurrent layer takes contiguous tensors"),
    }
}

impl InplaceOp1 for Launch<'_> {
    fn name(&self) -> &'static str {
        self.kernel
    }

    #[cfg(test)]
    fn cpu_fwd(&self, own: &mut CpuStorage, layout: &Layout) -> Result<()> {
        super::host::launch(self, own, layout)
    }

    #[cfg(not(test))]
    fn cpu_fwd(&self, _: &mut CpuStorage, _: &Layout) -> Result<()> {
        candle_core::bail!("{} is there for other devices than the CPU", self.kernel)
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, own: &mut candle_core::CudaStorage, layout: &Layout) -> Result<()> {
        super::cuda::launch(self, own, layout)
    }
}
