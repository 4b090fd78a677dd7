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
    let mut w = transposed.matmul(&y)?.to_vec2::<f64>()?;
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
    // L V = XᵀY from the top, then Lᵀ W = V from the bottom.
    for column in 0..targets.dim(1)? {
        for k in 0..count {
            let known: f64 = (0..k).map(|m| a[k][m] * w[m][column]).sum();
            w[k][column] = (w[k][column] - known) / a[k][k];
        }
        for k in (0..count).rev() {
            let known: f64 = (k + 1..count).map(|m| a[m][k] * w[m][column]).sum();
            w[k][column] = (w[k][column] - known) / a[k][k];
        }
    }
    Ok(Tensor::new(w, &Device::Cpu)?)
}
