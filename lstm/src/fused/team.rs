//! Threads that work on one layer together, and their meeting point at each step.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, TryLockError};
use std::{hint, thread};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::plan::{Share, Sizes, plan};

/// The members besides the calling thread. A pool of its own: they wait for each other, which work in a shared pool must not.
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let helpers = size().checked_sub(1).filter(|&helpers| helpers > 0)?;
    // Without them the calling thread works alone.
    ThreadPoolBuilder::new().num_threads(helpers).thread_name(|n| format!("lstm-fused-{n}")).build().ok()
});

/// Held while the helpers work: two teams of them at once could wait for each other.
static BUSY: Mutex<()> = Mutex::new(());

/// How many threads can work together.
pub(super) fn size() -> usize {
    candle_core::utils::get_num_threads()
}

/// Calls `work` with 0, 1 … `members - 1`, all at once where that is possible. Returns false, and has done nothing, where
/// it is not: then the caller plans for one member.
pub(super) fn run(members: usize, work: impl Fn(usize) + Sync) -> bool {
    if members == 1 {
        work(0);
        return true;
    }
    let _busy = match BUSY.try_lock() {
        Ok(busy) => busy,
        // A member failed; nothing here depends on what it left.
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return false,
    };
    let Some(helpers) = HELPERS.as_ref().filter(|helpers| members <= helpers.current_num_threads() + 1) else {
        return false;
    };
    helpers.in_place_scope(|scope| {
        scope.spawn_broadcast(|_, helper| {
            if helper.index() + 1 < members {
                work(helper.index() + 1);
            }
        });
        work(0);
    });
    true
}

/// Shares out a layer's work: calls `work` for every share of a plan, at once where the team is free, else one after the other.
pub(super) fn share_out(sizes: Sizes, work: impl Fn(&Share, &Meeting) + Sync) {
    for threads in [size(), 1] {
        let plan = plan(sizes, threads);
        let meetings: Vec<Meeting> = (0..sizes.directions).map(|_| Meeting::new(plan.partners)).collect();
        let run_member = |member: usize| {
            for share in &plan.members[member] {
                work(share, &meetings[share.direction]);
            }
        };
        if run(plan.members.len(), run_member) {
            break;
        }
    }
}

/// Where the members of a team wait until all have come. It spins, since they come within microseconds of each other.
#[repr(align(128))]
pub(super) struct Meeting {
    members: usize,
    arrived: AtomicUsize,
    round: Watched,
    broken: AtomicBool,
}

/// What waiting members look at, on a cache line of its own.
#[repr(align(128))]
struct Watched(AtomicUsize);

/// Rounds of looking before a member gives its core to others.
const PATIENCE: usize = 1000;

impl Meeting {
    pub(super) fn new(members: usize) -> Self {
        Self {
            members,
            arrived: AtomicUsize::new(0),
            round: Watched(AtomicUsize::new(0)),
            broken: AtomicBool::new(false),
        }
    }

    /// Waits for the others; what they wrote before is visible after.
    #[inline]
    pub(super) fn wait(&self) {
        if self.members == 1 {
            return;
        }
        let round = self.round.0.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.members {
            self.arrived.store(0, Ordering::Relaxed);
            self.round.0.fetch_add(1, Ordering::Release);
            return;
        }
        let mut looks = 0;
        while self.round.0.load(Ordering::Acquire) == round {
            assert!(!self.broken.load(Ordering::Relaxed), "another thread of this layer failed");
            looks += 1;
            if looks < PATIENCE {
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
    }

    /// To be held while a member works: if it fails, the others do not wait for it for ever.
    pub(super) fn attend(&self) -> impl Drop {
        Attendance(self)
    }
}

struct Attendance<'a>(&'a Meeting);

impl Drop for Attendance<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.broken.store(true, Ordering::Relaxed);
        }
    }
}
