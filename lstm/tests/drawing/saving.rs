//! Files appear whole or not at all.

use std::fs;

use lstm::figure;
use lstm::prelude::*;

use crate::support::{check_svg, decode_png};

fn chart() -> Figure {
    figure::loss_curve(&[("run", [2.0, 1.0])]).unwrap()
}

#[test]
fn the_extension_decides_the_form() {
    let folder = tempfile::tempdir().unwrap();
    let (svg, png) = (folder.path().join("a.SVG"), folder.path().join("a.png"));
    chart().save(&svg).unwrap();
    chart().save(&png).unwrap();
    check_svg(&fs::read_to_string(svg).unwrap());
    assert_eq!(decode_png(&fs::read(png).unwrap()).1, 1440);
    for name in ["a", "a.jpg", "svg"] {
        let error = chart().save(folder.path().join(name)).unwrap_err().to_string();
        assert!(error.starts_with("`path` must be a file name that ends in .svg or .png, got "), "{error}");
    }
    let error = diagram::gate().save(folder.path().join("a.png")).unwrap_err().to_string();
    assert!(error.contains("ends in .svg"), "{error}");
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = format!("{:?}", chart().save(folder.path().join("none/a.svg")).unwrap_err());
    assert!(error.contains("a.svg") && error.contains("does not exist; create it first"), "{error}");
}

#[test]
fn a_failed_write_leaves_what_was_there_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    // A folder in the file's place: all is written beside it, and only the last step, the rename, fails.
    let path = folder.path().join("a.svg");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("old"), "old").unwrap();
    let error = format!("{:?}", chart().save(&path).unwrap_err());
    assert!(error.starts_with("cannot write"), "{error}");
    assert_eq!(fs::read_to_string(path.join("old")).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_file() {
    // A process that may write no more than two blocks of a file gets an error in the middle, as on a full disk.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.svg");
    fs::write(&path, "old").unwrap();
    let me = std::env::current_exe().unwrap();
    let command =
        format!("trap '' XFSZ; ulimit -f 2; exec '{}' --exact saving::saves_for_its_parent --ignored", me.display());
    let status = std::process::Command::new("bash")
        .args(["-c", &command])
        .env("LSTM_TEST_SAVE", &path)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(!status.success(), "the write was meant to fail");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
}

#[test]
#[ignore = "run by the test above, in a process that cannot write much"]
fn saves_for_its_parent() {
    let path = std::env::var_os("LSTM_TEST_SAVE").unwrap();
    let error = chart().save(path).unwrap_err();
    // Failing is what the parent waits for.
    panic!("{error:?}");
}

#[cfg(unix)]
#[test]
fn a_saved_file_has_ordinary_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (ours, ordinary) = (folder.path().join("a.svg"), folder.path().join("b"));
    chart().save(&ours).unwrap();
    fs::write(&ordinary, "").unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&ordinary));
}
