//! The large products, which the `gemm` crate computes.

use gemm::Parallelism;

use super::element::Element;
use super::plan::WORTH_THREADS;
use super::shared::Shared;
use super::team;

/// A matrix in a slice, of any layout.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a, T> {
    pub(super) numbers: &'a [T],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// Rows of `columns` numbers that begin `stride` apart.
    pub(super) fn new(numbers: &'a [T], rows: usize, columns: usize, stride: usize) -> Self {
        Self { numbers, rows, columns, row_stride: stride, column_stride: 1 }
    }

    pub(super) fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    fn expect_inside(&self) {
        let last = (self.rows.max(1) - 1) * self.row_stride + (self.columns.max(1) - 1) * self.column_stride;
        assert!(self.rows * self.columns == 0 || last < self.numbers.len(), "a matrix ends outside its slice");
    }
}

/// `to = a b`, or `to += a b`; the rows of `to` begin `stride` apart. A large one is shared out by rows, which takes less
/// waiting than the `gemm` crate's own threads where the inner size is large.
pub(super) fn product<T: Element>(to: &mut [T], stride: usize, a: Matrix<T>, b: Matrix<T>, add: bool) {
    let (m, n, k) = (a.rows, b.columns, a.columns);
    assert_eq!(k, b.rows, "inner sizes of a product");
    if m == 0 || n == 0 {
        return;
    }
    assert!((m - 1) * stride + n <= to.len(), "a product ends outside its slice");
    let to = Shared::new(to);
    let members = if m.saturating_mul(n).saturating_mul(k) < WORTH_THREADS { 1 } else { team::size().min(m) };
    for members in [members, 1] {
        let run = |member: usize| {
            let (first, end) = (m * member / members, m * (member + 1) / members);
            if first < end {
                let part = Matrix { numbers: &a.numbers[first * a.row_stride..], rows: end - first, ..a };
                // SAFETY: these rows are this member's alone.
                let to = unsafe { to.write(first * stride..(end - 1) * stride + n) };
                serial(to, stride, part, b, add);
            }
        };
        if team::run(members, run) {
            break;
        }
    }
}

/// The product on this thread.
pub(super) fn serial<T: Element>(to: &mut [T], stride: usize, a: Matrix<T>, b: Matrix<T>, add: bool) {
    a.expect_inside();
    b.expect_inside();
    let (m, n, k) = (a.rows, b.columns, a.columns);
    let [a_rows, a_columns, b_rows, b_columns, to_rows] =
        [a.row_stride, a.column_stride, b.row_stride, b.column_stride, stride].map(|stride| stride as isize);
    // SAFETY: all three matrices lie within their slices, and `to` is borrowed alone.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            to.as_mut_ptr(),
            1,
            to_rows,
            add,
            a.numbers.as_ptr(),
            a_columns,
            a_rows,
            b.numbers.as_ptr(),
            b_columns,
            b_rows,
            T::one(),
            T::one(),
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
