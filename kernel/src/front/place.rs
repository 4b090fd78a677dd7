//! The line of a cell that a line of evcxr's generated code came from.
//!
//! evcxr copies a cell's lines unchanged into the code that it generates, together with the functions of earlier
//! cells. A place in that code is found again by its text and the text of the lines around it.

use super::history::History;
use crate::relay::Panic;

/// rustc's name for the code of cells.
const CELLS: &str = "ctx/src/lib.rs";
/// How many lines before and after help to tell equal lines apart.
const AROUND: usize = 4;

/// Where a panic began, in lines for a traceback.
pub(super) fn describe(panic: &Panic, code: &str, history: &History, generated: &str) -> Vec<String> {
    let elsewhere = || vec![format!("  --> {}:{}:{}", panic.file, panic.line, panic.column)];
    if panic.file != CELLS {
        return elsewhere();
    }
    let lines: Vec<&str> = generated.lines().collect();
    let Some(at) = panic.line.checked_sub(1).filter(|&at| at < lines.len()) else { return elsewhere() };
    let here = find(&lines, at, code).map(|line| (None, line, code));
    let earlier =
        || history.newest_first().find_map(|(cell, code)| find(&lines, at, code).map(|line| (Some(cell), line, code)));
    let Some((cell, line, code)) = here.or_else(earlier) else { return elsewhere() };
    let text = code.lines().nth(line - 1).unwrap_or_default();
    let name = cell.map_or_else(|| "this cell".to_owned(), |cell| format!("cell [{cell}]"));
    let gutter = line.to_string().len();
    vec![format!("{:gutter$}--> {name}, line {line}", ""), format!("{:gutter$} |", ""), format!("{line} | {text}")]
}

/// The line, from 1, of `code` that is line `at`, from 0, of `generated`.
fn find(generated: &[&str], at: usize, code: &str) -> Option<usize> {
    let wanted = generated.get(at)?.trim();
    let lines: Vec<&str> = code.lines().collect();
    let likeness = |line: usize| {
        (1..=AROUND)
            .map(|step| {
                let same =
                    |a: Option<&&str>, b: Option<&&str>| a.is_some_and(|a| b.is_some_and(|b| a.trim() == b.trim()));
                let before = line.checked_sub(step).zip(at.checked_sub(step));
                usize::from(before.is_some_and(|(a, b)| same(lines.get(a), generated.get(b))))
                    + usize::from(same(lines.get(line + step), generated.get(at + step)))
            })
            .sum::<usize>()
    };
    (0..lines.len())
        .filter(|&line| !wanted.is_empty() && contains_line(wanted, lines[line].trim()))
        .max_by_key(|&line| (likeness(line), std::cmp::Reverse(line)))
        .map(|line| line + 1)
}

/// evcxr wraps a cell's last expression, so its line may have more around the user's text, and it puts each statement of
/// a line on a line of its own.
fn contains_line(generated: &str, line: &str) -> bool {
    const TELLING: usize = 4;
    generated == line
        || (line.len() >= TELLING && generated.contains(line))
        || (generated.len() >= TELLING && line.contains(generated))
}

#[cfg(test)]
mod tests {
    use super::{CELLS, History, Panic, describe};

    fn panic_at(line: usize) -> Panic {
        Panic { thread: "main".into(), file: CELLS.into(), line, column: 1, message: "m".into() }
    }

    #[test]
    fn equal_lines_are_told_apart_by_their_neighbours() {
        let code = "let a = 1;\nf();\nlet b = 2;\nf();";
        let generated = format!("fn run() {{\n{code}\n}}");
        // Line 5 of the generated code is the second call, line 4 of the cell.
        let told = describe(&panic_at(5), code, &History::default(), &generated);
        assert!(told[0].ends_with("this cell, line 4"), "{told:?}");
        assert!(told[2].ends_with("f();"), "{told:?}");
    }

    #[test]
    fn a_function_of_an_earlier_cell_is_found_there() {
        let mut history = History::default();
        history.record(1, "fn broken() {\n    panic!(\"no\");\n}");
        let generated = "fn broken() {\n    panic!(\"no\");\n}\nbroken();";
        let told = describe(&panic_at(2), "broken();", &history, generated);
        assert!(told[0].ends_with("cell [1], line 2"), "{told:?}");
    }

    #[test]
    fn one_statement_of_a_line_is_found_in_the_line() {
        let told =
            describe(&panic_at(2), "let b: Option<i32> = None; b.unwrap()", &History::default(), "(\nb.unwrap()\n)");
        assert!(told[0].ends_with("this cell, line 1"), "{told:?}");
    }

    #[test]
    fn a_place_outside_cells_is_named_as_rustc_names_it() {
        let panic = Panic { file: "lstm/src/shape.rs".into(), ..panic_at(7) };
        assert_eq!(describe(&panic, "x", &History::default(), "x"), ["  --> lstm/src/shape.rs:7:1"]);
    }
}
