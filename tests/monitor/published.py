"""A log as its server shows it: every path of tlog-tiles, and evidence, from a log in memory.

`PublishedLog` answers in this process, as `ledger.log.web.ask` would; `serving_log` puts the same
answers behind a real server.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from ledger.errors import MalformedError
from ledger.log.web import Answer
from ledger.record.batch import SignedBatch
from ledger.record.leaf import RecordId
from ledger.signing.keys import Signer
from ledger.tree.hashing import HASH_SIZE, leaf_hash
from ledger.tree.tiles import TILE_WIDTH, BundleId, TileId, encode_bundle
from tests.makers import LOG, PRODUCER, WITNESS, WITNESS_PQ, MemoryLog, batch, keys_batch, shard

BINARY, TEXT, JSON_TYPE = "application/octet-stream", "text/plain", "application/json"
NOT_FOUND = Answer(404, "application/problem+json", b"{}", {})
Respond = Callable[[str], Answer]


@dataclass
class PublishedLog:
    """A `MemoryLog` behind the paths of its server. `signed` is what /checkpoint says."""

    log: MemoryLog = field(default_factory=MemoryLog)
    signed: bytes = b""

    @classmethod
    def of(
        cls,
        batches: Sequence[SignedBatch],
        *,
        signer: Signer = LOG,
        cosigners: Sequence[Signer] = (WITNESS, WITNESS_PQ),
    ) -> "PublishedLog":
        """Return a log of these entries, with its checkpoint published."""
        made = cls(MemoryLog(signer=signer, cosigners=cosigners))
        made.append(*batches)
        return made

    def append(self, *batches: SignedBatch) -> None:
        """Append entries and publish."""
        self.log.append(*batches)
        self.signed = self.log.checkpoint().to_bytes()

    def forked(self, at: int, *batches: SignedBatch) -> "PublishedLog":
        """Return another log under the same key: the first `at` entries, and then others."""
        return PublishedLog.of(
            [*self.log.batches[:at], *batches],
            signer=self.log.signer,
            cosigners=self.log.cosigners,
        )

    def respond(self, path: str) -> Answer:
        """Return what the server answers at `path`, which begins with a slash."""
        name = path.removeprefix("/")
        if name == "checkpoint":
            return Answer(200, TEXT, self.signed, {})
        if name.startswith("api/v1/records/") and name.endswith("/proof"):
            return self._evidence(RecordId.parse(name.split("/")[3]))
        try:
            if name.startswith("tile/entries/"):
                return self._bundle(BundleId.parse(name))
            return self._tile(TileId.parse(name))
        except MalformedError:
            return NOT_FOUND

    def ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 10,
        limit: int = 2**20,
    ) -> Answer:
        """Answer in this process (a `ledger.monitor.remote.Ask`), below a prefix of one name."""
        _, _, path = urlsplit(url).path.removeprefix("/").partition("/")
        answer = self.respond(f"/{path}")
        assert len(answer.body) <= limit, f"{url} has {len(answer.body)} bytes"
        return answer

    def _tile(self, tile: TileId) -> Answer:
        known = {**self.log.tiles.full, **dict(self.log.tiles.edge.partial_tiles())}
        for one, data in known.items():
            if (one.level, one.number) == (tile.level, tile.number) and one.width >= tile.width:
                return Answer(200, BINARY, data[: tile.width * HASH_SIZE], {})
        return NOT_FOUND

    def _bundle(self, bundle: BundleId) -> Answer:
        first = bundle.number * TILE_WIDTH
        notes = [one.note for one in self.log.batches[first : first + bundle.width]]
        return (
            Answer(200, BINARY, encode_bundle(notes), {})
            if len(notes) == bundle.width
            else (NOT_FOUND)
        )

    def _evidence(self, wanted: RecordId) -> Answer:
        batches = self.log.batches
        if wanted.index >= self.log.size or wanted.position >= batches[wanted.index].batch.count:
            return NOT_FOUND
        # Key entries about other keys are left out, as a ledger does (docs/formats/keyring.md).
        entries = [self.log.entry(index) for index in sorted({0, wanted.index})]
        return Answer(200, JSON_TYPE, self.log.evidence(*entries).to_bytes(), {})


def shards(count: int, *, first: int = 1) -> list[SignedBatch]:
    """Return batches of one shard each; other numbers make other batches."""
    return [
        batch(PRODUCER, "shard", [shard(number)], first_secret=10_000 + number)
        for number in range(first, first + count)
    ]


def small_log(size: int = 5) -> PublishedLog:
    """Return a log of keys and shards."""
    return PublishedLog.of([keys_batch(), *shards(size - 1)])


def leaves_of(log: PublishedLog) -> list[bytes]:
    """Return a log's leaf hashes."""
    return [leaf_hash(one.note) for one in log.log.batches]


@contextmanager
def serving_log(respond: Respond) -> Iterator[str]:
    """Serve answers on a free port of this machine, and give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = respond(self.path)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
