//! Small pictures side by side, each with a line below it.

use candle_core::{DType, Device, Tensor};

use super::content::Content;
use super::rich::Rich;
use super::show;
use crate::figure::{Pixels, png_data_uri};
use crate::shape::{self, Dim};
use crate::{Error, Result, xml};

/// How wide and high a picture is shown, in CSS pixels, about.
const SHOWN: f64 = 120.0;

/// Pictures with their lines, ready for the page; [`gallery`] makes one.
#[derive(Clone)]
pub struct Gallery {
    pictures: Vec<(Pixels, String)>,
}

/// The pictures of `pictures` `[N, 3, S, S]` (red, green and blue, 0 for dark to 1 for bright) side by side, each with its
/// line of `lines`.
///
/// ```
/// use lstm::{candle_core::Device, display::gallery, tasks::Pictures};
///
/// let batch = Pictures::seeded(1).batch(3, &Device::Cpu)?;
/// let shown = gallery(&batch.pictures, &batch.answers.texts)?;
/// # use lstm::display::Rich;
/// # assert_eq!(shown.content()?.html().matches("<img").count(), 3);
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] for another shape, [`Error::Argument`] for another number of lines.
pub fn gallery<S: AsRef<str>>(pictures: &Tensor, lines: &[S]) -> Result<Gallery> {
    shape::expect("pictures", pictures, &[Dim::Any("N"), Dim::Is("C", 3), Dim::Any("S"), Dim::Any("S")])?;
    let (count, _, rows, columns) = pictures.dims4()?;
    if lines.len() != count {
        return Err(Error::Argument {
            argument: "lines",
            expected: format!("{count}, one for each picture"),
            got: lines.len().to_string(),
        });
    }
    let values = pictures.to_device(&Device::Cpu)?.to_dtype(DType::F32)?;
    let mut shown = Vec::with_capacity(count);
    for (k, line) in lines.iter().enumerate() {
        let picture = values.get(k)?.to_vec3::<f32>()?;
        let light = |channel: usize, y: usize, x: usize| (picture[channel][y][x].clamp(0.0, 1.0) * 255.0).round() as u8;
        let pixels = Pixels::new(rows, columns, |y, x| (light(0, y, x), light(1, y, x), light(2, y, x)));
        shown.push((pixels, line.as_ref().to_owned()));
    }
    Ok(Gallery { pictures: shown })
}

impl Gallery {
    /// Shows it in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        show(self);
    }
}

impl std::fmt::Debug for Gallery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.pictures.iter().map(|(_, line)| line)).finish()
    }
}

impl Rich for Gallery {
    fn content(&self) -> Result<Content> {
        let mut html = String::from("<div style=\"display:flex;flex-wrap:wrap;gap:12px\">");
        for (pixels, line) in &self.pictures {
            let line = xml::escape(line);
            html += &format!(
                "<figure style=\"margin:0;width:{SHOWN}px\"><img alt=\"a small picture: {line}\" src=\"{}\">\
                 <figcaption style=\"font-size:12px\">{line}</figcaption></figure>",
                png_data_uri(&pixels.to_png(SHOWN, SHOWN)?)
            );
        }
        html += "</div>";
        let lines: Vec<&str> = self.pictures.iter().map(|(_, line)| line.as_str()).collect();
        Ok(Content::new(lines.join("\n"), html))
    }
}
