//! Reading a client's messages: signatures checked, fields that a client may leave out filled in.

use jupyter_protocol::{Header, JupyterMessage, JupyterMessageContent, UnknownMessage};
use jupyter_zmq_client::{Connection, RawMessage, RuntimeError};
use serde_json::{Map, Value, json};
use zeromq::SocketRecv;

/// The next message. Content that does not fit its type arrives as an unknown message, so that it can be refused.
pub(super) async fn read<S: SocketRecv>(connection: &mut Connection<S>) -> Result<JupyterMessage, RuntimeError> {
    let raw = RawMessage::from_multipart(connection.socket.recv().await?, &connection.mac)?;
    let [header, parent_header, metadata, content, ..] = raw.jparts.as_slice() else {
        return Err(RuntimeError::InsufficientMessageParts(raw.jparts.len()));
    };
    let header: Header = serde_json::from_slice(header)?;
    let content = parse(&header.msg_type, serde_json::from_slice(content)?);
    Ok(JupyterMessage {
        zmq_identities: raw.zmq_identities,
        header,
        parent_header: serde_json::from_slice(parent_header).ok(),
        metadata: serde_json::from_slice(metadata)?,
        content,
        buffers: Vec::new(),
        channel: None,
    })
}

fn parse(msg_type: &str, mut content: Value) -> JupyterMessageContent {
    if let Value::Object(given) = &mut content {
        for (name, value) in defaults(msg_type) {
            let field = given.entry(name).or_insert(Value::Null);
            if field.is_null() {
                *field = value;
            }
        }
    }
    JupyterMessageContent::from_type_and_content(msg_type, content.clone()).unwrap_or_else(|_| {
        JupyterMessageContent::UnknownMessage(UnknownMessage { msg_type: msg_type.to_owned(), content })
    })
}

/// What the specification, or the reference client, lets a client leave out.
fn defaults(msg_type: &str) -> Map<String, Value> {
    let fields = match msg_type {
        "execute_request" => {
            json!({"silent": false, "store_history": true, "user_expressions": {}, "allow_stdin": true, "stop_on_error": true})
        }
        "history_request" => json!({
            "hist_access_type": "range", "output": false, "raw": true, "session": 0, "start": 0, "stop": i32::MAX,
            "n": i32::MAX, "pattern": "*", "unique": false,
        }),
        "inspect_request" => json!({"detail_level": 0}),
        "shutdown_request" => json!({"restart": false}),
        _ => Value::Null,
    };
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{JupyterMessageContent, parse};
    use jupyter_protocol::HistoryRequest;
    use serde_json::json;

    #[test]
    fn a_search_without_a_limit_finds_all() {
        let content = parse("history_request", json!({"hist_access_type": "search", "pattern": "*x*"}));
        let JupyterMessageContent::HistoryRequest(HistoryRequest::Search { pattern, unique, n, .. }) = content else {
            panic!("{content:?}");
        };
        assert_eq!((pattern.as_str(), unique, n), ("*x*", false, i32::MAX));
    }

    #[test]
    fn content_that_does_not_fit_is_kept_to_be_refused() {
        let content = parse("execute_request", json!({"code": 7}));
        assert!(matches!(content, JupyterMessageContent::UnknownMessage(_)), "{content:?}");
    }
}
