//! A small picture of coloured cells, and its PNG.

use super::color::Rgb;
use super::raster::encode_png;
use crate::Result;

/// Rows of coloured cells, top row first.
#[derive(Clone, Debug)]
pub(crate) struct Pixels {
    columns: usize,
    cells: Vec<Rgb>,
}

impl Pixels {
    /// `rows` by `columns` cells coloured by `color(row, column)`.
    pub(crate) fn new(rows: usize, columns: usize, mut color: impl FnMut(usize, usize) -> Rgb) -> Self {
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        Self { columns, cells: cells.map(|(row, column)| color(row, column)).collect() }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn rows(&self) -> usize {
        self.cells.len() / self.columns.max(1)
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> Rgb {
        self.cells[row * self.columns + column]
    }

    /// A PNG in which each cell is a block of whole pixels, about `width` by `height` altogether. Viewers that smooth
    /// what they enlarge then still show blocks.
    pub(crate) fn to_png(&self, width: f64, height: f64) -> Result<Vec<u8>> {
        let block = |room: f64, cells: usize| ((room / cells.max(1) as f64).round() as usize).clamp(1, 64);
        let (wide, high) = (block(width, self.columns), block(height, self.rows()));
        let mut bytes = Vec::with_capacity(self.cells.len() * wide * high * 3);
        for row in 0..self.rows() {
            let mut line = Vec::with_capacity(self.columns * wide * 3);
            for column in 0..self.columns {
                let (r, g, b) = self.at(row, column);
                line.extend([r, g, b].repeat(wide));
            }
            bytes.extend(line.repeat(high));
        }
        encode_png((self.columns * wide) as u32, (self.rows() * high) as u32, png::ColorType::Rgb, &bytes)
    }
}

/// A file as a `data:` address, for an `<img>` or an `<image>`.
pub(crate) fn data_uri(mime: &str, bytes: &[u8]) -> String {
    format!("data:{mime};base64,{}", base64(bytes))
}

/// A PNG as a `data:` address.
pub(crate) fn png_data_uri(png: &[u8]) -> String {
    data_uri("image/png", png)
}

/// RFC 4648 base 64, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |k: usize| u32::from(group.get(k).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for k in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * k) & 63) as usize];
            text.push(if k <= group.len() { digit as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_the_rfc() {
        // The test vectors of RFC 4648, section 10.
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
