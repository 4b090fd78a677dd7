//! Polite stops: the flag of the process and the file.

use std::time::{Duration, Instant};

use lstm::train::{Checkpoint, FILE_VARIABLE, check_interrupt, interrupt, interrupted};

use super::*;

#[test]
fn a_request_is_heard_once() {
    let _guard = alone();
    assert!(!interrupted());
    interrupt();
    assert!(interrupted() && interrupted());
    assert!(matches!(check_interrupt(), Err(Error::Interrupted { .. })));
    assert!(!interrupted());
    check_interrupt().unwrap();
}

#[test]
fn training_stops_after_an_update_saves_and_goes_on() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let (parameters, w) = ones();
    let mut trainer = Trainer::new(&parameters, Settings::default()).unwrap();
    let plan = Plan::updates(30).checkpoint(&path, 1000).quiet();
    let loss = |stop_at: usize| {
        let w = w.clone();
        move |update: usize| {
            if update == stop_at {
                interrupt();
            }
            Ok(w.sqr()?.sum_all()?)
        }
    };
    let message = trainer.fit(&plan, loss(11)).unwrap_err().to_string();
    for part in ["interrupted after update 12 of 30", "kept", "run.safetensors"] {
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(Checkpoint::read(&path).unwrap().updates(), 12);
    trainer.fit(&plan, loss(usize::MAX)).unwrap();
    assert_eq!(trainer.updates(), 30);
}

#[test]
fn a_file_stops_loops_as_long_as_it_exists() {
    let _guard = alone();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stop");
    // SAFETY: every test that reads this variable holds the guard, and no other reads or writes the environment.
    unsafe { std::env::set_var(FILE_VARIABLE, &file) };
    let eventually = |wanted: bool| {
        let start = Instant::now();
        while interrupted() != wanted {
            assert!(start.elapsed() < Duration::from_secs(5));
            std::thread::sleep(Duration::from_millis(1));
        }
        start.elapsed()
    };
    eventually(false);
    std::fs::write(&file, "").unwrap();
    let waited = eventually(true);
    assert!(waited < Duration::from_millis(500), "{waited:?}");
    assert!(check_interrupt().is_err() && check_interrupt().is_err());
    std::fs::remove_file(&file).unwrap();
    assert!(!interrupted()); // at once: the next cell must not hear of it
    // SAFETY: as above.
    unsafe { std::env::remove_var(FILE_VARIABLE) };
}
