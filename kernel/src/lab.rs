//! `lstm-kernel lab`: everything made ready, then JupyterLab on the course until Ctrl-C.

use crate::error::{Error, Result};
use crate::processes::Group;
use crate::{install, output, paths, python, spare, warm};
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// How long JupyterLab may take to shut its kernels down.
const PATIENCE: Duration = Duration::from_secs(20);

/// Prepares everything that is not ready yet and opens JupyterLab on the notebooks.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// The folder to open instead of the course
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print the address and open no browser
    #[arg(long)]
    no_browser: bool,
    /// The port to listen on; the next free one where it is taken
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Arguments handed to JupyterLab as they are
    #[arg(last = true, value_name = "JUPYTERLAB ARGUMENTS")]
    rest: Vec<String>,
}

/// Does what `lstm-kernel lab` was asked; returns when JupyterLab has ended.
///
/// # Errors
/// A usage error for a folder that is none, what was missing, and JupyterLab's own exit code.
pub(crate) fn open(options: &Options) -> Result<()> {
    let (root, start) = folders(options)?;
    let environment = python::environment(python::Kind::Lab)?;
    install::install_in_prefix(&environment.prefix)?;
    let _in_use = warm::prepare()?;
    let mut command = Command::new(environment.python());
    command
        .args(["-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", "--Application.log_level=WARN"])
        .arg(format!("--ServerApp.root_dir={}", root.display()))
        .arg(format!("--FileContentsManager.preferred_dir={}", start.display()))
        .arg(format!("--MultiKernelManager.default_kernel_name={}", install::NAME))
        .args(options.port.map(|port| format!("--ServerApp.port={port}")))
        .args((options.no_browser || !has_browser()).then_some("--no-browser"))
        // Containers often have no other user; who asks for a lab there has decided that already.
        .args(rustix::process::geteuid().is_root().then_some("--allow-root"))
        .args(&options.rest)
        .env("JUPYTER_PREFER_ENV_PATH", "1")
        .stdin(Stdio::null());
    Group::lead(&mut command);
    spare::begin();
    output::say(&format!("JupyterLab opens {}; its address follows. Ctrl-C stops it.\n", start.display()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::file("start threads for", Path::new("lstm-kernel lab")))?;
    let served = runtime.block_on(serve(command));
    drop(runtime);
    spare::end();
    served
}

/// The folder that JupyterLab may reach and the one that it shows first: the notebooks, within the whole course, since
/// they show its images.
fn folders(options: &Options) -> Result<(PathBuf, PathBuf)> {
    if let Some(folder) = &options.folder {
        if !folder.is_dir() {
            return Err(Error::Usage(format!("{}: no such folder, expected one with notebooks", folder.display())));
        }
        let folder = folder.canonicalize().map_err(Error::file("read", folder))?;
        return Ok((folder.clone(), folder));
    }
    let course = paths::course()?;
    let course = course.canonicalize().map_err(Error::file("read", &course))?;
    let notebooks = course.join("notebooks");
    if !notebooks.is_dir() {
        return Err(Error::Missing {
            what: format!("the course has no folder {}", notebooks.display()),
            remedy: "check out the whole course, or name another folder: lstm-kernel lab DIR".to_owned(),
        });
    }
    Ok((course, notebooks))
}

/// Whether a browser could be shown. Without a display Python might open one in this terminal.
fn has_browser() -> bool {
    cfg!(target_os = "macos")
        || ["BROWSER", "DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}

/// Waits for the server's end. A first signal asks it to end, which shuts its kernels down without a question; a second
/// one kills it.
async fn serve(mut command: Command) -> Result<()> {
    let listen = |kind| signal(kind).map_err(Error::file("listen for signals in", Path::new("lstm-kernel lab")));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    let failed = |why: String| Error::Program { program: "JupyterLab".to_owned(), why };
    let mut server = command.spawn().map_err(|error| failed(format!("it does not start: {error}")))?;
    let group = Group::of(&server);
    tokio::select! {
        status = server.wait() => return verdict(status.map_err(|error| failed(error.to_string()))?),
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    output::say("\nstopping JupyterLab and its kernels\n")?;
    group.signal(Signal::TERM);
    tokio::select! {
        () = ended(&mut server) => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    group.signal(Signal::KILL);
    Ok(())
}

async fn ended(server: &mut Child) {
    let _ = tokio::time::timeout(PATIENCE, server.wait()).await;
}

fn verdict(status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(Error::Exited {
        program: "JupyterLab",
        status,
        code: status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(4),
    })
}
