//! Processes and what they started: groups that are ended as one, and families as the system knows them.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, Command};

/// A process that was started as the leader of a group of its own, and the group. It is known beyond the leader's end:
/// what the leader started may outlive it. One that is gone already is no error anywhere here: that is what was wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group(Option<Pid>);

impl Group {
    /// Has the program that this command starts lead a group, apart from this terminal's signals.
    pub(crate) fn lead(command: &mut Command) {
        command.process_group(0).kill_on_drop(true);
    }

    /// The group that a started program leads.
    pub(crate) fn of(leader: &Child) -> Self {
        Self(leader.id().and_then(pid))
    }

    /// Sends a signal to every process of the group.
    pub(crate) fn signal(self, signal: Signal) {
        if let Some(group) = self.0 {
            let _ = kill_process_group(group, signal);
        }
    }

    /// Sends a signal to the leader alone.
    pub(crate) fn signal_leader(self, signal: Signal) {
        if let Some(leader) = self.0 {
            let _ = kill_process(leader, signal);
        }
    }

    /// The leader.
    pub(crate) fn leader(self) -> Option<Pid> {
        self.0
    }
}

/// A number of a process, where it is one.
pub(crate) fn pid(number: u32) -> Option<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw)
}

/// The children of a process, where the system tells them in `/proc`; none elsewhere.
pub(crate) fn children(parent: Pid) -> Vec<Pid> {
    family().into_iter().filter(|(_, theirs)| *theirs == parent).map(|(child, _)| child).collect()
}

/// The children of a process, their children, and so on.
pub(crate) fn descendants(of: Pid) -> Vec<Pid> {
    let family = family();
    let mut found = vec![of];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(family.iter().filter(|(_, theirs)| *theirs == parent).map(|(child, _)| *child));
        next += 1;
    }
    found.split_off(1)
}

/// Every process with its parent.
fn family() -> Vec<(Pid, Pid)> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter_map(|number| Some((pid(number)?, parent(number)?))).collect()
}

fn parent(number: u32) -> Option<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name, in brackets, may hold anything; the state and the parent follow it.
    let (_, fields) = stat.rsplit_once(')')?;
    pid(fields.split_ascii_whitespace().nth(1)?.parse().ok()?)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn families_are_known_and_groups_end_as_one() {
        let mut command = Command::new("sh");
        command.args(["-c", "sh -c 'sleep 300; true' & wait"]);
        Group::lead(&mut command);
        let mut shell = command.spawn().unwrap();
        let group = Group::of(&shell);
        let leader = group.leader().unwrap();
        let mut below = Vec::new();
        for _ in 0..500 {
            below = descendants(leader);
            if below.len() == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!((children(leader).len(), below.len()), (1, 2));
        assert!(children(rustix::process::getpid()).contains(&leader));
        group.signal(Signal::KILL);
        shell.wait().await.unwrap();
        for _ in 0..500 {
            if below.iter().all(|pid| parent(pid.as_raw_nonzero().get().unsigned_abs()) != Some(leader)) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{below:?} outlived their group");
    }
}
