//! What a kernel does before the first cell: the `lstm` crate in scope, a seed set, panics told with their place.

use std::path::Path;

/// The seed that a notebook starts with. A cell may set another.
pub(crate) const SEED: u64 = 42;

/// For a fresh engine: depends on the crate at `lstm`, brings its prelude into scope, prepares the process.
pub(super) fn first_cell(lstm: &Path) -> String {
    let path = lstm.display();
    format!(":dep lstm = {{ path = \"{path}\" }}\n:efmt {{:?}}\nuse lstm::prelude::*;\n{}", process_cell())
}

/// For a process that replaces a lost one: `use` lines and items are still known to evcxr, the rest is done again.
pub(super) fn process_cell() -> String {
    format!("{};\nlstm::random::seed({SEED});\n", include_str!("prelude_cell.rs").trim_end())
}
