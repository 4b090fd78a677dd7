//! The connection file of one kernel: a private folder, a fresh key, five ports that nobody else is given.

use crate::error::{Error, Result};
use crate::paths;
use jupyter_protocol::{ConnectionInfo, Transport};
use rand::RngCore as _;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Where ports are taken from. Below the ranges from which Linux and macOS number outgoing connections: a client that
/// keeps knocking at a port in that range, before its kernel listens there, may one day be given the very same number
/// for its own end, and then talks to itself while the kernel finds the port taken.
const PORTS: Range<u16> = 10_000..32_000;

/// Ports given out by this process. A kernel opens its ports seconds after it was told of them, so a port that looks
/// free may be promised.
static GIVEN: Mutex<Vec<u16>> = Mutex::new(Vec::new());

/// A connection file and the folder, readable by this user only, that goes away with it.
#[derive(Debug)]
pub(crate) struct Connection {
    /// What the file says.
    pub(crate) info: ConnectionInfo,
    /// The file.
    pub(crate) file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Connection {
    /// A connection with its file in a folder of its own.
    pub(crate) fn create() -> Result<Self> {
        let folder = paths::private_temporary()?;
        let file = folder.path().join("connection.json");
        Ok(Self { info: write(&file)?, file, _folder: folder })
    }
}

/// Makes up a connection on the loopback interface and writes its file, for this user's eyes only.
pub(crate) fn write(file: &Path) -> Result<ConnectionInfo> {
    let [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports()?;
    let mut key = [0_u8; 32];
    rand::rng().fill_bytes(&mut key);
    let info = ConnectionInfo {
        ip: Ipv4Addr::LOCALHOST.to_string(),
        transport: Transport::TCP,
        shell_port,
        iopub_port,
        stdin_port,
        control_port,
        hb_port,
        key: crate::text::hex(&key),
        signature_scheme: "hmac-sha256".to_owned(),
        kernel_name: None,
    };
    let text = serde_json::to_vec_pretty(&info).map_err(std::io::Error::from).map_err(Error::file("write", file))?;
    paths::write_private(file, &text)?;
    Ok(info)
}

/// Five ports of the loopback interface that are free now and that this process has not given out before.
fn ports() -> Result<[u16; 5]> {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut found = [0; 5];
    for port in &mut found {
        *port = std::iter::repeat_with(|| rand::random_range(PORTS))
            .take(10_000)
            .find(|candidate| {
                !given.contains(candidate) && TcpListener::bind((Ipv4Addr::LOCALHOST, *candidate)).is_ok()
            })
            .ok_or_else(|| Error::Missing {
                what: format!("no free port on the loopback interface between {} and {}", PORTS.start, PORTS.end),
                remedy: "end programs that listen there, or run fewer notebooks at once".to_owned(),
            })?;
        given.push(*port);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn files_are_private_and_ports_are_never_shared() {
        let made: Vec<Connection> = (0..4).map(|_| Connection::create().unwrap()).collect();
        let mut ports: Vec<u16> = made
            .iter()
            .flat_map(|Connection { info, .. }| {
                [info.shell_port, info.iopub_port, info.stdin_port, info.control_port, info.hb_port]
            })
            .collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 20);
        assert_ne!(made[0].info.key, made[1].info.key);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&made[0].file), 0o600);
        assert_eq!(mode(made[0].file.parent().unwrap()), 0o700);
        let folder = made[0].file.parent().unwrap().to_owned();
        drop(made);
        assert!(!folder.exists());
    }
}
