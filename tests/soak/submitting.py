"""Clients that submit batches to a server over HTTP, and remember what was acknowledged."""

import http.client
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from ledger.client.founding import found
from ledger.client.home import Home, new_home
from ledger.keys.files import load_key
from ledger.record.batch import SealedRecord, SignedBatch, sign_batch
from ledger.record.record import Record
from ledger.record.submission import encode_submission
from ledger.signing.keys import Signer
from tests.cli.prepared import spawn
from tests.makers import seed, shard

ORIGIN = "lab.example/soak"


def new_ledger(folder: Path, url: str | None = None) -> Home:
    """Return a new ledger in a folder."""
    home = new_home(folder, url=url, origin=ORIGIN)
    found(home, url).close()
    return home


def batch_of(number: int, signer: Signer) -> SignedBatch:
    """Return a batch of one shard, the same for the same number."""
    sealed = SealedRecord.of(Record.parse("shard", shard(number)), seed(number + 1))
    return sign_batch(ORIGIN, [sealed], signer)


@dataclass
class Server:
    """`ledger serve --writable` as a process of its own."""

    process: "subprocess.Popen[bytes]"
    address: str

    @classmethod
    def start(cls, folder: Path, *words: str) -> "Server":
        """Start it, and wait until it says where it listens."""
        process = spawn("serve", "--writable", "--port", "0", *words, folder=folder)
        assert process.stderr is not None
        line = process.stderr.readline().decode()
        found = re.search(r"http://[^/]+", line)
        assert found, line + process.stderr.read().decode()
        return cls(process, found[0])


@dataclass
class Clients:
    """Threads that submit one batch after the other until the server is gone."""

    address: str
    signer: Signer
    numbers: "Iterator[int]" = field(default_factory=count)
    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    """Number and index of each batch that was answered with 200 or 201."""
    others: list[tuple[int, bytes]] = field(default_factory=list)
    """Any other answers."""
    begun: threading.Event = field(default_factory=threading.Event)
    """Set once something was acknowledged."""

    def start(self, threads: int) -> list[threading.Thread]:
        """Start them."""
        started = [threading.Thread(target=self._work) for _ in range(threads)]
        for thread in started:
            thread.start()
        return started

    def _work(self) -> None:
        parts = urlsplit(self.address)
        assert parts.hostname
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        # Whatever ends the connection ends the client: the server was told to stop.
        with suppress(OSError, http.client.HTTPException), closing(connection):
            while True:
                self._submit(connection, next(self.numbers))

    def _submit(self, connection: http.client.HTTPConnection, number: int) -> None:
        body = encode_submission(batch_of(number, self.signer))
        connection.request("POST", "/api/v1/batches", body)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status not in (200, 201):
            self.others.append((answer.status, told))
            return
        self.acknowledged.append((number, json.loads(told)["index"]))
        self.begun.set()


def producer_of(home: Home) -> Signer:
    """Return the key that signs a ledger's batches."""
    return load_key(home.keys / "producer.key")
