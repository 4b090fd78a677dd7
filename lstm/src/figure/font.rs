//! The font of every chart: DejaVu Sans, carried inside the crate.
//!
//! plotters measures and rasterises text with fonts registered here, never with the system's, so a PNG looks the same
//! on a laptop and in a container that has no font at all. DejaVu Sans was chosen because it draws every sign that a
//! lecture on gradients writes (∂ ‖ σ α ₜ ᵗ ⁻⁹ c̃), which the lighter interface fonts do not, and because its licence
//! lets programs embed it. An SVG names only the generic `sans-serif`, and the viewer picks.

use std::sync::OnceLock;

use plotters::style::{FontStyle, register_font};

use crate::{Error, Result};

/// The family name that charts use, and that plotters code in a notebook can use after [`register`].
pub(crate) const FAMILY: &str = "sans-serif";

/// Registers the embedded font with plotters as `sans-serif`, regular and bold.
///
/// Charts of this module call it themselves. Call it before drawing with plotters directly, which otherwise fails for
/// want of a font. Only the first call in a process does anything, and it replaces a `sans-serif` registered before.
///
/// ```
/// lstm::figure::register_font()?; // from here on plotters finds `sans-serif`
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Figure`] if plotters refuses the font.
pub fn register() -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let accepted = *DONE.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && register_font(FAMILY, FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    if accepted {
        return Ok(());
    }
    Err(Error::Figure { what: "text", why: "plotters refused the embedded font".into() })
}
