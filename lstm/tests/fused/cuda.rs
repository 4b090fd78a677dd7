//! The fused operation on a GPU against the readable cells there and against the CPU. To run these tests:
//!
//! ```sh
//! cargo test --release -p lstm --features cuda cuda -- --ignored
//! ```

use super::*;

fn gpu() -> Device {
    Device::new_cuda(0).unwrap()
}

/// On the GPU, with its fused operation or with the readable cells.
fn run_on_gpu(device: &Device, case: &Case, fused: bool) -> Run {
    fused::set_cuda_enabled(fused);
    let Run { results, gradients } = run_on(device, case, true);
    fused::set_cuda_enabled(false);
    let on_cpu = |tensors: Vec<Tensor>| tensors.iter().map(|tensor| tensor.to_device(&Device::Cpu).unwrap()).collect();
    Run { results: on_cpu(results), gradients: on_cpu(gradients) }
}

fn expect_same_on_gpu(device: &Device, case: &Case) -> f64 {
    let [cpu, readable, fused] = [run(case, true), run_on_gpu(device, case, false), run_on_gpu(device, case, true)];
    let most = if case.dtype == DType::F64 { 1e-11 } else { 5e-5 };
    for (name, other) in [("the CPU", &cpu), ("the cells", &readable)] {
        let difference = difference(other, &fused);
        assert!(difference <= most, "{difference:e} apart from {name}: {case:?}");
    }
    difference(&readable, &fused)
}

#[test]
#[ignore = "needs a CUDA device"]
fn cuda_computes_what_the_cells_and_the_cpu_compute() {
    let _switch = switch();
    let device = gpu();
    let worst = random_cases(100).iter().map(|case| expect_same_on_gpu(&device, case)).fold(0.0, larger);
    // Were there no difference, the kernels would not have run.
    assert!(worst > 0.0, "the readable cells ran twice");
}

#[test]
#[ignore = "needs a CUDA device"]
fn cuda_computes_the_same_at_larger_sizes() {
    let _switch = switch();
    let device = gpu();
    for kind in [Kind::Rnn(Activation::Tanh), Kind::Lstm, Kind::Gru] {
        for lengths in [None, Some((0..49).map(|b| 1 + (7 * b) % 40).collect())] {
            let options = Options::default().bidirectional(true).num_layers(2);
            let case =
                Case { kind, sizes: (40, 49, 20, 200), options, lengths, with_state: true, dtype: DType::F64, seed: 3 };
            expect_same_on_gpu(&device, &case);
        }
    }
}

#[test]
#[ignore = "needs a CUDA device"]
fn cuda_brings_nan_through_and_not_out_of_padding() {
    let _switch = switch();
    fused::set_cuda_enabled(true);
    let device = gpu();
    let parameters = Parameters::seeded(1, DType::F32, &device);
    let net = Lstm::new(1, 20, Options::default(), parameters.builder()).unwrap();
    let xs = Tensor::new(&[[[1f32], [1.0]], [[f32::NAN], [1.0]], [[1.0], [f32::NAN]]], &device).unwrap();
    let is_nan = |t: &Tensor| t.sum_all().unwrap().to_scalar::<f32>().unwrap().is_nan();
    let (output, _) = net.forward(&xs, None).unwrap();
    assert!(is_nan(&output.get(1).unwrap().get(0).unwrap()) && !is_nan(&output.get(1).unwrap().get(1).unwrap()));
    let (output, last) = net.forward_padded(&xs, &[1, 2], None).unwrap();
    assert!(!is_nan(&output) && !is_nan(&last.h) && !is_nan(&last.c));
    let store = output.sum_all().unwrap().backward().unwrap();
    assert!(parameters.vars().iter().all(|var| !is_nan(store.get(var).unwrap())));
    fused::set_cuda_enabled(false);
}
