"""The SDK: a ledger as an object, with the same verbs as the command line.

    from ledger import Ledger

    with Ledger.open() as ledger:
        report = ledger.add(["data"], set=["dataset.name=demo", "source.category=other"])
        ledger.release("model-1", datasets=["demo"])
        ledger.summary("model-1")

Everything is durable when a method returns. Errors are of the family in `ledger.errors`.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.capture import Metadata, Options, Progress
from ledger.capture.tokens import Tokens
from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.activity import Activities, Activity
from ledger.client.adding import AddReport, add_paths
from ledger.client.evidence import build_evidence, only, whole
from ledger.client.home import Home, find_home, new_home, write_config
from ledger.client.releasing import freeze, release_fields, training_root
from ledger.client.sealing import batches, timestamp
from ledger.client.summarising import (
    FORMATS,
    Format,
    document_of,
    facts_of,
    formats,
    render,
    summary_fields,
    write_files,
)
from ledger.content.digest import Digest
from ledger.errors import InputError, NotFoundError
from ledger.keys.files import load_key, new_key
from ledger.log.folder import CHECKPOINT, FolderSink
from ledger.log.log import Log
from ledger.proof.document_slot import with_evidence
from ledger.proof.evidence import Evidence, Opening
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.signing.note import Note
from ledger.store.engine import sqlite_path
from ledger.store.rows import StoredRecord
from ledger.store.store import Store
from ledger.summary.document import Document, Gap
from ledger.summary.profile import PROFILE_TEMPLATE

_TRUST = """\
# Whose checkpoints we believe (c2sp.org/tlog-policy). Give this file to whoever checks your
# documents, by a way they trust. No witness stands in it yet, so `quorum none`: the log alone says
# that it showed everybody the same tree.
log {vkey}
quorum none
"""


class Summary:
    """A published summary: its record, its document, and the files that were written."""

    def __init__(self, record: RecordId, document: Document, files: Sequence[Path]) -> None:
        self.id = record
        self.document = document
        self.files = tuple(files)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What the document could not say, each with what closes it."""
        return self.document.gaps


class Ledger:
    """A ledger in a folder of this machine: its rows, its keys, and what it publishes.

    Make one with `Ledger.create`, open one with `Ledger.open`; use it in a `with` statement.
    """

    def __init__(self, home: Home, store: Store) -> None:
        self.home = home
        self.store = store
        self._log: Log | None = None
        self._producer: Signer | None = None

    @classmethod
    def create(
        cls, folder: str | Path = ".", *, url: str | None = None, origin: str | None = None
    ) -> Self:
        """Make a ledger: keys, database, first entry, trust file, profile; and return it open.

        Args:
            folder: Where `ledger.d` goes, and `ledger.db` unless `url` says otherwise.
            url: The database; default `sqlite:///ledger.db`.
            origin: The log's name for ever, such as `lab.example/training`; default by the folder.

        Raises:
            InputError: There is a ledger already, or the folder cannot hold one.
            StorageError: The database cannot be made.
        """
        home = new_home(Path(folder), url=url, origin=origin)
        path = sqlite_path(home.url)
        had_database = path is not None and Path(path).exists()
        try:
            ledger = cls._begin(home)
            write_config(home, url)
        except BaseException:
            # Half a ledger would look like a whole one. What was there before stays.
            shutil.rmtree(home.config.parent, ignore_errors=True)
            if path is not None and not had_database:
                for suffix in ("", "-wal", "-shm"):
                    Path(path + suffix).unlink(missing_ok=True)
            raise
        return ledger

    @classmethod
    def _begin(cls, home: Home) -> Self:
        """Make the keys and the database, and let the first entry say whose keys these are."""
        root = new_key(home.keys / "root.key", f"{home.origin}/root")
        producer = new_key(home.keys / "producer.key", f"{home.origin}/producer")
        log = new_key(home.keys / "log.key", home.origin)
        home.trust.write_text(_TRUST.format(vkey=log.key), encoding="utf-8")
        home.profile.write_text(PROFILE_TEMPLATE, encoding="utf-8")
        ledger = cls(home, Store.create(home.url, origin=home.origin))
        keys = [_key_record(root, "root"), _key_record(producer, "producer")]
        ledger.log.append(list(batches(keys, origin=home.origin, signer=root)))
        ledger.publish()
        return ledger

    @classmethod
    def open(cls, folder: str | Path | None = None) -> Self:
        """Return the ledger of a folder; default: here or above, or `$LEDGER_HOME`.

        Raises:
            NotFoundError: There is none; with the command that makes one.
            StorageError: Its database cannot be opened, or is damaged.
        """
        home = find_home(Path(folder) if folder is not None else None)
        return cls(home, Store.open(home.url))

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.home.origin

    @property
    def log(self) -> Log:
        """The log, opened for writing when it is first needed."""
        if self._log is None:
            signer = load_key(self.home.keys / "log.key")
            self._log = Log(self.store, [signer], FolderSink(self.home.public))
        return self._log

    @property
    def producer(self) -> Signer:
        """The key that signs this ledger's batches."""
        if self._producer is None:
            self._producer = load_key(self.home.keys / "producer.key")
        return self._producer

    def record(self, records: Iterable[Record]) -> list[RecordId]:
        """Append records, a thousand a batch, and return their ids. Each batch is one commit."""
        ids: list[RecordId] = []
        for batch in batches(records, origin=self.origin, signer=self.producer):
            (index,) = self.log.append([batch])
            ids += [RecordId(index, position) for position in range(batch.batch.count)]
        return ids

    def publish(self) -> bytes:
        """Publish tiles and a signed checkpoint of everything recorded, and return the latter."""
        return self.log.publish()

    def checkpoint(self, index: int = 0) -> bytes:
        """Return a published checkpoint that covers entry `index`; publish one if none does."""
        found = FolderSink(self.home.public).read(CHECKPOINT)
        if found is not None and Checkpoint.from_text(Note.from_bytes(found).text).size > index:
            return found
        return self.publish()

    def add(
        self,
        paths: Sequence[str],
        *,
        set: Sequence[str] = (),
        manifest: str | Path | None = None,
        sha256: bool = False,
        tokens: Tokens | None = None,
        progress: Progress | None = None,
    ) -> AddReport:
        """Record files, folders and fsspec URLs as shards, and publish.

        What is recorded already, with the same content and metadata, is not recorded again; files
        that cannot be read are listed in the report, and the rest is recorded.

        Args:
            paths: Files, folders, URLs.
            set: `field.path=value` for every shard, such as `dataset.name=books`.
            manifest: A file that gives fields by file pattern (YAML, JSON Lines, CSV).
            sha256: Keep the SHA-256 of each file beside its BLAKE3.
            tokens: How to count tokens: a column that holds counts, or a tokenizer file.
            progress: Is told of bytes and files as they are read.

        Raises:
            InputError: A path is not there, a pattern matches nothing, metadata is missing.
            MalformedError: A field is unknown or wrong; with path, found, expected, nearest name.
        """
        return add_paths(
            self,
            paths,
            metadata=Metadata.load(settings=set, manifest=str(manifest) if manifest else None),
            exclude=[manifest] if manifest else [],
            options=Options(sha256=sha256, tokens=tokens),
            progress=progress,
        )

    def activity(
        self,
        name: str,
        *,
        agent: str | None = None,
        code: Mapping[str, str] | None = None,
        parameters: Mapping[str, str | int | bool] | None = None,
        set: Sequence[str] = (),
    ) -> Activities:
        """Return an activity: what goes in, what comes out, one batch at its end.

        As a context manager it gives the `Activity`; as a decorator it runs one a call, and hands
        it to the function's parameter `activity` if it has one. If the body raises, nothing is
        recorded.

        Args:
            name: What is done, such as `dedup`.
            agent: Who or what does it; default: the user and machine are not recorded.
            code: `repository`, `commit`, `digest` of the code that runs.
            parameters: What the run was given; texts, integers, booleans.
            set: `field.path=value` for every output, as in `add`.
        """
        return Activities(
            lambda: Activity(
                self, name, agent=agent, code=code, parameters=parameters, set=tuple(set)
            )
        )

    def show(self, record_id: str | RecordId) -> StoredRecord:
        """Return a record, whole.

        Raises:
            NotFoundError: There is no such record.
        """
        return self.store.record(_id(record_id))

    def find(
        self,
        *,
        digest: str | None = None,
        file: str | Path | None = None,
        dataset: str | None = None,
    ) -> Iterator[StoredRecord]:
        """Yield the shard records about a digest, a file's content, or a dataset, oldest first."""
        if file is not None:
            digest = str(_digest_of(Path(file)))
        if digest is not None:
            for stored in self.store.find_by_digest(Digest.parse(digest)):
                if dataset is None or _dataset(stored) == dataset:
                    yield stored
            return
        yield from self.store.records(dataset=dataset)

    def release(
        self,
        name: str,
        *,
        datasets: Sequence[str],
        models: Sequence[tuple[str, str | None]] = (),
        market_date: str | None = None,
        dependencies: Sequence[tuple[str, str | None]] = (),
        continues_training: bool | None = None,
    ) -> RecordId:
        """Freeze the records of `datasets` as the training set of a release, and log that.

        Args:
            name: The release's name; a later release of the same name supersedes it.
            datasets: Names of the datasets it was trained on, as in `dataset.name`.
            models: Versioned model names that it covers, each with a link or None.
            market_date: When it was placed on the Union market, `YYYY-MM-DD`.
            dependencies: Models it was made from, each with a link to their summary or None.
            continues_training: Whether the model keeps training on new data.

        Raises:
            NotFoundError: A dataset has no records.
            InputError: Records of the superseded release would be lost.
        """
        earlier = self._newest_release(name)
        root = freeze(self.store, datasets, earlier)
        fields = release_fields(
            name,
            datasets=datasets,
            root=root,
            models=models,
            market_date=market_date,
            dependencies=dependencies,
            continues_training=continues_training,
            supersedes=earlier.id if earlier else None,
        )
        record = Record.parse("release", {**fields, "claimed_at": timestamp()})
        (record_id,) = self.record([record])
        self.publish()
        return record_id

    def _newest_release(self, name: str) -> StoredRecord | None:
        found = self.store.open_records("release", name=name)
        return found[-1] if found else None

    def find_release(self, name: str) -> StoredRecord:
        """Return the newest record of a release.

        Raises:
            NotFoundError: There is none; with the nearest name.
        """
        found = self._newest_release(name)
        if found is None:
            from ledger.record.schema import nearest

            names = tuple(release_name(one) for one in self.store.open_records("release"))
            raise NotFoundError(
                f"there is no release {name!r}{nearest(name, names)}",
                hint=f"ledger release create {name} --dataset …",
            )
        return found

    def draft(self, name: str) -> Document:
        """Return the summary of a release as it would be published now; nothing is logged."""
        release = self.find_release(name)
        return document_of(
            facts_of(self.store, training_root(release)),
            home=self.home,
            release=release,
            size=self.store.head().size,
            earlier=self.store.open_records("summary", name=name),
        )

    def check(self, name: str) -> tuple[Gap, ...]:
        """Return what a release's summary still lacks, each with what closes it."""
        return self.draft(name).gaps

    def summary(
        self,
        name: str,
        *,
        template: str = "eu",
        to: Sequence[str] = tuple(FORMATS),
        folder: str | Path = ".",
    ) -> Summary:
        """Write a release's public summary, log it, and put its proof inside each file.

        Args:
            name: The release.
            template: `eu`: AI Act, Article 53(1)(d).
            to: Formats: `html`, `jsonld`.
            folder: Where the files go, as `<release>-summary-v<version>.<format>`.

        Raises:
            NotFoundError: There is no such release.
            InputError: A format or template is unknown, or the folder cannot be written.
        """
        if template != "eu":
            raise InputError(f"there is no template {template!r}: expected eu")
        wanted = formats(to)
        document = self.draft(name)
        release = self.find_release(name)
        earlier = self.store.open_records("summary", name=name)
        renditions = render(document, wanted)
        fields = summary_fields(document, renditions, release=release, earlier=earlier)
        record = Record.parse("summary", {**fields, "claimed_at": timestamp()})
        (record_id,) = self.record([record])
        self.publish()
        evidence = self.evidence({record_id: (), release.id: ()}).to_bytes()
        files: dict[Path, bytes] = {}
        for one in renditions:
            data = with_evidence(one.document, evidence)
            files[Path(folder) / _file_name(name, document.version, one.format)] = data
        public = {
            self.home.public / "documents" / f"{one.digest[7:]}{one.format.suffix}": data
            for one, data in zip(renditions, files.values(), strict=True)
        }
        write_files({**public, **files})
        return Summary(record_id, document, list(files))

    def prove(
        self, record_id: str | RecordId, *, fields: Sequence[str] = (), closed: bool = False
    ) -> Evidence:
        """Return evidence for one record: whole, or some fields of it, or only that it is there.

        Raises:
            NotFoundError: There is no such record, or it has no such field.
        """
        return self.evidence({_id(record_id): None if closed else tuple(fields)})

    def evidence(self, wanted: Mapping[RecordId, Sequence[str] | None]) -> Evidence:
        """Return evidence for several records under one checkpoint.

        `wanted` gives for each record the fields to show: none named shows it whole, None shows
        nothing of it but that it was logged.
        """
        if not wanted:
            raise InputError("evidence is about at least one record")
        openings: dict[RecordId, Opening | None] = {}
        for record_id, names in wanted.items():
            stored = self.store.record(record_id)
            if names is None:
                openings[record_id] = None
            else:
                openings[record_id] = only(*names)(stored) if names else whole(stored)
        return build_evidence(self.store, self.checkpoint(max(wanted).index), openings)


def release_name(stored: StoredRecord) -> str:
    """Return the name of a release record."""
    stated = stored.record.fields["release"]
    assert isinstance(stated, dict)
    return str(stated["name"])


def _key_record(signer: Ed25519Signer, role: str) -> Record:
    return Record.parse(
        "key",
        {
            "key": {"action": "add", "vkey": str(signer.key), "role": role},
            "basis": {"key": "observed"},
            "claimed_at": timestamp(datetime.now(UTC)),
        },
    )


def _id(record_id: str | RecordId) -> RecordId:
    return RecordId.parse(record_id) if isinstance(record_id, str) else record_id


def _dataset(stored: StoredRecord) -> str:
    dataset = stored.record.fields.get("dataset")
    return str(dataset["name"]) if isinstance(dataset, dict) else ""


def _digest_of(path: Path) -> Digest:
    try:
        with path.open("rb") as file:
            return Digest.of_blocks(iter(lambda: file.read(1 << 20), b""))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _file_name(release: str, version: int, form: Format) -> str:
    plain = "".join(char if char.isalnum() or char in "-_." else "-" for char in release)
    return f"{plain.strip('.-') or 'release'}-summary-v{version}{form.suffix}"
