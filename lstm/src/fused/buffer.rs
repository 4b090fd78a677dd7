//! Large buffers that are used again: a training step needs the same ones as the step before it.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::element::Element;

/// What is kept for later at most, of each element type, in bytes.
const MOST_KEPT: usize = 512 << 20;

/// Buffers that wait for their next use.
pub(super) struct Shelf<T>(Mutex<Vec<Vec<T>>>);

impl<T> Shelf<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the C library's allocator keep blocks that are freed, for all that this process allocates: Candle makes and drops a
/// tensor for each operation, and the logits of a language model are tens of megabytes. Only glibc can be told.
pub(super) fn keep_freed_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        // SAFETY: `mallopt` takes two numbers and may be called at any time; blocks that exist are not touched.
        ONCE.call_once(|| unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 30);
            libc::mallopt(libc::M_TRIM_THRESHOLD, i32::MAX);
        });
    }
}

/// A slice of numbers whose memory goes back to the shelf in the end. Fresh memory would have to be cleared by the operating
/// system page by page, which takes longer than many a layer.
pub(super) struct Buffer<T: Element>(Vec<T>);

impl<T: Element> Buffer<T> {
    /// `len` numbers of any value.
    pub(super) fn any(len: usize) -> Self {
        let found = {
            let mut shelf = T::shelf().lock();
            // Twice as large as needed is still worth taking.
            let fits = |numbers: &Vec<T>| (len..=len.saturating_mul(2)).contains(&numbers.capacity());
            let best = (0..shelf.len()).filter(|&n| fits(&shelf[n])).min_by_key(|&n| shelf[n].capacity());
            best.map(|n| shelf.swap_remove(n))
        };
        let mut numbers = found.unwrap_or_default();
        if numbers.capacity() < len {
            numbers = vec![T::zero(); len];
        }
        numbers.resize(len, T::zero());
        Self(numbers)
    }

    /// `len` zeros.
    pub(super) fn zeros(len: usize) -> Self {
        let mut buffer = Self::any(len);
        buffer.fill(T::zero());
        buffer
    }
}

impl<T: Element> Drop for Buffer<T> {
    fn drop(&mut self) {
        let numbers = std::mem::take(&mut self.0);
        let mut shelf = T::shelf().lock();
        shelf.push(numbers);
        // The oldest go first.
        let bytes = |numbers: &Vec<T>| numbers.capacity() * size_of::<T>();
        let mut kept: usize = shelf.iter().map(bytes).sum();
        while kept > MOST_KEPT {
            kept -= bytes(&shelf.remove(0));
        }
    }
}

impl<T: Element> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Element> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}
