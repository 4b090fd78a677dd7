//! Stopping a loop politely: a request that loops ask for, in place of a signal that kills them.
//!
//! The request is a flag of the process, set by [`interrupt`], or a file: while the file that the environment variable
//! `LSTM_INTERRUPT_FILE` names exists, loops shall stop. A kernel makes it when its interrupt button is pressed, and
//! removes it before the next cell.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use crate::{Error, Result};

/// The environment variable that names the file.
pub const FILE_VARIABLE: &str = "LSTM_INTERRUPT_FILE";

/// How long the file's absence is believed, in milliseconds.
const POLL_EVERY: u64 = 50;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// When the file was last looked for, in milliseconds since [`START`], plus one; 0 before the first look.
static LOOKED: AtomicU64 = AtomicU64::new(0);

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Asks the loops of this process to stop. The first [`check_interrupt`] after it fails and takes the request back.
///
/// ```
/// use lstm::train;
///
/// train::interrupt();
/// assert!(train::interrupted());
/// assert!(train::check_interrupt().is_err());
/// assert!(!train::interrupted()); // it has been heard
/// ```
pub fn interrupt() {
    REQUESTED.store(true, Ordering::SeqCst);
}

/// Whether a stop was asked for. Cheap enough for every step of a loop: the file is looked for at most every 50 ms.
///
/// ```
/// let mut rounds = 0;
/// while !lstm::train::interrupted() && rounds < 3 {
///     rounds += 1;
/// }
/// assert_eq!(rounds, 3); // nobody asked
/// ```
pub fn interrupted() -> bool {
    REQUESTED.load(Ordering::SeqCst) || file_exists()
}

/// Fails with [`Error::Interrupted`] if a stop was asked for: `train::check_interrupt()?` in a loop of your own makes it
/// stop where a [`Trainer`](super::Trainer) would.
///
/// ```
/// use lstm::train;
///
/// let count = || -> lstm::Result<usize> {
///     for step in 0..1000 {
///         train::check_interrupt()?;
///         if step == 10 {
///             train::interrupt(); // as the kernel's stop button does
///         }
///     }
///     Ok(1000)
/// };
/// assert!(count().is_err());
/// assert!(!train::interrupted()); // the next loop runs
/// ```
pub fn check_interrupt() -> Result<()> {
    if !take_request() {
        return Ok(());
    }
    Err(Error::Interrupted { place: "between two steps of a loop".to_owned(), kept: "variables are kept".to_owned() })
}

/// Whether a stop was asked for; a request by [`interrupt`] is taken back, since it has now been heard.
pub(super) fn take_request() -> bool {
    REQUESTED.swap(false, Ordering::SeqCst) || file_exists()
}

fn file_exists() -> bool {
    let now = START.elapsed().as_millis() as u64 + 1;
    let last = LOOKED.load(Ordering::Relaxed);
    if last != 0 && now < last + POLL_EVERY {
        return false;
    }
    let exists = std::env::var_os(FILE_VARIABLE).is_some_and(|file| Path::new(&file).exists());
    // A file that is there is looked for again at once: whoever made it may take it away.
    LOOKED.store(if exists { 0 } else { now }, Ordering::Relaxed);
    exists
}
