//! A process that ends when the one that started it dies, whatever kills that one.

use std::process::Command;

/// Has the system kill the program that this command starts when the thread that starts it is gone. Linux offers it;
/// elsewhere the programs notice by themselves, since their pipes and sockets close.
pub(crate) fn share(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt as _;
        let parent = rustix::process::getpid();
        // SAFETY: between fork and exec only two system calls are made, both async-signal-safe.
        #[expect(unsafe_code, reason = "only a hook between fork and exec can set this up without a gap")]
        unsafe {
            command.pre_exec(move || {
                rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
                // The parent may have died before the line above.
                if rustix::process::getppid() == Some(parent) { Ok(()) } else { Err(rustix::io::Errno::SRCH.into()) }
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}
