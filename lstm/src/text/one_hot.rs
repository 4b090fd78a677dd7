//! Ids as vectors with a single 1.

use candle_core::{DType, Tensor};

use crate::{Error, Result, shape};

/// Every id as a vector of `size` (`V`) numbers, 1 at the id and 0 elsewhere: ids `[T, B]`, or of any other shape, of
/// type u32 become `[T, B, V]` of type `dtype`. Fails on a size of zero or ids from `V` on.
///
/// Multiplying it with a matrix `[V, E]` picks the matrix's rows, which is what an embedding does without the product.
///
/// ```
/// use lstm::{candle_core::{Device, DType, Tensor}, text};
///
/// let ids = Tensor::new(&[[2u32, 0]], &Device::Cpu)?; // [T = 1, B = 2]
/// let vectors = text::one_hot(&ids, 3, DType::F32)?;
/// assert_eq!(vectors.to_vec3::<f32>()?, [[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn one_hot(ids: &Tensor, size: usize, dtype: DType) -> Result<Tensor> {
    if ids.dtype() != DType::U32 {
        return Err(Error::DType { argument: "ids", expected: DType::U32, got: ids.dtype() });
    }
    shape::expect_positive("size", size)?;
    let flat = ids.flatten_all()?.to_vec1::<u32>()?;
    if !flat.is_empty() {
        shape::expect_countable("size", &[flat.len(), size])?;
    }
    let mut vectors = vec![0u8; flat.len() * size];
    for (row, &id) in vectors.chunks_exact_mut(size).zip(&flat) {
        let Some(one) = row.get_mut(id as usize) else {
            let expected = format!("below V = {size}");
            return Err(Error::Argument { argument: "ids", expected, got: id.to_string() });
        };
        *one = 1;
    }
    let mut dims = ids.dims().to_vec();
    dims.push(size);
    Ok(Tensor::from_vec(vectors, dims, ids.device())?.to_dtype(dtype)?)
}
