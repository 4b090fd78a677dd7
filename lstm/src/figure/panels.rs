//! Several charts in one picture.

use plotters::prelude::DrawingBackend;

use super::axis::{AxisSpec, Scale};
use super::canvas::{Canvas, Frame};
use super::chart::{Body, Figure};
use super::layout;
use crate::{Error, Result};

/// `figures` in rows of `columns`, as one picture.
///
/// ```
/// use lstm::figure;
///
/// let curves = ["RNN", "LSTM"].map(|name| figure::loss_curve(&[(name, vec![2.0, 1.0])]));
/// let figures = curves.into_iter().collect::<lstm::Result<Vec<_>>>()?;
/// assert!(figure::panels(figures, 2)?.to_svg()?.contains("LSTM"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if there is no figure, or `columns` is not from 1 to 6.
pub fn panels(figures: Vec<Figure>, columns: usize) -> Result<Figure> {
    let fail = |argument: &'static str, expected: &str, got: usize| {
        Err(Error::Argument { argument, expected: expected.into(), got: got.to_string() })
    };
    if figures.is_empty() || figures.len() > 24 {
        return fail("figures", "1 to 24 figures", figures.len());
    }
    if !(1..=6).contains(&columns) {
        return fail("columns", "from 1 to 6", columns);
    }
    let columns = columns.min(figures.len());
    let rows = figures.len().div_ceil(columns);
    let none = || AxisSpec::new("", Scale::Linear);
    let size = ((480 * columns as u32).min(4000), (340 * rows as u32).min(4000));
    Figure::new("panels", "", none(), none(), Body::Panels { figures, columns }).with_size(size.0, size.1)
}

pub(crate) fn draw<DB: DrawingBackend>(
    figure: &Figure,
    figures: &[Figure],
    columns: usize,
    canvas: &mut Canvas<'_, DB>,
    sheet: Frame,
) -> Result<()> {
    let mut room = sheet;
    if !figure.title().is_empty() {
        let below = layout::title(figure, canvas, sheet)?;
        room.top = below.top - 4.0;
        room.height = sheet.bottom() - room.top;
    }
    if !figure.notes.is_empty() {
        let inner = Frame { left: room.left + 16.0, width: room.width - 32.0, height: room.height - 12.0, ..room };
        room.height = layout::notes(&figure.notes, canvas, inner)?.height;
    }
    let rows = figures.len().div_ceil(columns);
    let (width, height) = (room.width / columns as f64, room.height / rows as f64);
    for (k, one) in figures.iter().enumerate() {
        let cell = Frame {
            left: room.left + (k % columns) as f64 * width,
            top: room.top + (k / columns) as f64 * height,
            width,
            height,
        };
        one.draw(canvas, cell)?;
    }
    Ok(())
}
