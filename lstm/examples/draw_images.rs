//! Redraws every diagram and the logo into `images/` beside the crate, or into the folder named as an argument.

use std::path::PathBuf;

fn main() -> lstm::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../images")), PathBuf::from);
    for path in lstm::diagram::draw_all(&folder)? {
        println!("{}", path.display());
    }
    Ok(())
}
