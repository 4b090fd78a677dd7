"""Each request of the messaging specification with all that it causes, checked against the schemas of jupyter_kernel_test.

A transcript is the reply and the kinds of the messages on the iopub channel that have the request as their parent. Where
those schemas differ from the specification (an aborted cell, a request for input), the test says what it expects.
"""

import queue
import time
import uuid

import pytest
import zmq
from jupyter_client.manager import start_new_kernel
from jupyter_client.session import Session
from jupyter_kernel_test.msgspec_v5 import validate_message


# Of these the suite has no schema.
WITHOUT_SCHEMA = {"comm_close"}


class Client:
    """Sends requests as they are given; every message that comes back is checked."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="lstm", startup_timeout=600)
        self.ask("execute_request", execution("1 + 1"))

    def send(self, kind, content, channel="shell"):
        message = self.client.session.msg(kind, content)
        getattr(self.client, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def reply_to(self, request, channel="shell", seconds=120):
        deadline = time.time() + seconds
        while True:
            message = getattr(self.client, f"{channel}_channel").get_msg(timeout=max(0.1, deadline - time.time()))
            if message["parent_header"].get("msg_id") == request:
                return message

    def published(self, request, seconds=120):
        """What the request caused, up to the end of its being busy."""
        messages, deadline = [], time.time() + seconds
        while True:
            message = self.client.iopub_channel.get_msg(timeout=max(0.1, deadline - time.time()))
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] not in WITHOUT_SCHEMA:
                validate_message(message, parent_id=request)
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages

    def ask(self, kind, content, channel="shell"):
        """The reply's content, and type and content of what was published between busy and idle."""
        request = self.send(kind, content, channel)
        reply = self.reply_to(request, channel)
        validate_message(reply, kind.replace("_request", "_reply"), parent_id=request)
        published = self.published(request)
        assert published[0]["content"] == {"execution_state": "busy"}
        return reply["content"], [(m["msg_type"], m["content"]) for m in published[1:-1]]

    def count(self):
        reply, _ = self.ask("execute_request", execution("0"))
        return reply["execution_count"]


def execution(code, **more):
    usual = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    return {"code": code, **usual, **more}


def kinds(published):
    return [kind for kind, _ in published]


@pytest.fixture(scope="module")
def client():
    client = Client()
    yield client
    client.client.stop_channels()
    client.manager.shutdown_kernel()


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_kernel_info(client, channel):
    reply, published = client.ask("kernel_info_request", {}, channel)
    assert published == []
    assert reply["protocol_version"].startswith("5.") and reply["implementation"] == "lstm-kernel"
    language = reply["language_info"]
    assert (language["name"], language["file_extension"], language["pygments_lexer"]) == ("rust", ".rs", "rust")
    assert language["version"].count(".") >= 1 and language["codemirror_mode"] == "rust" and language["mimetype"]
    assert reply["banner"] and all(link["text"] and link["url"] for link in reply["help_links"])


def test_execute_shows_what_it_prints_and_its_value(client):
    reply, published = client.ask("execute_request", execution('println!("out"); eprintln!("err"); 6 * 7'))
    assert reply["status"] == "ok" and kinds(published)[0] == "execute_input"
    assert kinds(published)[-1] == "execute_result" and published[-1][1]["data"]["text/plain"] == "42"
    assert published[0][1]["execution_count"] == published[-1][1]["execution_count"] == reply["execution_count"]
    streams = {content["name"]: content["text"] for kind, content in published if kind == "stream"}
    assert streams == {"stdout": "out\n", "stderr": "err\n"}


def test_execute_displays_and_updates_in_place(client):
    code = "let live = display(&Tensor::new(&[1u32], &Device::Cpu)?)?; live.update(&Tensor::new(&[2u32], &Device::Cpu)?)?;"
    _, published = client.ask("execute_request", execution(code))
    assert kinds(published) == ["execute_input", "display_data", "update_display_data"]
    first, second = (content["transient"]["display_id"] for kind, content in published[1:])
    assert first == second


def test_silence_and_not_storing_leave_the_count(client):
    before = client.count()
    reply, published = client.ask("execute_request", execution("5", silent=True, store_history=False))
    assert reply["status"] == "ok" and published == []
    reply, published = client.ask("execute_request", execution("5", store_history=False))
    assert kinds(published) == ["execute_input", "execute_result"]
    reply, published = client.ask("execute_request", execution("  \n"))
    assert reply["status"] == "ok" and kinds(published) == ["execute_input"]
    assert client.count() == before + 1


def test_an_error_is_published_and_replied(client):
    reply, published = client.ask("execute_request", execution('panic!("on purpose")'))
    assert kinds(published) == ["execute_input", "error"]
    assert reply["status"] == "error" and published[1][1]["ename"] == reply["ename"] == "Panic"
    assert "on purpose" in reply["evalue"] and published[1][1]["traceback"] == reply["traceback"]


def test_user_expressions_are_evaluated_one_by_one(client):
    reply, _ = client.ask("execute_request", execution("let seven = 7;", user_expressions={"a": "seven + 1", "b": "nothing"}))
    assert reply["status"] == "ok"
    assert reply["user_expressions"]["a"]["data"]["text/plain"] == "8"
    assert reply["user_expressions"]["b"]["status"] == "error"


@pytest.mark.parametrize("stop, statuses", [(True, ["error", "aborted", "aborted"]), (False, ["error", "ok", "ok"])])
def test_what_is_queued_behind_an_error(client, stop, statuses):
    codes = ['std::thread::sleep(std::time::Duration::from_secs(1)); panic!("first")', "1", "2"]
    requests = [client.send("execute_request", execution(code, stop_on_error=stop)) for code in codes]
    replies = [client.reply_to(request) for request in requests]
    client.published(requests[-1])
    assert [reply["content"]["status"] for reply in replies] == statuses


def test_completeness(client):
    for code, status in [("1 + 1", "complete"), ("fn f() {", "incomplete"), ("fn f() }", "invalid")]:
        reply, published = client.ask("is_complete_request", {"code": code})
        assert (reply["status"], published) == (status, [])
        assert ("indent" in reply and reply["indent"] == "    ") or status != "incomplete"


def test_completion_replaces_what_was_typed(client):
    code = "// ü\nTensor::zeros_l"
    reply, published = client.ask("complete_request", {"code": code, "cursor_pos": len(code)})
    assert published == [] and "zeros_like" in reply["matches"]
    assert code[reply["cursor_start"]:reply["cursor_end"]] == "zeros_l"


def test_inspection(client):
    reply, published = client.ask("inspect_request", {"code": "Lstm", "cursor_pos": 4, "detail_level": 0})
    assert reply["found"] and "Lstm" in reply["data"]["text/plain"] and published == []
    reply, _ = client.ask("inspect_request", {"code": "   ", "cursor_pos": 1, "detail_level": 0})
    assert not reply["found"]


def test_history(client):
    client.ask("execute_request", execution('"to be found"'))
    usual = {"output": False, "raw": True, "session": 0, "start": 0, "stop": 1000, "n": 1, "pattern": "*to be f*", "unique": False}
    for access in ["tail", "search"]:
        reply, published = client.ask("history_request", {**usual, "hist_access_type": access})
        assert reply["history"][-1][2] == '"to be found"' and published == []
    reply, _ = client.ask("history_request", {**usual, "hist_access_type": "range"})
    assert '"to be found"' in [source for _, _, source in reply["history"]]


def test_comms(client):
    reply, published = client.ask("comm_info_request", {})
    assert (reply["comms"], published) == ({}, [])
    comm = uuid.uuid4().hex
    published = client.published(client.send("comm_open", {"comm_id": comm, "target_name": "nobody", "data": {}}))
    assert [(m["msg_type"], m["content"].get("comm_id")) for m in published[1:-1]] == [("comm_close", comm)]
    for kind in ["comm_msg", "comm_close"]:
        assert len(client.published(client.send(kind, {"comm_id": comm, "data": {}}))) == 2


def test_input_is_asked_of_the_client(client):
    code = "let mut line = String::new(); std::io::stdin().read_line(&mut line)?; line"
    request = client.send("execute_request", execution(code, allow_stdin=True))
    asked = client.client.stdin_channel.get_msg(timeout=60)
    assert asked["msg_type"] == "input_request" and asked["parent_header"]["msg_id"] == request
    assert asked["content"] == {"prompt": "", "password": False}
    client.client.input("an answer")
    assert client.reply_to(request)["content"]["status"] == "ok"
    assert "an answer" in client.published(request)[-2]["content"]["data"]["text/plain"]


def test_an_interrupt_is_answered_while_a_cell_runs(client):
    code = "loop { train::check_interrupt()?; std::thread::sleep(std::time::Duration::from_millis(10)); }"
    request = client.send("execute_request", execution(code))
    while client.client.iopub_channel.get_msg(timeout=60)["msg_type"] != "execute_input":
        pass
    time.sleep(2)
    reply, _ = client.ask("interrupt_request", {}, "control")
    assert reply["status"] == "ok"
    assert client.reply_to(request)["content"]["ename"] == "Interrupted"


def test_the_heart_echoes(client):
    with client.client.context.socket(zmq.REQ) as heart:
        heart.linger = 0
        heart.connect(f"tcp://127.0.0.1:{client.manager.hb_port}")
        heart.send(b"beat \x00\xff")
        assert heart.poll(1000) and heart.recv() == b"beat \x00\xff"


def test_subscribers_are_welcomed(client):
    with client.client.context.socket(zmq.SUB) as listener:
        listener.linger = 0
        listener.connect(f"tcp://127.0.0.1:{client.manager.iopub_port}")
        listener.subscribe(b"")
        assert listener.poll(5000)
        welcome = listener.recv_multipart()
    # Not the client's own session, which hears the same welcome and would take it for a repetition.
    session = Session(key=client.client.session.key, signature_scheme=client.client.session.signature_scheme)
    _, frames = session.feed_identities(welcome)
    assert session.deserialize(frames)["msg_type"] == "iopub_welcome"


def test_what_cannot_be_read_is_passed_over(client):
    session, channel = client.client.session, client.client.shell_channel
    good = session.serialize(session.msg("kernel_info_request", {}))
    forged = list(good)
    forged[1] = b"0" * 64
    for frames in [forged, [b"<IDS|MSG>"], [b"noise"], [b"", b"<IDS|MSG>", b"", b"{", b"{}", b"{}", b"{}"], [b"x" * (64 << 20)]]:
        channel.socket.send_multipart(frames)
    client.client.stdin_channel.send(session.msg("input_reply", {"value": "nobody asked"}))
    with pytest.raises(queue.Empty):
        while True:
            parent = channel.get_msg(timeout=2)["parent_header"]
            assert parent.get("msg_type") != "kernel_info_request", "an unsigned request was answered"
    assert client.ask("execute_request", execution("40 + 2"))[1][-1][1]["data"]["text/plain"] == "42"


def test_requests_of_unknown_kind_are_refused(client):
    request = client.send("teleport_request", {})
    reply = client.reply_to(request)
    assert (reply["msg_type"], reply["content"]["status"]) == ("teleport_reply", "error")


def test_shutdown_is_answered_and_done():
    client = Client()
    reply, _ = client.ask("shutdown_request", {"restart": False}, "control")
    assert reply == {"status": "ok", "restart": False}
    deadline = time.time() + 30
    while client.manager.is_alive() and time.time() < deadline:
        time.sleep(0.1)
    assert not client.manager.is_alive()
    client.client.stop_channels()
