//! The process that keeps a spare engine: starts it, waits, gives it to a kernel, and ends it with that kernel.

use super::freshness::{self, Freshness};
use super::house::{self, House};
use super::line::{self, Guest, Request};
use super::{identity, patience};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::processes;
use crate::warm::{self, Slot};
use rustix::process::{Signal, getpid, kill_process_group};
use std::io::BufRead as _;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::UnixStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// How often a spare that waits is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long to wait for the end of a keeper that is to be replaced.
const REPLACE_PATIENCE: Duration = Duration::from_secs(5);

/// A line, and what was asked on it.
type Asked = (UnixStream, Request);

/// Does what `lstm-kernel spare` is started for; returns when the engine has ended or was never wanted.
pub(crate) fn keep() -> Result<()> {
    let Some(patience) = patience() else { return Ok(()) };
    // Apart from the client that ends its kernel and its group: a restarted kernel is what a spare is for.
    let _ = rustix::process::setsid();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::file("start threads for", Path::new("lstm-kernel spare")))?;
    let kept = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).map_err(Error::file("listen for", Path::new("SIGTERM")))?;
        tokio::select! {
            kept = keep_for(patience) => kept,
            _ = terminate.recv() => Ok(()),
        }
    });
    runtime.shutdown_background();
    kept
}

async fn keep_for(patience: Duration) -> Result<()> {
    if !freshness::may_start() || !matches!(warm::status()?, warm::Status::Ready(_)) {
        return Ok(());
    }
    let identity = identity::of_this_process()?;
    // Declared before the house: whoever asked for the end hears of it when the next keeper can move in.
    let mut asked = None;
    let Some(house) = enter(&identity).await? else { return Ok(()) };
    let fresh = Freshness::watch()?;
    let Some((mut engine, slot)) = prepare(&house, &identity, &mut asked).await? else { return Ok(()) };
    if asked.is_none() {
        house.tell(&identity, true)?;
        asked = wait(&house, &identity, &mut engine, &fresh, Instant::now() + patience).await;
    }
    match asked {
        Some((stream, Request::Take(guest))) if fresh.holds() => {
            // From here on another spare may be started.
            drop(house);
            let line = serve(stream, guest, engine).await?;
            drop(slot);
            // By this the kernel hears that all is gone.
            drop(line);
        }
        asked => {
            engine.shut_down().await;
            drop((slot, house));
            // And so does whoever asked for the end.
            drop(asked);
        }
    }
    Ok(())
}

/// Moves in; a keeper of another identity is asked to go, since its engine would fit no kernel like the one that had
/// this one started.
async fn enter(identity: &str) -> Result<Option<House>> {
    if let Some(house) = House::enter(identity)? {
        return Ok(Some(house));
    }
    if house::found().is_none_or(|found| found.identity == identity) {
        return Ok(None);
    }
    let _ = tokio::time::timeout(REPLACE_PATIENCE, line::end_and_wait()).await;
    House::enter(identity)
}

/// Makes the engine. The first kernel that comes meanwhile waits for it in `asked`: that is sooner than one of its own.
/// Others are sent away at once. `None` where the engine is not wanted any more.
async fn prepare(house: &House, identity: &str, asked: &mut Option<Asked>) -> Result<Option<(Engine, Slot)>> {
    let pause = Pause::listen();
    let preparing = start();
    tokio::pin!(preparing);
    loop {
        tokio::select! {
            prepared = &mut preparing => {
                // A pause may have come after the engine's last word.
                signal_children(Signal::CONT);
                return prepared.map(Some);
            }
            (stream, request) = next_request(house, identity) => match request {
                Request::End => {
                    *asked = Some((stream, request));
                    return Ok(None);
                }
                Request::Take(_) if asked.is_some() => drop(stream),
                Request::Take(_) => {
                    *asked = Some((stream, request));
                    signal_children(Signal::CONT);
                }
            },
            () = pause.obey(), if asked.is_none() => {}
        }
    }
}

/// An engine that waits for its first cell, with the types of one inferred already.
async fn start() -> Result<(Engine, Slot)> {
    let slot = tokio::task::spawn_blocking(|| Slot::new(warm::prepare()?));
    let slot = slot.await.map_err(|error| Error::KernelDied(error.to_string()))??;
    let mut engine = Engine::start(slot.place(Path::new("/")), |_| {}).await?;
    engine.warm_up_types().await?;
    Ok((engine, slot))
}

/// Waits for a kernel; `None` where the engine has waited long enough, or is not what a kernel would start now.
async fn wait(house: &House, identity: &str, engine: &mut Engine, fresh: &Freshness, until: Instant) -> Option<Asked> {
    // Made once: a line that was accepted is not lost when it is time to look.
    let request = next_request(house, identity);
    tokio::pin!(request);
    loop {
        let look = Instant::now() + LOOK_EVERY;
        tokio::select! {
            asked = &mut request => return Some(asked),
            _ = engine.ended() => return None,
            () = sleep_until(look.min(until)) => {
                if Instant::now() >= until || !fresh.holds() || !house.stands() || !freshness::may_stay() {
                    return None;
                }
            }
        }
    }
}

/// Waits for a request that can be met. Others find their line closed.
async fn next_request(house: &House, identity: &str) -> Asked {
    loop {
        let Ok((mut stream, _)) = house.listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        match line::request(&mut stream).await {
            Some(Request::Take(guest)) if guest.identity != identity => {}
            Some(request) => return (stream, request),
            None => {}
        }
    }
}

/// Gives the engine to the kernel, then waits until one of the two ends; the line to the kernel.
async fn serve(mut stream: UnixStream, guest: Guest, engine: Engine) -> Result<UnixStream> {
    let settling = identity::settling(guest.folder, &guest.variables);
    let (mut kept, given, descriptors) = engine.give(&settling).await?;
    line::give(&mut stream, &given, &descriptors).await?;
    drop(descriptors);
    let mut nothing = [0];
    tokio::select! {
        () = kept.ended() => {}
        // Whatever the kernel says now is its end.
        _ = stream.read(&mut nothing) => {}
    }
    drop(kept);
    Ok(stream)
}

/// Stops the processes that are being started while the kernel that had them started runs a cell.
struct Pause(watch::Receiver<bool>);

impl Pause {
    /// Hears the kernel on standard input: a line that says `pause`, or another.
    fn listen() -> Self {
        let (say, pause) = watch::channel(false);
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                say.send_replace(line == "pause");
            }
            // Nobody is left to be disturbed.
            say.send_replace(false);
        });
        Self(pause)
    }

    /// Obeys until dropped.
    async fn obey(&self) {
        let mut pause = self.0.clone();
        loop {
            signal_children(if *pause.borrow_and_update() { Signal::STOP } else { Signal::CONT });
            if pause.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Sends a signal to the groups that this process's children lead.
fn signal_children(signal: Signal) {
    for child in processes::children(getpid()) {
        let _ = kill_process_group(child, signal);
    }
}
