//! A candle tensor on the page: shape, dtype, device, and its first slices.

use std::fmt::Write as _;

use candle_core::{DeviceLocation, Tensor};

use super::content::Content;
use super::html;
use super::rich::Rich;
use super::tensor_slice::{Range, Slice};
use crate::{Result, xml};

/// Slices shown of a tensor with more than two dimensions.
const MOST_SLICES: usize = 3;

impl Rich for Tensor {
    fn content(&self) -> Result<Content> {
        let heading = heading(self);
        let mut plain = heading.clone();
        let mut out = format!(
            "<div class=\"lstm-view\"><style>{}</style><p><strong>{}</strong></p>",
            html::STYLE,
            xml::escape(&heading)
        );
        let (slices, left) = slices(self)?;
        // One range for all, so that a colour means the same number in each slice.
        let range = Range::of(&slices);
        for slice in &slices {
            plain.push_str(&slice.plain());
            out.push_str(&slice.html(&range)?);
        }
        if let Some(range) = &range
            && self.elem_count() > 1
        {
            let _ = write!(out, "<p class=\"lstm-meta\">{}</p>", range.legend());
        }
        if left > 0 {
            let more = format!("… and {left} more {}", if left == 1 { "slice" } else { "slices" });
            let _ = write!(plain, "\n{more}");
            let _ = write!(out, "<p class=\"lstm-meta\">{more}</p>");
        }
        out.push_str("</div>");
        Ok(Content::new(plain, out))
    }
}

fn heading(tensor: &Tensor) -> String {
    let device = match tensor.device().location() {
        DeviceLocation::Cpu => "CPU".to_string(),
        DeviceLocation::Cuda { gpu_id } => format!("CUDA {gpu_id}"),
        DeviceLocation::Metal { gpu_id } => format!("Metal {gpu_id}"),
    };
    let count = tensor.elem_count();
    let values = if count == 1 { "1 value".into() } else { format!("{count} values") };
    format!("Tensor {:?} {} on {device}, {values}", tensor.dims(), tensor.dtype().as_str())
}

/// The first slices over the last two dimensions, and how many are left out. A vector is one row.
fn slices(tensor: &Tensor) -> Result<(Vec<Slice>, usize)> {
    let dims = tensor.dims();
    if tensor.elem_count() == 0 {
        return Ok((Vec::new(), 0));
    }
    if let [rest @ .., _, _] = dims
        && !rest.is_empty()
    {
        let count: usize = rest.iter().product();
        let shown = count.min(MOST_SLICES);
        let slices = (0..shown).map(|k| slice(tensor, rest, k)).collect::<Result<_>>()?;
        return Ok((slices, count - shown));
    }
    let matrix = match dims {
        [] => tensor.reshape((1, 1))?,
        [length] => tensor.reshape((1, *length))?,
        _ => tensor.clone(),
    };
    Ok((vec![Slice::of(matrix, dims.len(), String::new())?], 0))
}

/// Slice number `k`, counted with the last of the `outer` dimensions fastest.
fn slice(tensor: &Tensor, outer: &[usize], k: usize) -> Result<Slice> {
    let (mut matrix, mut place, mut rest) = (tensor.clone(), String::new(), k);
    for axis in 0..outer.len() {
        let inner: usize = outer[axis + 1..].iter().product();
        matrix = matrix.get(rest / inner)?;
        let _ = write!(place, "{}, ", rest / inner);
        rest %= inner;
    }
    Slice::of(matrix, outer.len() + 2, format!("[{place}·, ·]"))
}
