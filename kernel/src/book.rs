//! `lstm-kernel book`: executed notebooks as a folder of web pages, with navigation, search and formulas, all offline.

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::{output, paths, program, python, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How Sphinx makes the pages, and how they look.
const CONFIGURATION: &str = include_str!("../book/conf.py");
const STYLE: &str = include_str!("../book/book.css");
/// The file that marks a folder as a book, which a newer one may replace.
const MARK: &str = ".lstm-book";

/// Executes the notebooks and makes a book of them: a folder of web pages that needs no server and no network.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// The notebooks, in the order of the book [default: those of the course]
    #[arg(value_name = "NOTEBOOK")]
    notebooks: Vec<PathBuf>,
    /// The folder of the book; an earlier book there is replaced
    #[arg(long, value_name = "DIR", default_value = "book")]
    out: PathBuf,
    /// How many notebooks run at the same time
    #[arg(long, short, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Run nothing: the notebooks are executed already, as by `lstm-kernel run --out`
    #[arg(long)]
    executed: bool,
}

/// Does what `lstm-kernel book` was asked.
///
/// # Errors
/// Those of `run`, of which [`Error::CellsFailed`] leaves an earlier book as it is; a usage error for a folder that holds
/// something else; [`Error::Program`] where Sphinx fails.
pub(crate) fn make(options: Options) -> Result<()> {
    let course = paths::course()?;
    let notebooks = if options.notebooks.is_empty() { of_course(&course)? } else { options.notebooks };
    let names = names(&notebooks)?;
    let out = std::path::absolute(&options.out).map_err(Error::file("find", &options.out))?;
    may_replace(&out)?;
    let environment = python::environment(python::Kind::Book)?;
    // Beside the book, so that it gets there by a rename.
    let beside = out.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(beside).map_err(Error::file("create", beside))?;
    let work = tempfile::Builder::new()
        .prefix(".lstm-book-")
        .tempdir_in(beside)
        .map_err(Error::file("create a folder in", beside))?;
    let sources = work.path().join("sources");
    let pages = sources.join("notebooks");
    std::fs::create_dir_all(&pages).map_err(Error::file("create", &pages))?;
    if options.executed {
        for (notebook, name) in notebooks.iter().zip(&names) {
            copy(notebook, &pages.join(name).with_extension("ipynb"))?;
        }
    } else {
        run::run(run::Options::into_folder(notebooks, pages, options.jobs))?;
    }
    assemble(&sources, &course, &names)?;
    let made = work.path().join("pages");
    sphinx(&environment.python(), &sources, &made, work.path())?;
    output::write(&made.join(MARK), b"made by lstm-kernel book\n")?;
    if out.exists() {
        std::fs::rename(&out, work.path().join("old")).map_err(Error::file("replace", &out))?;
    }
    std::fs::rename(&made, &out).map_err(Error::file("create", &out))?;
    output::say(&format!("{}\n", out.join("index.html").display()))
}

/// The lectures: the notebooks directly in the course's folder of notebooks, by name.
fn of_course(course: &Path) -> Result<Vec<PathBuf>> {
    let folder = course.join("notebooks");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(Error::file("read", &folder))? {
        let path = entry.map_err(Error::file("read", &folder))?.path();
        if path.extension().is_some_and(|extension| extension == "ipynb") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The names of the pages, one for each notebook.
fn names(notebooks: &[PathBuf]) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for path in notebooks {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !path.is_file() || name.is_empty() {
            return Err(Error::Usage(format!("{}: no such file, expected a notebook", path.display())));
        }
        if names.contains(&name) {
            return Err(Error::Usage(format!("two notebooks are called {name}, and would be the same page")));
        }
        names.push(name);
    }
    if names.is_empty() {
        return Err(Error::Usage("no notebooks to make a book of".to_owned()));
    }
    Ok(names)
}

/// Nothing but a book, or an empty folder, is replaced.
fn may_replace(out: &Path) -> Result<()> {
    let is_empty = || std::fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if !out.exists() || out.join(MARK).is_file() || (out.is_dir() && is_empty()) {
        return Ok(());
    }
    Err(Error::Usage(format!("--out {}: is there already and is no book of lstm-kernel; name another", out.display())))
}

/// Puts beside the executed notebooks what Sphinx needs: its configuration, the pictures, the first page.
fn assemble(sources: &Path, course: &Path, names: &[String]) -> Result<()> {
    let [statics, images, docs] = ["_static", "images", "docs"].map(|name| sources.join(name));
    for folder in [&statics, &images, &docs] {
        std::fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    }
    output::write(&sources.join("conf.py"), CONFIGURATION.as_bytes())?;
    output::write(&statics.join("book.css"), STYLE.as_bytes())?;
    output::write(&sources.join("index.md"), first_page(names).as_bytes())?;
    // The notebooks show `../images/NAME` and name `../docs/NAME`.
    copy_files(&course.join("images"), &images)?;
    copy_files(&course.join("docs"), &docs)
}

/// Copies the files that are directly in a folder.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from).map_err(Error::file("read", from))?.flatten() {
        if entry.path().is_file() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn first_page(names: &[String]) -> String {
    let pages: String = names.iter().map(|name| format!("notebooks/{name}\n")).collect();
    format!(
        "# LSTMs that run\n\nLectures on recurrent networks and LSTMs, with code in Rust. Every output on these pages was \
         computed by the cell above it.\n\n```{{toctree}}\n:maxdepth: 2\n\n{pages}```\n\n```{{toctree}}\n\
         :caption: Behind the course\n:maxdepth: 1\n:glob:\n\ndocs/*\n```\n"
    )
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).map(drop).map_err(Error::file("copy", from))
}

/// Makes the pages; says what Sphinx warns of.
fn sphinx(python: &Path, sources: &Path, to: &Path, work: &Path) -> Result<()> {
    let mut progress = Progress::start("book", None);
    let mut warnings = Vec::new();
    let mut command = Command::new(python);
    command.args(["-m", "sphinx", "-b", "html", "-d"]).arg(work.join("doctrees")).arg(sources).arg(to);
    program::watch(command.env("PYTHONUNBUFFERED", "1"), |line| {
        let line = crate::text::plain(line);
        if line.contains("WARNING:") {
            warnings.push(line);
        } else {
            progress.step(&line);
        }
    })?;
    for warning in &warnings {
        eprintln!("{warning}");
    }
    progress.done("made");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_books_and_empty_folders_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert!(may_replace(&folder.path().join("new")).is_ok());
        assert!(may_replace(folder.path()).is_ok());
        std::fs::write(folder.path().join("mine.txt"), "").unwrap();
        assert!(may_replace(folder.path()).is_err() && may_replace(&folder.path().join("mine.txt")).is_err());
        std::fs::write(folder.path().join(MARK), "").unwrap();
        assert!(may_replace(folder.path()).is_ok());
    }

    #[test]
    fn pages_are_notebooks_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b.ipynb", "a.ipynb", "a.txt"] {
            std::fs::write(path(name), "").unwrap();
        }
        assert_eq!(names(&[path("b.ipynb"), path("a.ipynb")]).unwrap(), ["b", "a"]);
        for (wrong, why) in [
            (vec![], "no notebooks"),
            (vec![path("c.ipynb")], "no such file"),
            (vec![path("a.ipynb"), path("a.txt")], "two notebooks are called a"),
        ] {
            let error = names(&wrong).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
        assert!(first_page(&["b".to_owned()]).contains("\nnotebooks/b\n```\n"));
    }
}
