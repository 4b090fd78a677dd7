//! An engine that changes hands: from the process that kept it as a spare to the front that takes it.

use super::connection::{self, Incoming};
use super::life::Life;
use super::process::{Engine, Place};
use super::relays;
use crate::error::{Error, Result};
use crate::processes;
use crate::relay::{Command, Event};
use crate::settle::Settling;
use jupyter_protocol::ConnectionInfo;
use serde::{Deserialize, Serialize};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::sync::mpsc;

/// How long the engine may take to answer its new front.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the process that runs cells may take to settle.
const SETTLE_PATIENCE: Duration = Duration::from_secs(2);

/// What a front must know to take an engine; two descriptors go with it: the socket at which relays are awaited, and the
/// line to the relay of the moment.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Given {
    place: Place,
    connection: ConnectionInfo,
    engine: u32,
}

/// An engine that has been given away. It is still this process's child, and ends with this value.
pub(crate) struct Kept {
    life: Life,
}

impl Kept {
    /// Waits for the engine's end.
    pub(crate) async fn ended(&mut self) {
        self.life.ended().await;
    }
}

impl Engine {
    /// Gives an idle engine away, once it and the process behind it have settled where the front wants them.
    pub(crate) async fn give(mut self, settling: &Settling) -> Result<(Kept, Given, [OwnedFd; 2])> {
        let line = self.settle.take().ok_or_else(|| Error::KernelDied("it was given away before".to_owned()))?;
        line.settle(settling)?;
        self.settle_runtime(settling).await?;
        let descriptors = self.relay.give().await?;
        let engine = self.life.process().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs());
        let given = Given { place: self.place, connection: self.info, engine };
        Ok((Kept { life: self.life }, given, descriptors))
    }

    /// Has the process that runs cells settle, by way of its relay.
    async fn settle_runtime(&mut self, settling: &Settling) -> Result<()> {
        let settled = async {
            if !self.relay.send(Command::Settle(settling.clone())).await {
                return false;
            }
            while let Ok(incoming) = self.next().await {
                if let Incoming::Relay(Event::Settled(settled)) = incoming {
                    return settled;
                }
            }
            false
        };
        match tokio::time::timeout(SETTLE_PATIENCE, settled).await {
            Ok(true) => Ok(()),
            _ => Err(Error::KernelDied("the process that runs cells did not settle".to_owned())),
        }
    }

    /// Takes an engine that was given away; `keeper` is the line to the process that kept it.
    pub(crate) async fn take(given: Given, [listener, relay]: [OwnedFd; 2], keeper: UnixStream) -> Result<Self> {
        let (sender, incoming) = mpsc::unbounded_channel();
        let wrong = || Error::file("take over", Path::new("the socket of relays"));
        let (listener, stream) =
            (relays::listener(listener).map_err(wrong())?, relays::stream(relay).map_err(wrong())?);
        let line = relays::serve_at(listener, Some(stream), sender.clone());
        let connection = connection::connect(&given.connection, &sender, || true).await?;
        let life = Life::Lent(keeper, processes::pid(given.engine));
        let mut engine = Self::new(given.place, given.connection, life, connection, incoming, line, None);
        match tokio::time::timeout(PATIENCE, engine.greet(&mut String::new())).await {
            Ok(greeted) => greeted.map(|()| engine),
            Err(_) => Err(Error::KernelDied("the spare engine did not answer in time".to_owned())),
        }
    }
}
