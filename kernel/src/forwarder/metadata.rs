//! What cargo tells of the crates, cut to what a notebook can name.
//!
//! evcxr asks rust-analyzer for the types of variables. rust-analyzer asks cargo for the crates and reads the sources of all
//! of them, which takes seconds and hundreds of megabytes.

use crate::error::Result;
use serde_json::Value;
use std::collections::HashSet;
use std::io::Write as _;
use std::process::{Command, ExitCode, Stdio};

/// The crate whose dependencies are cut. What a notebook adds by `:dep` is kept whole.
const CUT: &str = "lstm";
/// Its dependencies that a notebook can name, and those whose types they offer as their own.
const KEPT: [&str; 10] = [
    "candle-core",
    "candle-nn",
    "half",
    "plotters",
    "plotters-backend",
    "plotters-bitmap",
    "plotters-svg",
    "rand",
    "rand_core",
    "safetensors",
];
/// What is kept of the standard library's own workspace: without `hashbrown` there are no types of hash maps; tests, the
/// compiler's helpers and `libc` only cost time and memory.
const KEPT_OF_STD: [&str; 10] = [
    "alloc",
    "cfg-if",
    "core",
    "hashbrown",
    "proc_macro",
    "rustc-std-workspace-alloc",
    "rustc-std-workspace-core",
    "rustc-std-workspace-std",
    "std",
    "sysroot",
];

/// Does what `cargo metadata` does, and cuts its answer.
pub(super) fn answer(mut cargo: Command) -> Result<ExitCode> {
    let output = cargo.stderr(Stdio::inherit()).output().map_err(|error| super::does_not_run(&cargo, &error))?;
    let answer = match serde_json::from_slice(&output.stdout) {
        Ok(mut metadata) => {
            cut(&mut metadata);
            metadata.to_string().into_bytes()
        }
        Err(_) => output.stdout,
    };
    // Who does not listen any more needs no answer.
    let _ = std::io::stdout().write_all(&answer).and_then(|()| std::io::stdout().write_all(b"\n"));
    Ok(ExitCode::from(output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// Takes the packages out of the answer that no cell can name. An answer of another shape stays as it is.
fn cut(metadata: &mut Value) {
    let Some(kept) = kept(metadata) else { return };
    let is_kept = |id: &Value| id.as_str().is_some_and(|id| kept.contains(id));
    let retain = |list: &mut Value, id: fn(&Value) -> &Value| {
        if let Value::Array(list) = list {
            list.retain(|entry| is_kept(id(entry)));
        }
    };
    retain(&mut metadata["packages"], |package| &package["id"]);
    retain(&mut metadata["resolve"]["nodes"], |node| &node["id"]);
    if let Value::Array(nodes) = &mut metadata["resolve"]["nodes"] {
        for node in nodes {
            retain(&mut node["dependencies"], |id| id);
            retain(&mut node["deps"], |dependency| &dependency["pkg"]);
        }
    }
}

/// The ids of the packages that stay.
fn kept(metadata: &Value) -> Option<HashSet<String>> {
    let packages = metadata["packages"].as_array()?;
    let nodes = metadata["resolve"]["nodes"].as_array()?;
    let name =
        |id: &str| packages.iter().find(|package| package["id"] == id).and_then(|package| package["name"].as_str());
    let ids = |names: &[&str]| -> HashSet<String> {
        let named = packages.iter().filter(|package| names.iter().any(|name| package["name"] == *name));
        named.filter_map(|package| package["id"].as_str()).map(str::to_owned).collect()
    };
    let members: Vec<&str> = metadata["workspace_members"].as_array()?.iter().filter_map(Value::as_str).collect();
    if ["core", "std"].iter().all(|part| members.iter().any(|id| name(id) == Some(part))) {
        return Some(ids(&KEPT_OF_STD));
    }
    let mut kept: HashSet<String> = HashSet::new();
    let mut next = members;
    let mut has_course = false;
    while let Some(id) = next.pop() {
        if !kept.insert(id.to_owned()) {
            continue;
        }
        if name(id) == Some(CUT) {
            has_course = true;
            continue;
        }
        let node = nodes.iter().find(|node| node["id"] == id)?;
        next.extend(node["dependencies"].as_array()?.iter().filter_map(Value::as_str));
    }
    if has_course {
        kept.extend(ids(&KEPT));
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::cut;
    use serde_json::{Value, json};

    fn graph(edges: &[(&str, &[&str])]) -> Value {
        let packages: Vec<_> =
            edges.iter().map(|(name, _)| json!({"id": format!("id {name}"), "name": name})).collect();
        let ids = |names: &[&str]| names.iter().map(|name| format!("id {name}")).collect::<Vec<_>>();
        let nodes = edges.iter().map(|(name, to)| {
            let deps: Vec<_> = ids(to).into_iter().map(|id| json!({"pkg": id})).collect();
            json!({"id": format!("id {name}"), "dependencies": ids(to), "deps": deps})
        });
        let first = format!("id {}", edges[0].0);
        json!({"packages": packages, "workspace_members": [first], "resolve": {"nodes": nodes.collect::<Vec<_>>()}})
    }

    fn names(metadata: &Value) -> Vec<&str> {
        metadata["packages"].as_array().unwrap().iter().filter_map(|package| package["name"].as_str()).collect()
    }

    #[test]
    fn what_no_cell_can_name_is_cut_and_what_the_user_added_is_whole() {
        let mut metadata = graph(&[
            ("ctx", &["lstm", "serde_json"]),
            ("lstm", &["candle-core", "rayon"]),
            ("candle-core", &["gemm", "half"]),
            ("half", &["zerocopy"]),
            ("gemm", &[]),
            ("rayon", &[]),
            ("zerocopy", &[]),
            ("serde_json", &["itoa"]),
            ("itoa", &[]),
        ]);
        cut(&mut metadata);
        assert_eq!(names(&metadata), ["ctx", "lstm", "candle-core", "half", "serde_json", "itoa"]);
        let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
        let half = nodes.iter().find(|node| node["id"] == "id half").unwrap();
        assert_eq!((&half["dependencies"], &half["deps"]), (&json!([]), &json!([])));
        let ctx = nodes.iter().find(|node| node["id"] == "id ctx").unwrap();
        assert_eq!(ctx["dependencies"], json!(["id lstm", "id serde_json"]));
    }

    #[test]
    fn without_the_course_nothing_is_cut() {
        let whole = graph(&[("ctx", &["rand"]), ("rand", &["libc"]), ("libc", &[])]);
        let mut metadata = whole.clone();
        cut(&mut metadata);
        assert_eq!(metadata, whole);
    }

    #[test]
    fn of_the_standard_library_there_is_what_types_need() {
        let mut metadata = graph(&[
            ("std", &["core", "hashbrown", "libc", "std_detect"]),
            ("core", &[]),
            ("hashbrown", &[]),
            ("libc", &[]),
            ("std_detect", &[]),
        ]);
        metadata["workspace_members"] = json!(["id std", "id core", "id std_detect"]);
        cut(&mut metadata);
        assert_eq!(names(&metadata), ["std", "core", "hashbrown"]);
        assert_eq!(metadata["resolve"]["nodes"][0]["dependencies"], json!(["id core", "id hashbrown"]));
    }

    #[test]
    fn an_answer_of_another_shape_is_passed_on() {
        let mut metadata = json!({"packages": 1});
        cut(&mut metadata);
        assert_eq!(metadata, json!({"packages": 1}));
    }
}
