//! What a cell puts out, gathered from iopub messages as nbclient gathers it.

use serde_json::{Value, json};
use std::collections::HashMap;

/// Text that one cell may write to its streams, in bytes; what comes after is dropped and the cut is marked.
const STREAM_LIMIT: usize = 16 << 20;

/// The outputs of one notebook's run: which output shows which display id, and what the running cell is owed.
#[derive(Default)]
pub(crate) struct Outputs {
    /// For each display id the cells and output positions that show it.
    displays: HashMap<String, Vec<(usize, usize)>>,
    clear_at_next: bool,
    streamed: usize,
}

impl Outputs {
    /// A cell is about to run: its old outputs go.
    pub(crate) fn begin(&mut self, cells: &mut [Value], cell: usize) {
        self.clear_at_next = false;
        self.streamed = 0;
        self.clear(cells, cell);
    }

    /// Takes one iopub message of the running cell. Types that are no output are ignored, as is malformed content.
    pub(crate) fn take(&mut self, cells: &mut [Value], cell: usize, kind: &str, content: &Value) {
        match kind {
            "stream" => self.stream(cells, cell, content),
            "display_data" | "execute_result" | "update_display_data" => self.display(cells, cell, kind, content),
            "error" => self.push(cells, cell, error(content)),
            "clear_output" if content["wait"] == true => self.clear_at_next = true,
            "clear_output" => self.clear(cells, cell),
            _ => {}
        }
    }

    fn stream(&mut self, cells: &mut [Value], cell: usize, content: &Value) {
        let (Some(name), Some(text)) = (content["name"].as_str(), content["text"].as_str()) else { return };
        if self.streamed > STREAM_LIMIT {
            return;
        }
        self.streamed += text.len();
        let cut = format!("{text}\n[output cut here: one cell may write {} MiB]\n", STREAM_LIMIT >> 20);
        let text = if self.streamed > STREAM_LIMIT { &cut } else { text };
        self.clear_if_due(cells, cell);
        let last = list(cells, cell).and_then(|outputs| outputs.last_mut());
        match last {
            Some(last) if last["output_type"] == "stream" && last["name"] == name => {
                if let Some(Value::String(old)) = last.get_mut("text") {
                    old.push_str(text);
                }
            }
            _ => self.push(cells, cell, json!({"output_type": "stream", "name": name, "text": text})),
        }
    }

    fn display(&mut self, cells: &mut [Value], cell: usize, kind: &str, content: &Value) {
        if !content["data"].is_object() {
            return;
        }
        let metadata = if content["metadata"].is_object() { content["metadata"].clone() } else { json!({}) };
        let id = content["transient"]["display_id"].as_str();
        if let Some(places) = id.and_then(|id| self.displays.get(id)) {
            for &(shown, position) in places {
                if let Some(output) = list(cells, shown).and_then(|outputs| outputs.get_mut(position)) {
                    output["data"] = content["data"].clone();
                    output["metadata"] = metadata.clone();
                }
            }
        }
        if kind == "update_display_data" {
            return;
        }
        let mut output = json!({"output_type": kind, "data": content["data"], "metadata": metadata});
        if kind == "execute_result" {
            output["execution_count"] = content["execution_count"].clone();
        }
        self.clear_if_due(cells, cell);
        if let Some(id) = id {
            let position = list(cells, cell).map_or(0, |outputs| outputs.len());
            self.displays.entry(id.to_owned()).or_default().push((cell, position));
        }
        self.push(cells, cell, output);
    }

    fn push(&mut self, cells: &mut [Value], cell: usize, output: Value) {
        self.clear_if_due(cells, cell);
        if let Some(outputs) = list(cells, cell) {
            outputs.push(output);
        }
    }

    fn clear_if_due(&mut self, cells: &mut [Value], cell: usize) {
        if std::mem::take(&mut self.clear_at_next) {
            self.clear(cells, cell);
        }
    }

    fn clear(&mut self, cells: &mut [Value], cell: usize) {
        if let Some(outputs) = list(cells, cell) {
            outputs.clear();
        }
        for places in self.displays.values_mut() {
            places.retain(|&(shown, _)| shown != cell);
        }
    }
}

/// An `error` output with all its fields, whatever the message left out.
pub(crate) fn error(content: &Value) -> Value {
    let text = |name: &str| content[name].as_str().unwrap_or_default();
    let traceback: Vec<&str> =
        content["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    json!({"output_type": "error", "ename": text("ename"), "evalue": text("evalue"), "traceback": traceback})
}

fn list(cells: &mut [Value], cell: usize) -> Option<&mut Vec<Value>> {
    cells.get_mut(cell).and_then(|cell| cell.get_mut("outputs")).and_then(Value::as_array_mut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two cells, and what they hold after these messages, each for the cell with that number.
    fn after(messages: &[(usize, &str, Value)]) -> Vec<Value> {
        let mut cells = vec![json!({"outputs": []}), json!({"outputs": []})];
        let mut outputs = Outputs::default();
        let mut running = None;
        for (cell, kind, content) in messages {
            if running.replace(*cell) != Some(*cell) {
                outputs.begin(&mut cells, *cell);
            }
            outputs.take(&mut cells, *cell, kind, content);
        }
        cells.into_iter().map(|mut cell| cell["outputs"].take()).collect()
    }

    fn out(text: &str) -> (usize, &'static str, Value) {
        (0, "stream", json!({"name": "stdout", "text": text}))
    }

    fn show(cell: usize, kind: &'static str, id: &str, text: &str) -> (usize, &'static str, Value) {
        (cell, kind, json!({"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": id}}))
    }

    #[test]
    fn merges_neighbouring_streams_of_one_name() {
        let err = (0, "stream", json!({"name": "stderr", "text": "e"}));
        let cells = after(&[out("a"), out("b"), err, out("c")]);
        assert_eq!(
            cells[0],
            json!([
                {"output_type": "stream", "name": "stdout", "text": "ab"},
                {"output_type": "stream", "name": "stderr", "text": "e"},
                {"output_type": "stream", "name": "stdout", "text": "c"}
            ])
        );
    }

    #[test]
    fn updates_a_display_in_an_earlier_cell() {
        let cells = after(&[
            show(0, "display_data", "x", "old"),
            out("between"),
            show(1, "update_display_data", "x", "new"),
            show(1, "update_display_data", "unknown", "nowhere"),
        ]);
        assert_eq!(cells[0][0]["data"]["text/plain"], "new");
        assert_eq!(cells[0][0].get("transient"), None);
        assert_eq!(cells[1], json!([]));
    }

    #[test]
    fn clears_at_once_or_with_the_next_output() {
        let now = (0, "clear_output", json!({"wait": false}));
        let wait = (0, "clear_output", json!({"wait": true}));
        assert_eq!(after(&[out("a"), now.clone()])[0], json!([]));
        assert_eq!(after(&[out("a"), wait.clone()])[0][0]["text"], "a");
        assert_eq!(
            after(&[out("a"), wait, out("b")])[0],
            json!([{"output_type": "stream", "name": "stdout", "text": "b"}])
        );
        // A display that was cleared is shown nowhere any more: its update must not touch what stands there now.
        let cells =
            after(&[show(0, "display_data", "x", "old"), now, out("b"), show(0, "update_display_data", "x", "new")]);
        assert_eq!(cells[0], json!([{"output_type": "stream", "name": "stdout", "text": "b"}]));
    }

    #[test]
    fn keeps_counts_of_results_and_fills_in_errors() {
        let cells = after(&[
            (0, "execute_result", json!({"data": {"text/plain": "2"}, "metadata": {}, "execution_count": 7})),
            (0, "error", json!({"evalue": "why"})),
            (0, "display_data", json!({"data": "malformed"})),
            (0, "status", json!({"execution_state": "busy"})),
        ]);
        assert_eq!(cells[0][0]["execution_count"], 7);
        assert_eq!(cells[0][1], json!({"output_type": "error", "ename": "", "evalue": "why", "traceback": []}));
        assert_eq!(cells[0].as_array().unwrap().len(), 2);
    }

    #[test]
    fn cuts_a_flood_once() {
        let block = "x".repeat(STREAM_LIMIT / 2 + 1);
        let cells = after(&[out(&block), out(&block), out("late")]);
        let text = cells[0][0]["text"].as_str().unwrap();
        assert!(text.ends_with("MiB]\n") && text.matches("output cut here").count() == 1);
        assert!(!text.contains("late"));
    }
}
