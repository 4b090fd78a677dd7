//! A weight matrix laid out for products with few rows, and that product: `C += A B`.

use std::ops::Range;

use pulp::Simd;

use super::buffer::Buffer;
use super::element::Element;

/// Vectors side by side in a panel.
const PANEL_VECTORS: usize = 2;

/// Columns of a matrix `[depth, n]`, in panels: of each the first row, the second row and so on, so that a product reads
/// memory from front to back.
pub(super) struct Packed<T: Element> {
    depth: usize,
    panels: Vec<Panel>,
    numbers: Buffer<T>,
}

struct Panel {
    /// Its first column, counted as in the matrix.
    column: usize,
    /// How many columns count; the rest is filled with zeros.
    width: usize,
}

/// Where the element in row `k` and column `n` of a matrix is: `matrix[k * row_stride + n * column_stride]`.
#[derive(Clone, Copy)]
pub(super) struct Strided<'a, T> {
    pub(super) matrix: &'a [T],
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

impl<T: Element> Packed<T> {
    /// The columns `ranges` of the matrix of `depth` rows.
    #[inline(always)]
    pub(super) fn new<S: Simd>(_: S, from: Strided<T>, depth: usize, ranges: &[Range<usize>]) -> Self {
        let wide = PANEL_VECTORS * T::lanes::<S>();
        let mut panels = Vec::new();
        for range in ranges {
            for column in range.clone().step_by(wide) {
                panels.push(Panel { column, width: wide.min(range.end - column) });
            }
        }
        let mut numbers = Buffer::any(panels.len() * depth * wide);
        for (panel, to) in panels.iter().zip(numbers.chunks_exact_mut(depth * wide)) {
            if from.column_stride == 1 {
                for (k, row) in to.chunks_exact_mut(wide).enumerate() {
                    let start = k * from.row_stride + panel.column;
                    row[..panel.width].copy_from_slice(&from.matrix[start..start + panel.width]);
                    row[panel.width..].fill(T::zero());
                }
            } else {
                if panel.width < wide {
                    to.fill(T::zero());
                }
                // A few rows at a time: they stay in the first cache while all columns are read.
                for first in (0..depth).step_by(64) {
                    for n in 0..panel.width {
                        let column = &from.matrix[(panel.column + n) * from.column_stride..];
                        for k in first..depth.min(first + 64) {
                            to[k * wide + n] = column[k * from.row_stride];
                        }
                    }
                }
            }
        }
        Self { depth, panels, numbers }
    }
}

/// Rows to multiply: row `r` begins at `start + r * stride`.
#[derive(Clone, Copy)]
pub(super) struct Rows<T> {
    pub(super) start: *const T,
    pub(super) stride: usize,
    pub(super) count: usize,
}

/// Rows to add to: row `r` begins at `start + r * stride`, its columns are counted as the matrix's.
#[derive(Clone, Copy)]
pub(super) struct Sums<T> {
    pub(super) start: *mut T,
    pub(super) stride: usize,
}

/// `C += A B`.
///
/// # Safety
/// All `rows.count` rows can be read, as far as the matrix is deep, and nobody writes them meanwhile. In as many rows of
/// `sums` the packed columns can be written, and nobody else reads or writes them meanwhile.
#[inline(always)]
pub(super) unsafe fn add_product<S: Simd, T: Element>(simd: S, rows: Rows<T>, packed: &Packed<T>, sums: Sums<T>) {
    let wide = PANEL_VECTORS * T::lanes::<S>();
    let size = packed.depth * wide;
    // As many rows at once as there are registers for: each row takes a register for each vector of a panel.
    let most = if S::REGISTER_COUNT >= 32 { 8 } else { 4 };
    let blocks = rows.count.div_ceil(most).max(1);
    let (each, longer) = (rows.count / blocks, rows.count % blocks);
    let mut index = 0;
    while index < packed.panels.len() {
        // With few rows several panels at once keep the machine busy, if all of them are whole.
        let few = match each + usize::from(longer > 0) {
            1 => 4,
            2 | 3 => 2,
            _ => 1,
        };
        let whole = packed.panels[index..].iter().take_while(|panel| panel.width == wide).count();
        let together = if whole >= few { few } else { 1 };
        let panels = &packed.panels[index..index + together];
        let numbers = &packed.numbers[index * size..(index + together) * size];
        let mut row = 0;
        for block in 0..blocks {
            let count = each + usize::from(block < longer);
            // SAFETY: rows `row..row + count` are among those that the caller vouches for.
            unsafe {
                let a = Rows { start: rows.start.add(row * rows.stride), stride: rows.stride, count };
                let c = Sums { start: sums.start.add(row * sums.stride), stride: sums.stride };
                match (together, count) {
                    (4, 1) => tile::<S, T, 1, 4>(simd, a, panels, numbers, c),
                    (2, 1) => tile::<S, T, 1, 2>(simd, a, panels, numbers, c),
                    (2, 2) => tile::<S, T, 2, 2>(simd, a, panels, numbers, c),
                    (2, 3) => tile::<S, T, 3, 2>(simd, a, panels, numbers, c),
                    (_, 1) => tile::<S, T, 1, 1>(simd, a, panels, numbers, c),
                    (_, 2) => tile::<S, T, 2, 1>(simd, a, panels, numbers, c),
                    (_, 3) => tile::<S, T, 3, 1>(simd, a, panels, numbers, c),
                    (_, 4) => tile::<S, T, 4, 1>(simd, a, panels, numbers, c),
                    (_, 5) => tile::<S, T, 5, 1>(simd, a, panels, numbers, c),
                    (_, 6) => tile::<S, T, 6, 1>(simd, a, panels, numbers, c),
                    (_, 7) => tile::<S, T, 7, 1>(simd, a, panels, numbers, c),
                    (_, 8) => tile::<S, T, 8, 1>(simd, a, panels, numbers, c),
                    _ => {}
                }
            }
            row += count;
        }
        index += together;
    }
}

/// `R` rows times `P` panels, all sums in registers.
///
/// # Safety
/// As for [`add_product`].
#[inline(always)]
unsafe fn tile<S: Simd, T: Element, const R: usize, const P: usize>(
    simd: S,
    a: Rows<T>,
    panels: &[Panel],
    numbers: &[T],
    c: Sums<T>,
) {
    let lanes = T::lanes::<S>();
    let wide = PANEL_VECTORS * lanes;
    let depth = numbers.len() / P / wide;
    // What is there was written long ago: it arrives while the products are computed.
    for r in 0..R {
        for panel in panels {
            for v in 0..PANEL_VECTORS {
                prefetch(c.start.wrapping_add(r * c.stride + panel.column + v * lanes));
            }
        }
    }
    let mut sums = [[[T::splat(simd, T::zero()); PANEL_VECTORS]; P]; R];
    for k in 0..depth {
        let mut b = [[T::splat(simd, T::zero()); PANEL_VECTORS]; P];
        for (p, panel) in b.iter_mut().enumerate() {
            for (v, vector) in panel.iter_mut().enumerate() {
                let at = p * depth * wide + k * wide + v * lanes;
                // SAFETY: each of the `P` panels has `depth` rows of `wide` numbers.
                *vector = T::load(simd, unsafe { numbers.get_unchecked(at..at + lanes) });
            }
        }
        for (r, row) in sums.iter_mut().enumerate() {
            // SAFETY: the caller vouches for each row's `depth` numbers.
            let a = T::splat(simd, unsafe { *a.start.add(r * a.stride + k) });
            for (sums, b) in row.iter_mut().zip(&b) {
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum = T::times_plus(simd, a, *b, *sum);
                }
            }
        }
    }
    for (r, row) in sums.iter().enumerate() {
        for (panel, sums) in panels.iter().zip(row) {
            for (v, sum) in sums.iter().enumerate() {
                let width = panel.width.saturating_sub(v * lanes).min(lanes);
                let at = c.start.wrapping_add(r * c.stride + panel.column + v * lanes);
                // SAFETY: these are columns of the panel, in a row that the caller vouches for.
                let to = unsafe { std::slice::from_raw_parts_mut(at, width) };
                let before = T::load(simd, to);
                T::store(simd, to, T::plus(simd, before, *sum));
            }
        }
    }
}

/// Asks for the memory at `at`, which may be anywhere, before it is needed.
#[inline(always)]
fn prefetch<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: it reads nothing, and every machine of this kind has it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::{Arch, WithSimd};

    struct Product<'a> {
        a: &'a [f32],
        b: Strided<'a, f32>,
        c: &'a mut [f32],
        size: (usize, usize, usize),
        ranges: &'a [Range<usize>],
    }

    impl WithSimd for Product<'_> {
        type Output = ();

        fn with_simd<S: Simd>(self, simd: S) {
            let (rows, depth, columns) = self.size;
            let packed = Packed::new(simd, self.b, depth, self.ranges);
            let a = Rows { start: self.a.as_ptr(), stride: depth + 3, count: rows };
            // SAFETY: `a` and `c` have `rows` rows, and the columns are those of `c`.
            unsafe { add_product(simd, a, &packed, Sums { start: self.c.as_mut_ptr(), stride: columns }) };
        }
    }

    #[test]
    fn it_multiplies_every_size_in_both_layouts() {
        let number = |n: usize| ((n * 7919) % 17) as f32 - 8.0;
        for rows in 0..20 {
            for (depth, columns) in [(1, 1), (3, 16), (5, 31), (2, 32), (7, 130), (65, 33)] {
                let a: Vec<f32> = (0..rows * (depth + 3)).map(number).collect();
                let straight: Vec<f32> = (0..depth * columns).map(|n| number(n + 1)).collect();
                let turned: Vec<f32> =
                    (0..columns * depth).map(|at| straight[(at % depth) * columns + at / depth]).collect();
                let start: Vec<f32> = (0..rows * columns).map(number).collect();
                let ranges = [0..columns / 3, columns / 3..columns - columns / 4];
                let mut expected = start.clone();
                for r in 0..rows {
                    for n in 0..ranges[1].end {
                        for k in 0..depth {
                            expected[r * columns + n] += a[r * (depth + 3) + k] * straight[k * columns + n];
                        }
                    }
                }
                let layouts = [
                    Strided { matrix: &straight, row_stride: columns, column_stride: 1 },
                    Strided { matrix: &turned, row_stride: 1, column_stride: depth },
                ];
                for b in layouts {
                    for arch in [Arch::new(), Arch::Scalar] {
                        let mut c = start.clone();
                        arch.dispatch(Product { a: &a, b, c: &mut c, size: (rows, depth, columns), ranges: &ranges });
                        assert_eq!(c, expected, "{rows} x {depth} x {columns}");
                    }
                }
            }
        }
    }
}
