//! Which kernels a spare engine may go to: those of the same program, started under the same limits, with the same
//! environment where it matters.

use crate::environment::{self, may_differ, stamp};
use crate::error::{Error, Result};
use crate::settle::Settling;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What of `/proc/self/status` tells of limits and rights.
const RIGHTS: [&str; 8] = ["Umask", "Uid", "Gid", "Groups", "CapEff", "NoNewPrivs", "Seccomp", "Cpus_allowed_list"];

/// A digest of everything that must be equal for a spare engine to be handed over.
pub(super) fn of_this_process() -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(program()?);
    digest.update(surroundings());
    environment::digest(&mut digest);
    Ok(crate::text::hex(digest.finalize().iter().take(16)))
}

/// The program: another build of it has another file.
fn program() -> Result<String> {
    let path = std::env::current_exe().map_err(Error::file("find", Path::new("this program")))?;
    // Not by its path: the file may be another one by now.
    let running = Path::new("/proc/self/exe");
    let file = running.metadata().or_else(|_| path.metadata()).map_err(Error::file("read", &path))?;
    Ok(format!("{}\n{}", path.display(), stamp(&file)))
}

/// Limits, rights and namespaces: an engine must not carry one kernel's into another.
fn surroundings() -> String {
    let read = |name: &str| std::fs::read_to_string(Path::new("/proc/self").join(name)).unwrap_or_default();
    let status = read("status");
    let rights = status.lines().filter(|line| RIGHTS.iter().any(|name| line.split(':').next() == Some(name)));
    // Jupyter's server raises the limit of open files for itself and so for its kernels.
    let limits = read("limits");
    let limits = limits.lines().filter(|line| !line.starts_with("Max open files"));
    let mut text: String = rights.chain(limits).flat_map(|line| [line, "\n"]).collect();
    text += &read("cgroup");
    text += &read("oom_score_adj");
    // The priority.
    text += read("stat").rsplit(')').next().and_then(|fields| fields.split(' ').nth(17)).unwrap_or_default();
    let mut links: Vec<PathBuf> = vec!["/proc/self/root".into()];
    links.extend(std::fs::read_dir("/proc/self/ns").into_iter().flatten().flatten().map(|entry| entry.path()));
    links.sort();
    for link in links {
        text += &std::fs::read_link(link).map(|to| to.display().to_string()).unwrap_or_default();
        text.push('\n');
    }
    text
}

/// The variables of this process that may differ.
pub(super) fn variables() -> BTreeMap<String, String> {
    let differing = std::env::vars_os().filter(|(name, _)| may_differ(name));
    differing.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}

/// How this process's environment becomes the one with `theirs` in it.
pub(super) fn settling(folder: PathBuf, theirs: &BTreeMap<String, String>) -> Settling {
    let ours = variables();
    let changed = theirs.iter().filter(|(name, value)| ours.get(*name) != Some(value));
    let changed = changed.map(|(name, value)| (name.clone(), Some(value.clone())));
    let removed = ours.keys().filter(|name| !theirs.contains_key(*name)).map(|name| (name.clone(), None));
    Settling { folder, environment: changed.chain(removed).filter(|(name, _)| may_differ(name.as_ref())).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_the_same_from_one_moment_to_the_next() {
        assert_eq!(of_this_process().unwrap(), of_this_process().unwrap());
    }

    #[test]
    fn only_what_user_code_looks_at_is_changed() {
        let theirs = BTreeMap::from([("JPY_A", "1"), ("PATH", "/evil"), ("LD_PRELOAD", "x")]);
        let theirs = theirs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let settling = settling("/".into(), &theirs);
        assert!(settling.environment.contains(&("JPY_A".to_owned(), Some("1".to_owned()))));
        assert!(settling.environment.iter().all(|(name, _)| may_differ(name.as_ref())), "{settling:?}");
    }
}
