//! A buffer that several threads write, each its own part.

use std::marker::PhantomData;
use std::ops::Range;

/// A mutable slice in the hands of several threads.
pub(super) struct Shared<'a, T> {
    start: *mut T,
    len: usize,
    slice: PhantomData<&'a mut [T]>,
}

// SAFETY: it hands out what a `&mut [T]` holds; who calls the unsafe methods keeps the parts apart.
unsafe impl<T: Send + Sync> Sync for Shared<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Send for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    pub(super) fn new(slice: &'a mut [T]) -> Self {
        Self { start: slice.as_mut_ptr(), len: slice.len(), slice: PhantomData }
    }

    /// Where a part begins that the caller reads or writes through the pointer, under the same conditions.
    #[inline(always)]
    pub(super) fn pointer(&self, at: usize) -> *mut T {
        debug_assert!(at <= self.len);
        self.start.wrapping_add(at)
    }

    /// A part, to read.
    ///
    /// # Safety
    /// Nobody writes to that part meanwhile.
    #[inline(always)]
    pub(super) unsafe fn read(&self, part: Range<usize>) -> &[T] {
        debug_assert!(part.start <= part.end && part.end <= self.len);
        // SAFETY: the part lies within the slice; the caller vouches for the rest.
        unsafe { std::slice::from_raw_parts(self.start.add(part.start), part.len()) }
    }

    /// A part, to write.
    ///
    /// # Safety
    /// Nobody else reads or writes that part meanwhile.
    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "the caller keeps the parts apart")]
    pub(super) unsafe fn write(&self, part: Range<usize>) -> &mut [T] {
        debug_assert!(part.start <= part.end && part.end <= self.len);
        // SAFETY: the part lies within the slice; the caller vouches for the rest.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(part.start), part.len()) }
    }
}
