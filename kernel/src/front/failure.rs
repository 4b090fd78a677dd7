//! The end of a cell in words: `ename`, `evalue` and `traceback` of each way in which a cell can fail.

use super::history::History;
use super::place;
use crate::engine::{Cell, Ended};
use crate::error::Error;
use crate::relay::{self, Panic};
use crate::text;

const BLUE: &str = "\u{1b}[34m";
const PLAIN: &str = "\u{1b}[0m";
const BOLD: &str = "\u{1b}[1m";

/// What is kept and what is not when the process is gone.
const LOST: &str = "All variables were lost with the process. Functions, types and `use` lines are kept: \
                    run the cells above again to have the variables back.";

/// What is kept when nothing of the cell ran.
const KEPT: &str = "All variables are kept.";
/// What is kept when the cell ended on its way.
const KEPT_BUT_NEW: &str = "Variables that earlier cells defined are kept; what this cell defined, or moved, is not.";
/// How an interrupt need not cost the variables.
const LISTEN: &str = "An interrupt keeps the variables where loops listen to it: the course's own do, others by \
                      `train::check_interrupt()?`.";
/// Why a cell that was compiled may not be loaded: evcxr's runtime then ends with its exit code 99.
const NOT_LOADED: &str = "the compiled cell could not be loaded. If it adds a crate by `:dep`, that has probably had the course \
                          built with other features, and a process that has loaded one build of it cannot load another: \
                          try the crate with `default-features = false`";
/// Why a compiler says nothing.
const SILENT: &str = "the compiler ended without a word, as when the system ends it because memory runs out";
/// What the system says when a disk is full, and what can be done.
const NO_SPACE: &str = "No space left on device";
const MAKE_SPACE: &str = "The disk is full: make room on it and run the cell again (`lstm-kernel clean` removes what the \
                          course can make anew, when its kernels have ended).";
/// How the error begins with which code that listens ends early.
const HEARD: &str = "interrupted";

/// An error as Jupyter tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The kind of error, one word.
    pub(super) ename: String,
    /// What happened, one line where possible.
    pub(super) evalue: String,
    /// Lines for people, with colours.
    pub(super) traceback: Vec<String>,
}

/// The failure of a cell that did not end well.
pub(super) fn of_cell(cell: &Cell, interrupted: bool, code: &str, history: &History, generated: &str) -> Failure {
    if interrupted && let Some(failure) = of_interrupt(cell) {
        return failure;
    }
    let mut failure = match &cell.how {
        Ended::Well | Ended::NotRun => Failure::new("Error", "nothing failed"),
        Ended::Panicked(panics) => of_panic(panics, code, history, generated),
        Ended::ReturnedError(text) => of_returned_error(text, code),
        Ended::Refused(errors) => of_refusal(errors, code),
        Ended::Exited { code, signal, last_words } => of_exit(*code, *signal, last_words),
    };
    if cell.process_lost {
        failure.traceback.push(LOST.to_owned());
    }
    failure
}

/// The failure of a cell that was interrupted; nothing where it failed for a reason of its own.
fn of_interrupt(cell: &Cell) -> Option<Failure> {
    let before = || Failure::interrupted("the cell was interrupted before its code ran", &[KEPT]);
    match &cell.how {
        Ended::NotRun => Some(before()),
        // The compiler was ended before it had found a mistake.
        Ended::Refused(errors) if !is_coded(errors) => Some(before()),
        Ended::ReturnedError(text) => {
            let heard = text.lines().map(|line| line.trim_matches('"')).find(|line| line.starts_with(HEARD))?;
            Some(Failure::interrupted(heard, &[KEPT_BUT_NEW]))
        }
        // The error was unwrapped.
        Ended::Panicked(panics) => {
            let heard = panics.last()?.message.lines().find(|line| line.contains(HEARD))?;
            Some(Failure::interrupted(heard, &[KEPT_BUT_NEW]))
        }
        Ended::Exited { signal: Some(9), .. } => {
            let evalue = "the cell did not stop when it was interrupted, so its process was ended";
            Some(Failure::interrupted(evalue, &[LOST, LISTEN]))
        }
        Ended::Well | Ended::Refused(_) | Ended::Exited { .. } => None,
    }
}

/// The failure of a cell that was interrupted while it waited for the engine.
pub(super) fn before_engine() -> Failure {
    Failure::interrupted("the cell was interrupted before the kernel was ready to run it", &[])
}

/// The failure of a cell that the engine could not run at all.
pub(super) fn of_engine(error: &Error) -> Failure {
    let ename = match error {
        Error::Missing { .. } => "NotInstalled",
        _ => "EngineDied",
    };
    let mut failure = Failure::new(ename, &error.to_string());
    failure.traceback.push(
        "A new engine is started with the next cell. What cells defined is lost: run the cells above again.".to_owned(),
    );
    failure.tell_of_full_disk();
    failure
}

impl Failure {
    pub(super) fn new(ename: &str, evalue: &str) -> Self {
        Self {
            ename: ename.to_owned(),
            evalue: evalue.to_owned(),
            traceback: vec![format!("{BOLD}{ename}{PLAIN}: {evalue}")],
        }
    }

    fn interrupted(evalue: &str, notes: &[&str]) -> Self {
        Self::noted("Interrupted", evalue, notes)
    }

    fn noted(ename: &str, evalue: &str, notes: &[&str]) -> Self {
        let mut failure = Self::new(ename, evalue);
        failure.traceback.extend(notes.iter().map(|note| (*note).to_owned()));
        failure
    }

    /// Says what to do where a full disk is the reason.
    fn tell_of_full_disk(&mut self) {
        if self.traceback.iter().any(|line| line.contains(NO_SPACE)) {
            self.traceback.push(MAKE_SPACE.to_owned());
        }
    }
}

fn of_panic(panics: &[Panic], code: &str, history: &History, generated: &str) -> Failure {
    let Some((last, before)) = panics.split_last() else {
        return Failure::new("Panic", "the cell panicked (its own panic hook hid the message)");
    };
    let mut failure = Failure::new("Panic", &last.message);
    failure.traceback.extend(place::describe(last, code, history, generated));
    for panic in before {
        failure.traceback.push(format!("earlier, thread '{}' panicked: {}", panic.thread, panic.message));
        failure.traceback.extend(place::describe(panic, code, history, generated));
    }
    if failure.evalue.contains("Any { .. }")
        && let Some(cause) = before.last()
    {
        failure.evalue = format!("{} (a thread panicked: {})", failure.evalue, cause.message);
    }
    failure.traceback.push(KEPT_BUT_NEW.to_owned());
    failure
}

/// evcxr prints the error, in its `Debug` form, just before it tells that there was one.
fn of_returned_error(text: &str, code: &str) -> Failure {
    let text = text.trim_end();
    let prints_errors = ["eprint", "dbg!"].iter().any(|word| code.contains(word));
    let message = if prints_errors { text.lines().last() } else { text.lines().next() };
    let message = message.unwrap_or("the cell returned early through `?`");
    let mut failure = Failure::new("Error", message);
    failure.traceback.extend(text.lines().filter(|line| *line != message).map(str::to_owned));
    failure
        .traceback
        .push("The cell returned early through `?`. Variables that earlier cells defined are kept.".to_owned());
    failure
}

fn of_refusal(errors: &[(String, Vec<String>)], code: &str) -> Failure {
    let Some((message, first)) = errors.first() else {
        return Failure::new("Error", "evcxr refused the cell and did not say why");
    };
    let has_command = |word: &str| code.lines().any(|line| line.trim_start().starts_with(word));
    let coded = is_coded(errors);
    let framed = first.iter().any(|line| line.contains('╭'));
    let ename = match (coded || framed, has_command(":dep"), has_command(":")) {
        (false, true, _) => "DependencyError",
        (false, false, true) => "CommandError",
        _ => "CompileError",
    };
    let message = &without_cargo_chatter(message);
    if is_silent(message) {
        return Failure::noted(ename, SILENT, &[KEPT]);
    }
    let mut failure = Failure::new(ename, message);
    for (_, traceback) in errors {
        let is_new = |line: &&String| line.contains("[E0") || !is_told(line, message);
        failure.traceback.extend(traceback.iter().filter(is_new).flat_map(|line| tell(line)));
    }
    failure.tell_of_full_disk();
    failure
}

/// Whether evcxr found nothing that the compiler said.
fn is_silent(message: &str) -> bool {
    let found = message.strip_prefix("Compilation failed, but no parsable errors were found. STDERR:");
    found.and_then(|said| said.split_once("STDOUT:")).is_some_and(|(errors, _)| errors.trim().is_empty())
}

/// Whether rustc gave a reason by its number.
fn is_coded(errors: &[(String, Vec<String>)]) -> bool {
    errors.iter().any(|(_, traceback)| traceback.iter().any(|line| line.contains("[E0")))
}

/// Names in the code that evcxr puts around a cell; nobody wrote them in one.
const GENERATED: [&str; 2] = ["evcxr_variable_store", "evcxr_internal_runtime"];
/// The kinds of notes, as rustc begins them and as they are shown.
const KINDS: [(&str, &str); 4] =
    [("note: ", "Note"), ("help: ", "Help"), ("warning: ", "Warning"), ("error: ", "Error")];

/// A line of a report as it is shown. Notes, which come run together behind a second "Note:", get a line each and their
/// kind once, and those about evcxr's generated code are left out.
fn tell(line: &str) -> Vec<String> {
    let line = name_cell(&in_page_colours(line)).replace("found `evcxr_variable_store`", "found <end of input>");
    let is_generated = |words: &str| GENERATED.iter().any(|name| words.contains(name));
    for colon in [": ", "\u{1b}[0m: "] {
        let Some((before, notes)) = line.split_once(&format!("Note{colon}")) else { continue };
        // A line of the cell's own code has its number there.
        if !text::plain(before).chars().all(|letter| letter.is_whitespace() || letter == '│') {
            continue;
        }
        let notes = notes_in(notes).into_iter().filter(|(_, words)| !is_generated(words));
        return notes.map(|(kind, words)| format!("{before}{kind}{colon}{words}")).collect();
    }
    let plain = text::plain(&line);
    if is_generated(&plain) && KINDS.iter().any(|(kind, _)| plain.starts_with(kind)) { Vec::new() } else { vec![line] }
}

/// The notes that `text` holds, each with its kind. One begins at the beginning, and where the one before ends without a
/// space.
fn notes_in(text: &str) -> Vec<(&'static str, &str)> {
    let mut begins: Vec<(usize, usize, &'static str)> = Vec::new();
    for (word, kind) in KINDS {
        let places = text.match_indices(word).map(|(at, _)| at);
        let places = places.filter(|at| !text[..*at].ends_with(|letter: char| letter.is_whitespace() || letter == '('));
        begins.extend(places.map(|at| (at, at + word.len(), kind)));
    }
    begins.sort_unstable();
    if begins.first().is_none_or(|(at, _, _)| *at > 0) {
        begins.insert(0, (0, 0, "Note"));
    }
    let ends = begins.iter().skip(1).map(|(at, _, _)| *at).chain([text.len()]);
    begins.iter().zip(ends).map(|((_, from, kind), to)| (*kind, &text[*from..to])).collect()
}

/// Whether a line says nothing that is not in the message.
fn is_told(line: &str, message: &str) -> bool {
    let line = text::plain(line);
    let line = line.trim().trim_start_matches("Error:").trim();
    line.contains(message) || (!line.is_empty() && message.contains(line)) || is_cargo_chatter(line)
}

/// A message without what cargo tells before it tells what is wrong.
fn without_cargo_chatter(message: &str) -> String {
    let told = message.lines().filter(|line| !is_cargo_chatter(line)).collect::<Vec<_>>().join("\n");
    // What is left of an error about the workspace is its cause.
    match told.trim_start().strip_prefix("Caused by:") {
        Some(cause) => cause.trim_start().to_owned(),
        None => told,
    }
}

/// cargo tells what it is doing, and of the workspace around evcxr's package, which is the kernel's.
fn is_cargo_chatter(line: &str) -> bool {
    const CHATTER: [&str; 8] = [
        "Updating ",
        "Blocking ",
        "Locking ",
        "warning: profiles for the non root ",
        "package: ",
        "workspace: ",
        "error: failed to load manifest for workspace member ",
        "referenced by workspace at ",
    ];
    CHATTER.iter().any(|word| line.trim_start().starts_with(word))
}

/// Reports set the code around what they mark in pale grey, letter by letter, and the marked code in colours that are drawn
/// by lot, of which some cannot be read on a white page and others not on a dark one. The first is given the page's own
/// colour, the second is bold in it.
fn in_page_colours(line: &str) -> String {
    const COLOUR: &str = "\u{1b}[38;5;";
    const GREYS: [&str; 3] = ["249", "246", "240"];
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, coloured)) = rest.split_once(COLOUR) {
        text.push_str(before);
        let (colour, after) = coloured.split_once('m').unwrap_or((coloured, ""));
        let (inside, after) = after.split_once(PLAIN).unwrap_or((after, ""));
        if GREYS.contains(&colour) {
            text.push_str(inside);
        } else {
            text.extend([BOLD, inside, PLAIN]);
        }
        rest = after;
    }
    text + rest
}

/// evcxr calls the cell `command_7:1:1`, after a count of its own, which is not the number that people see, and with the
/// place of the cell's beginning, which is not the error's: the report points that out below.
fn name_cell(line: &str) -> String {
    let Some((before, after)) = line.split_once("command_") else { return line.to_owned() };
    let after = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
    format!("{before}this cell{}", after.strip_prefix(":1:1").unwrap_or(after))
}

fn of_exit(code: Option<i32>, signal: Option<i32>, last_words: &str) -> Failure {
    let says = |word: &str| last_words.contains(word);
    let (ename, evalue) = match (code, signal) {
        _ if says("overflowed its stack") => {
            ("StackOverflow", "the stack overflowed: is there a recursion without an end?".to_owned())
        }
        _ if says("memory allocation of") => {
            let line = last_words.lines().rev().find(|line| line.contains("memory allocation of")).unwrap_or_default();
            ("OutOfMemory", line.trim().to_owned())
        }
        (Some(99), None) if says("dlopen failed") => ("LoadError", NOT_LOADED.to_owned()),
        _ if says(relay::CLOSED_OUTPUT) => ("OutputClosed", relay::CLOSED_OUTPUT.to_owned()),
        (_, Some(6)) => ("Abort", "the process aborted (SIGABRT)".to_owned()),
        (_, Some(9)) => {
            ("Killed", "the process was killed (SIGKILL), as the system does when memory runs out".to_owned())
        }
        (_, Some(11)) => {
            ("SegmentationFault", "segmentation fault (SIGSEGV): a stack overflow, or unsafe code".to_owned())
        }
        (_, Some(number)) => ("Signal", format!("the process ended by signal {number}")),
        (Some(number), None) => ("Exit", format!("the cell ended the process with exit code {number}")),
        (None, None) => ("Exit", "the process ended".to_owned()),
    };
    let mut failure = Failure::new(ename, &evalue);
    let words = last_words.trim();
    if !words.is_empty() && words != evalue {
        failure.traceback.push(format!("{BLUE}it said last:{PLAIN}"));
        failure.traceback.extend(words.lines().rev().take(12).collect::<Vec<_>>().into_iter().rev().map(str::to_owned));
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::{MAKE_SPACE, in_page_colours, name_cell, of_engine, tell};
    use crate::error::Error;
    use std::path::Path;

    #[test]
    fn grey_letters_take_the_pages_colour_and_marked_ones_are_bold_in_it() {
        let line =
            "\u{1b}[38;5;249ml\u{1b}[0m\u{1b}[38;5;249me\u{1b}[0m\u{1b}[38;5;54mx\u{1b}[0m = \u{1b}[31m1\u{1b}[0m";
        assert_eq!(in_page_colours(line), "le\u{1b}[1mx\u{1b}[0m = \u{1b}[31m1\u{1b}[0m");
        assert_eq!(in_page_colours("no colours"), "no colours");
        assert_eq!(in_page_colours("cut \u{1b}[38;5;5"), "cut \u{1b}[1m\u{1b}[0m");
    }

    #[test]
    fn an_engine_that_cannot_start_on_a_full_disk_says_what_to_do() {
        let failed = |error: rustix::io::Errno| of_engine(&Error::file("create", Path::new("/slot"))(error.into()));
        assert_eq!(failed(rustix::io::Errno::NOSPC).traceback.last().map(String::as_str), Some(MAKE_SPACE));
        assert!(!failed(rustix::io::Errno::ACCESS).traceback.iter().any(|line| line == MAKE_SPACE));
    }

    #[test]
    fn a_note_tells_its_kind_once() {
        let framed = "   │ \u{1b}[38;5;115mNote\u{1b}[0m: note: `Vec` is not `Copy`";
        assert_eq!(tell(framed), ["   │ \u{1b}[1mNote\u{1b}[0m: `Vec` is not `Copy`"]);
        assert_eq!(tell("   │ Note: help: borrow it"), ["   │ Help: borrow it"]);
        assert_eq!(tell("   │ Note: You can change it"), ["   │ Note: You can change it"]);
        assert_eq!(
            tell("   │ Note: note: required by `f`help: lend it (note: with `&`)"),
            ["   │ Note: required by `f`", "   │ Help: lend it (note: with `&`)"]
        );
        let code = " 2 │ println!(\"Note: note: evcxr_variable_store\");";
        assert_eq!(tell(code), [code], "the cell's own code is left alone");
    }

    #[test]
    fn what_evcxr_wrote_is_not_spoken_of() {
        let notes = "   │ Note: note: required by `evcxr_internal_runtime::VariableStore`help: lend it";
        assert_eq!(tell(notes), ["   │ Help: lend it"]);
        assert!(tell("   │ Note: help: try `&evcxr_variable_store`").is_empty());
        assert!(tell("\u{1b}[1mhelp\u{1b}[0m: try `evcxr_variable_store`").is_empty());
        assert_eq!(tell("   │ ╰── found `evcxr_variable_store`"), ["   │ ╰── found <end of input>"]);
        assert_eq!(tell("mismatched types"), ["mismatched types"]);
    }

    #[test]
    fn evcxrs_name_of_the_cell_is_not_shown() {
        assert_eq!(name_cell("[ command_12:1:1 ]"), "[ this cell ]");
    }
}
