//! Output in the middle of a cell, and its replacement or removal later.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use super::block;
use super::rich::Rich;
use crate::{Error, Result};

/// Shows `value` now, in the middle of a cell, as an output of its own.
///
/// ```
/// use lstm::prelude::*;
///
/// let handle = display(&Tensor::new(&[1.0, 2.0], &Device::Cpu)?)?;
/// handle.update(&Tensor::new(&[3.0, 4.0], &Device::Cpu)?)?; // in the place of the first
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// What [`Rich::content`] says, or [`Error::File`] if stdout is closed.
pub fn display<R: Rich + ?Sized>(value: &R) -> Result<Handle> {
    let handle = Handle { id: fresh_id() };
    handle.update(value)?;
    Ok(handle)
}

/// An output that [`display()`] made, to be replaced in place.
///
/// ```
/// use lstm::prelude::*;
///
/// let zeros = Tensor::new(&[0.0, 0.0], &Device::Cpu)?;
/// let (first, second) = (display(&zeros)?, display(&zeros)?);
/// assert_ne!(first.id(), second.id());
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    id: String,
}

impl Handle {
    /// The display id: letters, digits and hyphens, never used before.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Shows `value` where the handle's output is. A stock evcxr shows the last one at the end of the cell.
    ///
    /// # Errors
    /// What [`Rich::content`] says (the output then stays as it is), or [`Error::File`] if stdout is closed.
    pub fn update<R: Rich + ?Sized>(&self, value: &R) -> Result<()> {
        print(&block::blocks(&value.content()?, Some(&self.id)))
    }
}

/// Removes what the cell has shown so far: at once, or, if it shall `wait`, as soon as there is something else to show, so
/// that nothing flickers. As `clear_output` of IPython. A stock evcxr shows all, and in a terminal nothing happens.
///
/// ```
/// use lstm::display;
///
/// for step in 1..=3 {
///     println!("step {step}");
///     display::clear_output(true)?;
/// }
/// println!("done"); // alone in a notebook
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::File`] if stdout is closed.
pub fn clear_output(wait: bool) -> Result<()> {
    if block::is_notebook() { print(&block::clear(wait)) } else { Ok(()) }
}

fn print(blocks: &str) -> Result<()> {
    block::print(blocks).map_err(|source| Error::File { action: "write to", path: PathBuf::from("stdout"), source })
}

/// An id that no other output has, of this process or of the one before it, whose outputs may still be on the page.
pub(crate) fn fresh_id() -> String {
    static PROCESS: OnceLock<u64> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let process = PROCESS.get_or_init(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
        since.rotate_left(17) ^ u64::from(std::process::id())
    });
    format!("lstm-{process:016x}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_are_safe_in_an_attribute() {
        let (a, b) = (fresh_id(), fresh_id());
        assert_ne!(a, b);
        assert!(a.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{a}");
    }
}
