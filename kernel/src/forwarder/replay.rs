//! A cell's build without cargo: where nothing but the cell has changed, rustc is called as cargo called it last.
//!
//! Before it calls rustc, cargo looks at all crates that the course depends on, which takes longer than a short cell. It
//! calls rustc through a script, the recorder, which writes the call down.

use crate::environment;
use crate::error::Result;
use crate::output;
use sha2::{Digest as _, Sha256};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml::{Table, Value};

/// cargo's variable for a program through which it calls rustc for a workspace's own packages.
const WRAPPER: &str = "RUSTC_WORKSPACE_WRAPPER";
/// Names the file for the call, and says what everything looked like when it was made.
const CALL: &str = "LSTM_KERNEL_CALL";
const STATE: &str = "LSTM_KERNEL_CALL_STATE";
/// What cargo tells rustc of its own process, which a repeated call does not have.
const OF_CARGO: [&str; 3] = ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"];
/// evcxr's name for the crate of a cell.
const CRATE: &str = "ctx";
/// The commands whose calls are repeated.
const COMMANDS: [&str; 2] = ["build", "check"];
/// What in `[build]` of cargo's configuration changes how it calls rustc, and not what it calls it with.
const BETWEEN: [&str; 3] = ["rustc-wrapper", "rustc-workspace-wrapper", "jobs"];
/// What makes an editable folder of a published crate there, or names further files.
const ELSEWHERE: [&str; 3] = ["patch", "paths", "include"];

const SCRIPT: &str = r#"#!/bin/sh
# cargo calls rustc through this. For a cell the call is written down: folder, number of arguments, arguments, environment, an end.
if [ "$CARGO_CRATE_NAME" = ctx ] && [ -n "$LSTM_KERNEL_CALL" ]; then
    # Nobody else may read it.
    (umask 077 && { printf '%s\0' "$PWD" "$#" "$@" && env -0 && printf 'end\0'; } > "$LSTM_KERNEL_CALL.new") &&
        mv "$LSTM_KERNEL_CALL.new" "$LSTM_KERNEL_CALL"
    unset LSTM_KERNEL_CALL LSTM_KERNEL_CALL_STATE
fi
exec "$@"
"#;

/// Writes the script at `path`. cargo asks rustc anew who it is when the script's place or time changes, so both stay.
pub(crate) fn write_recorder(path: &Path) -> Result<()> {
    let is_executable = path.metadata().is_ok_and(|found| found.permissions().mode() & 0o100 != 0);
    if is_executable && std::fs::read_to_string(path).is_ok_and(|text| text == SCRIPT) {
        return Ok(());
    }
    output::write_program(path, SCRIPT.as_bytes())
}

/// Removes what is known of the calls for the cells of a folder.
pub(crate) fn forget(ctx: &Path) {
    for command in COMMANDS {
        let _ = std::fs::remove_file(file(ctx, command.as_ref()));
    }
}

fn file(ctx: &Path, command: &OsStr) -> PathBuf {
    ctx.with_file_name(command).with_extension("call")
}

/// The call of rustc that takes the place of evcxr's `cargo`, where it has been made before. Otherwise cargo will write it
/// down, if it may be repeated.
pub(super) fn instead_of(cargo: &mut Command, arguments: &[OsString]) -> Option<Command> {
    let ctx = ctx()?;
    let configuration = configuration(&ctx);
    let recorder = std::env::var_os(super::RECORDER).filter(|_| !calls_otherwise(&configuration));
    let build = recorder.as_ref().and_then(|recorder| Build::of(&ctx, &configuration, arguments, Path::new(recorder)));
    let again = build.as_ref().and_then(|build| build.repeated(&ctx));
    if again.is_some() {
        return again;
    }
    if let Some(recorder) = recorder {
        cargo.env(WRAPPER, recorder);
    }
    // What cargo does now may make another thing of what the call before was given.
    match COMMANDS.iter().find(|command| arguments.iter().any(|argument| argument == *command)) {
        Some(command) => {
            let _ = std::fs::remove_file(file(&ctx, command.as_ref()));
        }
        None if arguments.iter().any(|argument| argument == "metadata") => {}
        None => forget(&ctx),
    }
    if let Some(build) = build {
        cargo.env(CALL, file(&ctx, build.command)).env(STATE, &build.state);
    }
    None
}

/// evcxr's folder, where it is this kernel's alone: a configuration of evcxr's may name another.
fn ctx() -> Option<PathBuf> {
    let ours = Path::new(&std::env::var_os("EVCXR_TMPDIR")?).canonicalize().ok()?;
    (std::env::current_dir().ok()? == ours).then_some(ours)
}

/// Where cargo looks for its configuration.
fn configuration(ctx: &Path) -> Vec<PathBuf> {
    let folders = ctx.ancestors().map(|folder| folder.join(".cargo")).chain(super::user_home());
    folders.flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(name))).collect()
}

/// Whether cargo calls rustc in another way than a recorded call can tell.
fn calls_otherwise(configuration: &[PathBuf]) -> bool {
    let variables = BETWEEN.map(|name| name.to_uppercase().replace('-', "_"));
    let is_set = |name: &String| {
        let also_alone = name != "JOBS" && std::env::var_os(name).is_some();
        also_alone || std::env::var_os(format!("CARGO_BUILD_{name}")).is_some()
    };
    let says = |file: &PathBuf| std::fs::read_to_string(file).is_ok_and(|text| says_otherwise(&text));
    variables.iter().any(is_set) || configuration.iter().any(says)
}

fn says_otherwise(configuration: &str) -> bool {
    let Ok(configuration) = configuration.parse::<Table>() else { return true };
    let build = configuration.get("build").and_then(Value::as_table);
    ELSEWHERE.iter().any(|name| configuration.contains_key(*name))
        || build.is_some_and(|build| BETWEEN.iter().any(|name| build.contains_key(*name)))
}

/// What evcxr asks of cargo for a cell.
struct Build<'a> {
    command: &'a OsStr,
    /// A digest of everything but the cell that the call depends on.
    state: String,
}

impl<'a> Build<'a> {
    /// The build that these arguments ask for; `None` where they ask for another thing, and where a notebook depends on
    /// sources that may be edited, of which cargo alone knows.
    fn of(ctx: &Path, configuration: &[PathBuf], arguments: &'a [OsString], recorder: &Path) -> Option<Self> {
        let [.., command, target, _, format] = arguments else { return None };
        let is_known = COMMANDS.iter().any(|known| command == known);
        if !is_known || target != "--target" || format != "--message-format=json" {
            return None;
        }
        let manifest = std::fs::read_to_string(ctx.join("Cargo.toml")).ok()?;
        if may_be_edited(&manifest.parse().ok()?, recorder.parent()?) {
            return None;
        }
        let mut digest = Sha256::new();
        digest.update(manifest);
        for argument in arguments {
            digest.update(argument.as_bytes());
            digest.update([0]);
        }
        environment::digest(&mut digest);
        // The workspace's own files nobody changes but cargo itself, when evcxr's manifest is another.
        for file in configuration.iter().cloned().chain(std::env::var_os("RUSTC").map(PathBuf::from)) {
            digest.update(file.metadata().map(|found| environment::stamp(&found)).unwrap_or_default());
        }
        let state = crate::text::hex(&digest.finalize());
        Some(Self { command, state })
    }

    /// The last call, where it would be made again; evcxr is told what it will leave behind.
    fn repeated(&self, ctx: &Path) -> Option<Command> {
        let call = Call::read(&std::fs::read(file(ctx, self.command)).ok()?)?;
        if call.variable(STATE) != Some(OsStr::new(&self.state)) || !call.inputs().all(Path::exists) {
            return None;
        }
        let command = call.command()?;
        if self.command == "build" {
            let name = format!("{}{CRATE}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
            let library = call.option("--out-dir").map(Path::new)?.join(name);
            // It may be an earlier cell's, under this name too.
            let _ = std::fs::remove_file(&library);
            let made = serde_json::json!({
                "reason": "compiler-artifact",
                "target": {"name": CRATE},
                "filenames": [library.to_str()?],
            });
            println!("{made}");
        }
        Some(command)
    }
}

/// Whether a manifest depends on a folder outside of `kept`, whose sources nobody edits; by another way into it too.
fn may_be_edited(manifest: &Table, kept: &Path) -> bool {
    let dependencies = manifest.get("dependencies").and_then(Value::as_table);
    let mut folders = dependencies.into_iter().flat_map(Table::values).filter_map(|value| value.get("path"));
    folders.any(|folder| {
        folder.as_str().is_none_or(|folder| {
            let mut parts = Path::new(folder).components();
            !Path::new(folder).starts_with(kept) || parts.any(|part| part == std::path::Component::ParentDir)
        })
    })
}

/// A call of rustc, as the recorder wrote it down.
struct Call {
    folder: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
}

impl Call {
    fn read(text: &[u8]) -> Option<Self> {
        // Without it the file is not whole.
        let text = text.strip_suffix(b"\0end\0")?;
        let mut words = text.split(|byte| *byte == 0).map(|word| OsString::from_vec(word.to_vec()));
        let folder = words.next()?.into();
        let count: usize = words.next()?.to_str()?.parse().ok()?;
        let arguments: Vec<_> = words.by_ref().take(count).collect();
        let environment: Option<Vec<_>> = words
            .map(|word| {
                let at = word.as_bytes().iter().position(|byte| *byte == b'=')?;
                let (name, value) = word.as_bytes().split_at(at);
                Some((OsStr::from_bytes(name).to_owned(), OsStr::from_bytes(value.get(1..)?).to_owned()))
            })
            .collect();
        Some(Self { folder, arguments, environment: environment? })
    }

    fn variable(&self, name: &str) -> Option<&OsStr> {
        self.environment.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_os_str())
    }

    /// What follows an argument.
    fn option(&self, name: &str) -> Option<&OsStr> {
        self.arguments.iter().skip_while(|argument| *argument != name).nth(1).map(OsString::as_os_str)
    }

    /// The compiled crates that it names.
    fn inputs(&self) -> impl Iterator<Item = &Path> {
        let after = self.arguments.iter().zip(self.arguments.iter().skip(1));
        let named = after.filter(|(option, _)| *option == "--extern");
        named.filter_map(|(_, named)| named.to_str()?.split_once('=')).map(|(_, path)| Path::new(path))
    }

    /// The same call, by this process: with its variables where only user code looks at them, and as many threads as there
    /// are processors.
    fn command(&self) -> Option<Command> {
        let (rustc, arguments) = self.arguments.split_first()?;
        let is_of_now =
            |name: &OsStr| environment::may_differ(name) || OF_CARGO.iter().any(|of_cargo| name == *of_cargo);
        let of_now = std::env::vars_os().filter(|(name, _)| is_of_now(name));
        let is_of_then = |name: &OsStr| !is_of_now(name) && name != CALL && name != STATE;
        let of_then = self.environment.iter().filter(|(name, _)| is_of_then(name)).cloned();
        let mut command = Command::new(rustc);
        command.args(arguments).current_dir(&self.folder).env_clear().envs(of_then.chain(of_now));
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = jobserver::Client::new(processors - 1).ok()?;
        threads.configure(&mut command);
        // rustc inherits it, and this process turns into rustc.
        std::mem::forget(threads);
        Some(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorder_writes_down_the_calls_for_cells_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (recorder, file) = (folder.path().join("recorder"), folder.path().join("build.call"));
        write_recorder(&recorder).unwrap();
        let call = |name: &str| {
            let mut command = Command::new(&recorder);
            command.args(["printf", "%s|", "--out-dir", "a b", "--extern", "lstm=/tmp"]).current_dir(folder.path());
            command.env("CARGO_CRATE_NAME", name).env(CALL, &file).env(STATE, "1").env("TWO", "a=\nb");
            String::from_utf8(command.output().unwrap().stdout).unwrap()
        };
        assert_eq!(call("lstm"), "--out-dir|a b|--extern|lstm=/tmp|");
        assert!(!file.exists());
        assert_eq!(call(CRATE), "--out-dir|a b|--extern|lstm=/tmp|");
        let call = Call::read(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(call.folder.canonicalize().unwrap(), folder.path().canonicalize().unwrap());
        assert_eq!(call.option("--out-dir"), Some(OsStr::new("a b")));
        assert_eq!(call.inputs().collect::<Vec<_>>(), [Path::new("/tmp")]);
        assert_eq!((call.variable(STATE), call.variable("TWO")), (Some("1".as_ref()), Some("a=\nb".as_ref())));
        let again = call.command().unwrap().output().unwrap();
        assert_eq!(again.stdout, b"--out-dir|a b|--extern|lstm=/tmp|");
    }

    #[test]
    fn a_call_that_was_cut_short_is_none() {
        let whole = b"/folder\x002\0rustc\0-V\0A=1\0end\0";
        assert_eq!(Call::read(whole).unwrap().arguments, ["rustc", "-V"]);
        assert!(Call::read(&whole[..whole.len() - 4]).is_none());
        assert!(Call::read(b"/folder\0two\0end\0").is_none());
        assert!(Call::read(b"").is_none());
    }

    #[test]
    fn only_the_courses_own_folder_is_never_edited() {
        let edited = |text: &str| may_be_edited(&text.parse().unwrap(), Path::new("/warm/1"));
        assert!(!edited("[package]\nname = 'ctx'"));
        assert!(!edited("[dependencies]\nlstm = { path = '/warm/1/source/lstm' }\nrand = '1'"));
        assert!(edited("[dependencies]\nlstm = { path = '/warm/1/source/lstm' }\nmine = { path = '../mine' }"));
        assert!(edited("[dependencies]\nlstm = { path = '/home/a/lstm' }"));
        assert!(edited("[dependencies]\nmine = { path = '/warm/1/../../home/a/mine' }"));
    }

    #[test]
    fn what_a_call_cannot_tell_is_left_to_cargo() {
        assert!(!says_otherwise("[build]\nincremental = true\n[net]\noffline = true"));
        for text in ["[build]\nrustc-wrapper = 'sccache'", "build.jobs = 1", "paths = ['/a']", "[patch.crates-io]", "?"]
        {
            assert!(says_otherwise(text), "{text}");
        }
    }
}
