//! What a kernel does before the first cell: the `lstm` crate in scope, a seed set, panics told with their place.

use std::path::Path;

/// The seed that a notebook starts with. A cell may set another.
pub(crate) const SEED: u64 = 42;

/// What the kernel's own cells print last: evcxr may answer "ok" to a cell that it has not run.
pub(super) const READY: &str = "lstm-kernel is ready";

/// For a fresh engine: depends on the crate at `lstm`, brings its prelude into scope, prepares the process.
pub(super) fn first_cell(lstm: &Path) -> String {
    let path = lstm.display();
    // Warnings are allowed: where evcxr cannot tell a variable's type it reports them instead of the reason. The `?`
    // has evcxr learn now that cells may return errors: the first cell that does is compiled once more for it, and shows
    // its value as plain text only.
    format!(
        ":dep lstm = {{ path = \"{path}\" }}\n:efmt {{:?}}\n#![allow(warnings)]\nuse lstm::prelude::*;\n{}Ok::<(), Error>(())?;\n",
        process_cell()
    )
}

/// For a process that replaces a lost one: `use` lines and items are still known to evcxr, the rest is done again.
pub(super) fn process_cell() -> String {
    let hook = include_str!("prelude_cell.rs").trim_end();
    format!("{hook};\nlstm::random::seed({SEED});\nprintln!(\"{READY}\");\n")
}

/// What a spare engine runs before it waits: a network and its pass forward, as first cells have them, so that
/// rust-analyzer and the compiler have read what they need. Nothing of it is left: the second cell moves the variables
/// away and sets the generator back.
pub(super) fn warming_cells() -> [String; 2] {
    let network = "let warmed1 = Parameters::seeded(1, DType::F32, &Device::Cpu);\n\
                   let warmed2 = Lstm::new(2, 2, Options::default(), warmed1.builder())?;\n\
                   let (warmed3, warmed4) = warmed2.forward(&random::randn((1, 1, 2), &Device::Cpu)?, None)?;\n\
                   println!(\"{:?}\", warmed3.dims());\n";
    let end =
        format!("drop((warmed1, warmed2, warmed3, warmed4));\nlstm::random::seed({SEED});\nprintln!(\"{READY}\");\n");
    [network.to_owned(), end]
}

/// A cell that evcxr refuses after it had cargo check it: a closure cannot be kept in a variable. Once this has run,
/// the dependencies are compiled for checking too, and a cell with a mistake is answered in a second, not in a minute.
pub(super) const REFUSED_AFTER_CHECK: &str = "let never_kept = || ();";
