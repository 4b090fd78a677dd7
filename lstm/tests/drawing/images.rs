//! The committed pictures are those that the code draws.

use std::fs;
use std::path::Path;

use lstm::diagram;

#[test]
fn images_are_up_to_date() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../images"));
    let stale: Vec<String> = diagram::files()
        .unwrap()
        .into_iter()
        .filter(|(name, bytes)| fs::read(folder.join(name)).ok().as_ref() != Some(bytes))
        .map(|(name, _)| name)
        .collect();
    assert!(stale.is_empty(), "missing or stale in images/: {stale:?}; run `{}`", diagram::REDRAW);
}

#[test]
fn redrawing_writes_all_of_them_and_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = folder.path().join("photo.jpg");
    fs::write(&theirs, "theirs").unwrap();
    let written = diagram::draw_all(folder.path()).unwrap();
    assert_eq!(written.len(), diagram::files().unwrap().len());
    assert!(written.iter().all(|path| path.is_file()));
    assert_eq!(fs::read_to_string(theirs).unwrap(), "theirs");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = diagram::draw_all(file.join("images")).unwrap_err().to_string();
    assert!(error.starts_with("cannot make the folder"), "{error}");
}
