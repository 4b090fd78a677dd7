//! Linear regression with a penalty, solved exactly.

use candle_core::{DType, Device, Tensor};

use crate::{Error, Result};

/// The weights `W` `[F, K]` with the least `‖X W − Y‖² + penalty · ‖W‖²`, in f64 on the CPU, for `features` `X` `[N, F]` and
/// `targets` `Y` `[N, K]`: the solution of `(XᵀX + penalty · I) W = XᵀY` (Hoerl and Kennard 1970).
///
/// Fails if there is no single solution: without a penalty, features may depend on each other.
pub(super) fn ridge(features: &Tensor, targets: &Tensor, penalty: f64) -> Result<Tensor> {
    let on_cpu = |tensor: &Tensor| tensor.detach().to_device(&Device::Cpu)?.to_dtype(DType::F64);
    let (x, y) = (on_cpu(features)?, on_cpu(targets)?);
    let transposed = x.t()?;
    let mut a = transposed.matmul(&x)?.to_vec2::<f64>()?;
    let mut w = y.t()?.matmul(&x)?.to_vec2::<f64>()?; // a row for each target
    let count = a.len();
    for (k, row) in a.iter_mut().enumerate() {
        row[k] += penalty;
    }
    // Cholesky: A = L Lᵀ, with L in the lower half of `a`.
    for k in 0..count {
        for j in 0..=k {
            let known: f64 = (0..j).map(|m| a[k][m] * a[j][m]).sum();
            let rest = a[k][j] - known;
            a[k][j] = if j < k { rest / a[j][j] } else { rest.sqrt() };
        }
        if !a[k][k].is_finite() || a[k][k] == 0.0 {
            return Err(Error::Argument {
                argument: "penalty",
                expected: "large enough for a single solution, and all numbers finite".to_owned(),
                got: penalty.to_string(),
            });
        }
    }
    // For each target L v = Xᵀy from the top, then Lᵀ w = v from the bottom.
    for w in &mut w {
        for k in 0..count {
            let known: f64 = (0..k).map(|m| a[k][m] * w[m]).sum();
            w[k] = (w[k] - known) / a[k][k];
        }
        for k in (0..count).rev() {
            let known: f64 = (k + 1..count).map(|m| a[m][k] * w[m]).sum();
            w[k] = (w[k] - known) / a[k][k];
        }
    }
    Ok(Tensor::new(w, &Device::Cpu)?.t()?.contiguous()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_systems_come_out_as_by_hand() {
        // X = [[1, 0], [1, 1], [1, 2]], Y = [1, 3, 5]: y = 1 + 2 x exactly.
        let x = Tensor::new(&[[1f64, 0.0], [1.0, 1.0], [1.0, 2.0]], &Device::Cpu).unwrap();
        let y = Tensor::new(&[[1f64], [3.0], [5.0]], &Device::Cpu).unwrap();
        let w = ridge(&x, &y, 0.0).unwrap().to_vec2::<f64>().unwrap();
        assert!((w[0][0] - 1.0).abs() < 1e-12 && (w[1][0] - 2.0).abs() < 1e-12, "{w:?}");
        // With a penalty of 1: [[4, 3], [3, 6]] w = [9, 13], so w = [15, 25] / 15.
        let w = ridge(&x, &y, 1.0).unwrap().to_vec2::<f64>().unwrap();
        assert!((w[0][0] - 1.0).abs() < 1e-12 && (w[1][0] - 25.0 / 15.0).abs() < 1e-12, "{w:?}");
        // Two targets at once are two regressions.
        let both = Tensor::cat(&[&y, &y.affine(-2.0, 0.0).unwrap()], 1).unwrap();
        let w = ridge(&x, &both, 0.0).unwrap().to_vec2::<f64>().unwrap();
        assert!((w[0][1] + 2.0).abs() < 1e-12 && (w[1][1] + 4.0).abs() < 1e-12, "{w:?}");
    }

    #[test]
    fn features_that_repeat_each_other_need_a_penalty() {
        let x = Tensor::new(&[[1f64, 1.0], [2.0, 2.0]], &Device::Cpu).unwrap();
        let y = Tensor::new(&[[1f64], [2.0]], &Device::Cpu).unwrap();
        assert!(ridge(&x, &y, 0.0).is_err());
        assert!(ridge(&x, &y, 0.1).is_ok());
    }
}
