"""The SDK: a ledger as an object, with the same verbs as the command line.

    from ledger import Ledger

    with Ledger.open() as ledger:
        report = ledger.add(["data"], set=["dataset.name=demo", "source.category=other"])
        ledger.release("model-1", datasets=["demo"])
        ledger.summary("model-1")

Everything is durable when a method returns. Errors are of the family in `ledger.errors`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ledger.capture import DocumentTree, DomainColumn, Progress
from ledger.capture.tokens import Tokens
from ledger.client.activity import Activities, Activity
from ledger.client.adding import AddReport, add_reading
from ledger.client.evidence import build_evidence, openings_of
from ledger.client.finding import file_digest, find
from ledger.client.opened import OpenLedger
from ledger.client.reading import Reading
from ledger.client.releasing import (
    Named,
    find_release,
    linked,
    log_release,
    training_root,
)
from ledger.content.digest import Digest
from ledger.errors import InputError
from ledger.proof.evidence import Evidence
from ledger.record.leaf import RecordId
from ledger.store.rows import StoredRecord

if TYPE_CHECKING:
    # Loaded by the verbs that need it: a third of what this module would take to import.
    from ledger.client.correcting import Corrected, Ids
    from ledger.client.disclosing import Disclosed
    from ledger.client.documents import ProvableDocument
    from ledger.client.history import History, Relabelled
    from ledger.client.reviewing import Review
    from ledger.client.summarising import Preview, Summary
    from ledger.summary.document import Document, Gap

Formats: TypeAlias = Sequence[str]
"""Names of formats, as in `--to`."""


class Ledger(OpenLedger):
    """A ledger in a folder of this machine: its rows, its keys, and what it publishes.

    Make one with `Ledger.create`, open one with `Ledger.open`; use it in a `with` statement.
    """

    def add(
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        set: Sequence[str] = (),
        manifest: str | Path | None = None,
        sha256: bool = False,
        tokens: Tokens | None = None,
        domains: DomainColumn | None = None,
        documents: DocumentTree | None = DocumentTree(),  # noqa: B008 - it is a tuple
        progress: Progress | None = None,
    ) -> AddReport:
        """Record files, folders and fsspec URLs as shards, and publish.

        What is recorded already, with the same content and metadata, is not recorded again; files
        that cannot be read are listed in the report, and the rest is recorded.

        Args:
            paths: Files, folders, fsspec URLs; one or several.
            set: `field.path=value` for every shard, such as `dataset.name=books`.
            manifest: A file that gives fields by file pattern (YAML, JSON Lines, CSV).
            sha256: Keep the SHA-256 of each file beside its BLAKE3.
            tokens: How to count tokens: a column that holds counts, or a tokenizer file.
            domains: Which column names the URL or host of a row, to tally web domains by.
            documents: What the documents inside a file are, for the tree over them: each row, or
                the text in a column. None makes no tree, and then no document can be proved.
            progress: Is told of bytes and files as they are read.

        Raises:
            InputError: A path is not there, a pattern matches nothing, metadata is missing.
            MalformedError: A field is unknown or wrong; with path, found, expected, nearest name.
        """
        several = [paths] if isinstance(paths, str | Path) else paths
        reading = Reading.start(
            [str(path) for path in several],
            settings=set,
            manifest=manifest,
            sha256=sha256,
            tokens=tokens,
            domains=domains,
            documents=documents,
            exclude=self.home.own_files,
            progress=progress,
        )
        with reading:
            return add_reading(self, reading)

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

    def correct(
        self,
        record_ids: "Ids" = (),
        *,
        reason: str,
        set: Sequence[str] = (),
        unset: Sequence[str] = (),
        dataset: str | None = None,
    ) -> "list[Corrected]":
        """Replace shard records by others of the same content that say it right, and publish.

        Nothing is updated: the replacement and the correction are records. The reason is public.

        Args:
            record_ids: One record or several; the newest of each chain.
            reason: Why.
            set: `field.path=value`, as in `add`.
            unset: Paths to remove, such as `source.crawl`.
            dataset: Instead of `record_ids`: all current records of a dataset.

        Raises:
            NotFoundError: There is no such record, or no such dataset.
            InputError: A record was replaced or erased before, is of another kind, or says so
                already; or the reason is empty. Nothing was written.
            MalformedError: The fields would contradict each other.
        """
        from ledger.client.correcting import correct

        return correct(self, record_ids, dataset, reason, settings=set, unset=unset)

    def withdraw(
        self, record_ids: "Ids" = (), *, reason: str, dataset: str | None = None
    ) -> "list[Corrected]":
        """Say, with a public reason, that records are not to be used any more, and publish.

        They stay, and whoever sees one sees that it was withdrawn. No release takes them.

        Raises:
            NotFoundError: There is no such record, or no such dataset.
            InputError: One was replaced, withdrawn or erased before, or is a key or a correction.
        """
        from ledger.client.correcting import chosen, withdraw

        return withdraw(self, chosen(self, record_ids, dataset), reason)

    def erase(
        self, record_ids: "Ids" = (), *, reason: str, dataset: str | None = None
    ) -> "list[Corrected]":
        """Log with a public reason that shard records are erased, destroy their values, publish.

        Values and secret are gone from the database's files when this returns; no proof changes.
        This cannot be undone. What it does not reach is in docs/corrections.md.

        Raises:
            NotFoundError: There is no such record, or no such dataset.
            InputError: A record is published, being of an open kind. Nothing was written.
            StorageError: The database is in use or full. What is logged and not yet destroyed is
                destroyed when the ledger is opened to write again, or by the same call.
        """
        from ledger.client.correcting import chosen, erase

        return erase(self, chosen(self, record_ids, dataset), reason)

    def history(self, record_id: str | RecordId) -> "History":
        """Return what became of a record: its corrections, what replaced it, what it replaced.

        Raises:
            NotFoundError: There is no such record.
        """
        from ledger.client.history import history

        return history(self, _id(record_id))

    def show(self, record_id: str | RecordId) -> StoredRecord:
        """Return a record, whole, as it was logged; `history` says whether it still stands.

        Raises:
            NotFoundError: There is no such record, or it was erased.
        """
        return self.store.record(_id(record_id))

    def find(
        self,
        *,
        digest: str | Digest | None = None,
        file: str | Path | None = None,
        dataset: str | None = None,
        all: bool = False,
    ) -> Iterator[StoredRecord]:
        """Yield the shard records about a digest, a file's content, or a dataset, oldest first.

        Only those that stand; with `all` also those that were replaced or withdrawn.
        """
        if digest is not None and file is not None:
            raise InputError("find takes a digest or a file, not both")
        wanted = file_digest(file) if file is not None else digest
        if isinstance(wanted, str):
            wanted = Digest.parse(wanted)
        return find(self.store, digest=wanted, dataset=dataset, current=not all)

    def release(
        self,
        name: str,
        *,
        datasets: Sequence[str] = (),
        models: Sequence[Named] = (),
        market_date: str | None = None,
        dependencies: Sequence[Named] = (),
        continues_training: bool | None = None,
        modified: bool | None = None,
        statements: Mapping[str, str] | None = None,
        facts: str | Path | None = None,
    ) -> RecordId:
        """Freeze the records of `datasets` as the training set of a release, and log that.

        Args:
            name: The release's name; a later release of the same name supersedes it.
            datasets: Names of the datasets it was trained on, as in `dataset.name`.
            models: Versioned model names that it covers, each a name, (name, link), or a mapping
                with `name`, `link`, `market_date` and `digest`.
            market_date: When it was placed on the Union market, `YYYY-MM-DD`.
            dependencies: Models it was made from, each a name, (name, link to its summary), or a
                mapping with `model`, `summary_link` and `of`, the model made from it.
            continues_training: Whether the model keeps training on new data.
            modified: Whether it is modified from a model that is on the Union market.
            statements: Your own words for this release: paths as `describe.languages` to texts.
            facts: A `release.yaml` with any of this; the arguments win over it (docs/profile.md).

        Raises:
            NotFoundError: A dataset has no records.
            InputError: Records of the superseded release would be lost, or the file cannot be used.
            MalformedError: A date, link or path is none; two models have one name.
        """
        given = {
            "datasets": list(datasets),
            "models": [linked(one) for one in models],
            "market_date": market_date,
            "based_on": [linked(one, "summary_link", "model") for one in dependencies],
            "continues_training": continues_training,
            "modified": modified,
            "statements": statements,
        }
        given = {key: value for key, value in given.items() if value not in (None, [])}
        return log_release(self, name, facts=facts, given=given)

    def draft(self, name: str, *, template: str = "eu") -> "Document":
        """Return the summary of a release as it would be published now; nothing is logged."""
        from ledger.client.drafting import draft

        return draft(self, name, template=template)[1]

    def relabelled(self, name: str) -> "Iterator[Relabelled]":
        """Yield what corrections changed in a release's training set since it was frozen."""
        from ledger.client.history import relabelled

        return relabelled(self, training_root(find_release(self.store, name)))

    def check(self, name: str, *, template: str = "eu") -> "tuple[Gap, ...]":
        """Return what a release's summary still lacks, each with what closes it."""
        return self.draft(name, template=template).gaps

    def review(self, name: str, *, template: str = "eu") -> "Review":
        """Return all that `ledger check` says: gaps, contradictions, lints, and what is due."""
        from ledger.client.reviewing import review

        return review(self, name, template=template)

    def summary(
        self,
        name: str,
        *,
        template: str = "eu",
        to: Formats = ("html", "jsonld"),
        folder: str | Path = ".",
    ) -> "Summary":
        """Write a release's public summary, log it, and put its proof inside each file.

        Files are called `<release>-summary-v<version>.<format>`; formats are `pdf`, `docx`, `html`
        and `jsonld`, templates `eu` (AI Act, Article 53(1)(d)) and those of `ledger summary -h`.

        Raises:
            NotFoundError: There is no such release.
            InputError: A format or template is unknown, a format's extra is not installed, or the
                folder cannot be written.
        """
        from ledger.client.summarising import log_summary

        return log_summary(self, name, template=template, to=to, folder=Path(folder))

    def preview(
        self, name: str, *, template: str = "eu", to: Formats = ("html",), folder: str | Path = "."
    ) -> "Preview":
        """Write the summary as it would be now, marked as a draft; log nothing. Raises as it."""
        from ledger.client.summarising import preview

        return preview(self, name, template=template, to=to, folder=Path(folder))

    def render(
        self, name: str, *, version: int, template: str, to: Formats, folder: str | Path = "."
    ) -> "Summary":
        """Render a published version in further formats; a rendition that is new is logged.

        Raises:
            NotFoundError: There is no such version, or its form is not kept here.
            InputError: As `summary`.
        """
        from ledger.client.summarising import render_later

        folder = Path(folder)
        return render_later(self, name, version=version, template=template, to=to, folder=folder)

    def prove(
        self, record_id: str | RecordId, *, fields: Sequence[str] = (), closed: bool = False
    ) -> Evidence:
        """Return evidence for one record: whole, or some fields of it, or only that it is there.

        Raises:
            NotFoundError: There is no such record, or it has no such field.
        """
        return self.evidence({_id(record_id): None if closed else tuple(fields)})

    def prove_document(
        self, shard: str | Path, index: int, *, release: str | None = None
    ) -> "ProvableDocument":
        """Return the proof that one document is in a shard, and the document.

        Args:
            shard: The shard's file or URL; or its record's id, if digests are kept.
            index: The document's number, from 0.
            release: Show too that this release was trained on the shard.

        Raises:
            NotFoundError: The file is not recorded, or there is no such release.
            InputError: Its record states no tree, there is no such document, or the record is not
                in the release's training set.
        """
        from ledger.client.documents import prove_document

        return prove_document(self, str(shard), index, release=release)

    def evidence(self, wanted: Mapping[RecordId, Sequence[str] | None]) -> Evidence:
        """Return evidence for several records under one checkpoint.

        `wanted` gives for each record the fields to show: none named shows it whole, None shows
        nothing of it but that it was logged.
        """
        openings = openings_of(self.store, wanted)
        # What was said about them later belongs to the evidence: the checkpoint must cover it.
        later = [one.id for one in self.store.corrections(wanted)]
        return build_evidence(self.store, self.checkpoint(max([*wanted, *later]).index), openings)

    def disclose(
        self,
        where: str,
        *,
        fields: Sequence[str],
        release: str | None = None,
        others: bool = False,
        name_key: bool = False,
    ) -> "Disclosed":
        """Return a signed package of the records for which a query holds (docs/disclosure.md).

        Args:
            where: The query, such as `source.category=synthetic`.
            fields: The fields to show.
            release: In its training set, counted against its newest summary; default: uncounted.
            others: Show of other records in the opened trees that they are not meant.
            name_key: Hand over the key of names: a proof of what is otherwise promised of models.

        Raises:
            InputError: The query cannot be read or selects nothing, or no record has a field.
            NotFoundError: There is no such release, or what opens its statement is not kept here.
        """
        from ledger.client.disclosing import Question, disclose

        question = Question(
            where=where, fields=tuple(fields), release=release, others=others, name_key=name_key
        )
        return disclose(self, question)


def _id(record_id: str | RecordId) -> RecordId:
    return RecordId.parse(record_id) if isinstance(record_id, str) else record_id
