"""The documented examples: which requests, and how a real server answered them.

`python -m tests.api.examples` writes api/examples.json anew, after a format has changed.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

import api
from api.app import create_app
from ledger.record.submission import encode_submission
from tests.api.world import STRANGER, World, make_world, open_world, shard, signed

PATH = Path(api.__file__).with_name("examples.json")


@dataclass(frozen=True)
class Case:
    """A request to one operation. `{name}` in the path is one of the parameters."""

    operation: str
    name: str
    path: str
    parameters: dict[str, Any] = field(default_factory=dict)
    request: Any = None
    request_type: str = "application/json"
    accept: str = "*/*"

    @property
    def target(self) -> str:
        """The request line."""
        method = "GET" if self.request is None else "POST"
        return f"{method} {self.path.format(**self.parameters)}"


def cases(world: World) -> list[Case]:
    """Return the requests, in the order in which they are sent."""
    closed, entry = "/api/v1/records/{record_id}", "/api/v1/entries/{index}"
    jsonld = json.loads(world.documents["2.jsonld"])
    changed = {**jsonld, "version": 3}
    batch = json.loads(encode_submission(signed(shard("d.txt"))))
    foreign = json.loads(encode_submission(signed(shard("d.txt"), origin="other.example/log")))
    later = shard("d.txt", claimed_at="2036-11-24T09:30:00Z")
    future = json.loads(encode_submission(signed(later)))
    unknown = json.loads(encode_submission(signed(shard("d.txt"), signer=STRANGER)))
    html = world.documents["2.html"].decode()
    name = min(path.name for path in (world.public / "documents").glob("*.jsonld"))
    return [
        Case("read_checkpoint", "checkpoint", "/checkpoint"),
        Case("read_tile", "not published", "/tile/{path}", {"path": "0/x001/234"}),
        Case("read_log", "state", "/api/v1/log"),
        Case("read_record", "open", closed, {"record_id": "2.0"}),
        Case("read_record", "sealed", closed, {"record_id": "1.0"}),
        Case("read_record", "not logged", closed, {"record_id": "99.0"}),
        Case("read_record", "no record id", closed, {"record_id": "1"}),
        Case("prove_record", "sealed", closed + "/proof", {"record_id": "1.0"}),
        Case("prove_record", "not logged", closed + "/proof", {"record_id": "99.0"}),
        Case("prove_entry", "tlog-proof", entry + "/proof", {"index": 1}),
        Case("prove_entry", "not logged", entry + "/proof", {"index": 99}),
        Case("prove_entry", "not acceptable", entry + "/proof", {"index": 1}, accept="image/png"),
        Case("prove_entry_tlog", "tlog-proof", entry + ".tlog-proof", {"index": 1}),
        Case("prove_entry_cose", "not logged", entry + ".cose", {"index": 99}),
        Case("read_entry", "a batch of shards", entry + ".note", {"index": 1}),
        Case("prove_growth", "never had", "/api/v1/consistency/{size}.cose", {"size": 99}),
        Case("list_releases", "all", "/api/v1/releases"),
        Case("read_release", "by name", "/api/v1/releases/{name}", {"name": "example-1"}),
        Case("read_release", "no such", "/api/v1/releases/{name}", {"name": "example-9"}),
        Case("list_summaries", "all", "/api/v1/summaries"),
        Case("list_summaries", "limit", "/api/v1/summaries?limit=0"),
        Case("read_summary", "superseded", "/api/v1/summaries/{record_id}", {"record_id": "3.0"}),
        Case("read_summary", "no summary", "/api/v1/summaries/{record_id}", {"record_id": "2.0"}),
        Case("read_document", "JSON-LD", "/api/v1/documents/{name}", {"name": name}),
        Case("read_document", "no name", "/api/v1/documents/{name}", {"name": "summary.html"}),
        Case("verify_file", "verified", "/api/v1/verify", {}, jsonld, "application/ld+json"),
        Case("verify_file", "changed", "/api/v1/verify", {}, changed, "application/ld+json"),
        Case("verify_file", "HTML", "/api/v1/verify", {}, html, "text/html"),
        Case("verify_file", "something else", "/api/v1/verify", {}, {"a": 1}),
        Case("submit_batch", "new", "/api/v1/batches", {}, batch),
        Case("submit_batch", "sent again", "/api/v1/batches", {}, batch),
        Case("submit_batch", "for another log", "/api/v1/batches", {}, foreign),
        Case("submit_batch", "claimed in the future", "/api/v1/batches", {}, future),
        Case("submit_batch", "unregistered key", "/api/v1/batches", {}, unknown),
        Case("read_problem", "meaning", "/api/v1/problems/{name}", {"name": "unregistered-key"}),
        Case("read_problem", "no such", "/api/v1/problems/{name}", {"name": "bad-weather"}),
    ]


def body_of(case: Case) -> bytes:
    """Return the bytes of a request: JSON in its canonical form, and text as it is."""
    if isinstance(case.request, str):
        return case.request.encode()
    text = json.dumps(case.request, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    end = "" if case.operation == "submit_batch" else "\n"
    return (text + end).encode()


def ask(client: TestClient, case: Case) -> dict[str, Any]:
    """Send a request, and return what the documentation says about it."""
    method, _, target = case.target.partition(" ")
    content = None if case.request is None else body_of(case)
    headers = {"Accept": case.accept}
    if content is not None:
        headers["Content-Type"] = case.request_type
    response = client.request(method, target, content=content, headers=headers)
    media_type = response.headers["content-type"]
    told: dict[str, Any] = {
        "operation": case.operation,
        "name": case.name,
        "target": case.target,
        "parameters": case.parameters,
        "status": response.status_code,
        "media_type": media_type,
        "answer": response.json() if "json" in media_type else response.text,
    }
    if case.request is not None:
        told |= {"request": case.request, "request_type": case.request_type}
    return told


def main() -> None:
    """Write the examples."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        made = make_world(folder)
        made.log.close()
        world = open_world(folder, writable=True)
        world.documents.update(made.documents)
        client = TestClient(create_app(world.log.store, world.settings, log=world.log))
        told = [ask(client, case) for case in cases(world)]
        world.log.close()
    PATH.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
