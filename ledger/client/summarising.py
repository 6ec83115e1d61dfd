"""Publishing a summary: the form, its files, and the record that logs them.

The order matters. The documents are rendered first, without evidence, and the folder must take
them; their digests go into the summary record; only when that record is under a published
checkpoint does its evidence exist, and goes into the slot that the digests leave out.

A version is one filled form. The form itself is kept beside the published documents, so a further
format can be rendered of it later (`render_later`), and the next version can say what changed.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from shutil import copyfile
from typing import TYPE_CHECKING

from ledger.client.drafting import draft
from ledger.client.leaves_file import LeavesFile, write_leaves
from ledger.client.ranking import ranking_file, with_ranking
from ledger.client.releasing import find_release, training_root
from ledger.client.sealing import batches, timestamp
from ledger.client.stating import audit_field, state
from ledger.client.templates import find_template, template_name
from ledger.client.versions import Version, find_version, form_path, read_form, versions
from ledger.errors import ConflictError, InputError, NotFoundError
from ledger.proof.document_slot import split_evidence, with_evidence
from ledger.query.leaves import NAME
from ledger.query.names import NAME_KEY_SIZE
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.record.schema import Fields
from ledger.render import Format, Rendition, find_formats, render
from ledger.store.store import Store
from ledger.summary.addresses import slug
from ledger.summary.attachment import Attachment
from ledger.summary.document import Document, Gap
from ledger.summary.document_json import to_bytes
from ledger.summary.figures import summary_extras
from ledger.summary.furniture import DRAFT, published
from ledger.summary.statement_field import mode_of, provider_of

if TYPE_CHECKING:
    from ledger.client.client import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A published summary: its record, its document, and the files that were written."""

    id: RecordId
    document: Document
    """As it was published: without recommendations, and without what closes its gaps."""
    files: tuple[Path, ...]
    attachments: tuple[Path, ...] = ()
    """Files that the document speaks of by digest, such as the list of all crawled domains."""
    gaps: tuple[Gap, ...]
    """What it could not say, each with what closes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A summary that was only looked at: nothing was logged, and its files carry no proof."""

    document: Document
    files: tuple[Path, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What the document could not say, each with what closes it."""
        return self.document.gaps


def log_summary(
    ledger: "Ledger", name: str, *, template: str, to: Sequence[str], folder: Path
) -> Summary:
    """Write a release's summary, log it, and put its proof inside each file (`Ledger.summary`)."""
    wanted = find_formats(to)
    check_writable(folder)
    regime = find_template(template)
    kept = ledger.home.public / "documents" if regime.public else ledger.home.restricted
    record_id, leaves = None, None
    while record_id is None:
        # Drawn first: it settles which of equal domains are listed.
        name_key = token_bytes(NAME_KEY_SIZE)
        filing, drafted = draft(ledger, name, template=template, name_key=name_key)
        release = find_release(ledger.store, name)
        try:
            stated = state(ledger.store, training_root(release), filing, drafted, name_key=name_key)
        except ConflictError:
            continue  # a record of the set was corrected since: the facts are others now
        ranking = None
        if stated is not None and mode_of(filing.profile) != "sealed":
            opened = ledger.store.statements.find(stated.root)
            drafted, ranking = with_ranking(drafted, opened), ranking_file(drafted, opened)
        document = published(drafted)
        attachments = (*regime.attachments(filing), *([ranking] if ranking else []))
        earlier = versions(ledger.store, name, regime.name)
        renditions = [render(document, one) for one in wanted]
        fields = {
            **summary_fields(document, renditions),
            **summary_extras(filing, document),
            "release_record": str(release.id),
        }
        if stated is not None:
            fields["audit"] = audit_field(stated, filing, fields["figures"])
        named = [_attached(one) for one in attachments]
        if stated is not None and mode_of(filing.profile) == "counters":
            leaves = write_leaves(ledger.store.statements.find(stated.root), kept)
            named.append(leaves.attachment)
        if named:
            fields["attachments"] = named
        if earlier:
            fields["supersedes"] = str(earlier[-1].id)
        record_id = _append(ledger, name, _record(fields), document.size)
    ledger.publish()
    shown = {record_id: (), release.id: ()}
    summary = _written(ledger, record_id, document, renditions, shown, (folder, kept))
    written = _write_attachments(document, attachments, folder, kept)
    if leaves is not None:
        written = (*written, _copy_leaves(leaves, folder / _attachment_name(document, NAME)))
    return replace(summary, attachments=written, gaps=drafted.gaps)


def _attached(one: Attachment) -> JSON:
    return {"media_type": one.media_type, "name": one.name, "digest": one.digest}


def _write_attachments(
    document: Document, attachments: Sequence[Attachment], folder: Path, kept: Path
) -> tuple[Path, ...]:
    """Write the files that a document names, for the caller and where they are kept."""
    files = {folder / _attachment_name(document, o.name): o for o in attachments}
    copies = {kept / f"{o.digest[7:]}{Path(o.name).suffix}": o.data for o in attachments}
    write_files({**copies, **{path: one.data for path, one in files.items()}})
    return tuple(files)


def _attachment_name(document: Document, name: str) -> str:
    return f"{_stem(document)}-v{document.version}-{name}"


def _copy_leaves(leaves: LeavesFile, path: Path) -> Path:
    """Copy the file of leaves for the caller; it may be larger than memory."""
    try:
        copyfile(leaves.path, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def preview(
    ledger: "Ledger", name: str, *, template: str, to: Sequence[str], folder: Path
) -> Preview:
    """Write a release's summary as it would be now, marked as a draft (`Ledger.preview`)."""
    wanted = find_formats(to)
    check_writable(folder)
    _, document = draft(ledger, name, template=template)
    marked = replace(document, standing=" ".join((DRAFT, document.standing)).strip())
    files = {
        folder / f"{_stem(document)}-draft{one.suffix}": render(marked, one).document
        for one in wanted
    }
    write_files(files)
    return Preview(document=document, files=tuple(files))


def render_later(
    ledger: "Ledger", name: str, *, version: int, template: str, to: Sequence[str], folder: Path
) -> Summary:
    """Render a published version in further formats, and log what is new (`Ledger.render`).

    A version has one file of each format, for ever: one that is published is written again with
    today's evidence, whatever a renderer of today would make of the form, and nothing is logged.
    """
    wanted = find_formats(to)
    check_writable(folder)
    found = find_version(ledger.store, name, template_name(template), version)
    document = read_form(ledger.home, found)
    if document is None:
        raise NotFoundError(
            f"the form of version {version} is not kept here: {form_path(ledger.home, found)}",
            hint="ledger restore, or a new version: ledger summary",
        )
    known = found.digests
    renditions = [_published(ledger, found, one) or render(document, one) for one in wanted]
    by = {one.digest: known[one.digest] for one in renditions if one.digest in known}
    new = [one for one in renditions if one.digest not in known]
    _check_formats(found, new)
    if new:
        record = _record({**summary_fields(document, new), **_of(found)})
        (added,) = ledger.record([record])
        by |= {one.digest: added for one in new}
        ledger.publish()
    shown = dict.fromkeys((found.id, found.release_record, *by.values()), ())
    kept = form_path(ledger.home, found).parent
    return _written(ledger, by[renditions[-1].digest], document, renditions, shown, (folder, kept))


def _published(ledger: "Ledger", found: Version, form: Format) -> Rendition | None:
    """Return the file of a format that was published of this version, without its evidence."""
    for one in found.renditions:
        path = form_path(ledger.home, found).with_name(f"{one['digest'][7:]}{form.suffix}")
        if one["media_type"] == form.media_type and path.is_file():
            rendition = Rendition(form, split_evidence(path.read_bytes()).document)
            if rendition.digest == one["digest"]:
                return rendition
    return None


def _check_formats(found: Version, new: Sequence[Rendition]) -> None:
    there = {one["media_type"]: one["digest"] for one in found.renditions}
    for one in new:
        if one.format.media_type in there:
            raise InputError(
                f"version {found.number} has a file of the format {one.format.name} already, "
                f"{there[one.format.media_type][:23]}…, which is not kept here and which this "
                "program renders in other bytes",
                hint=f"ledger summary {found.stated['release']}, which makes a new version",
            )


def _of(found: Version) -> Fields:
    """Return the fields by which a later rendition is one of that version."""
    fields: Fields = {
        "rendition_of": str(found.id),
        "release_record": str(found.release_record),
    }
    stated = found.record.record.fields
    # Word for word: what the first record said of this version is what a later one says.
    return {
        **fields,
        **{k: stated[k] for k in ("summary", "form", "figures", "audit") if k in stated},
    }


def _record(fields: Fields) -> Record:
    basis: dict[str, JSON] = dict.fromkeys(fields, "observed")
    return Record.parse("summary", {**fields, "basis": basis, "claimed_at": timestamp()})


def _written(
    ledger: "Ledger",
    record_id: RecordId,
    document: Document,
    renditions: Sequence[Rendition],
    shown: Mapping[RecordId, Sequence[str]],
    folders: tuple[Path, Path],
) -> Summary:
    """Put evidence into the documents, and write them for the caller and where they are kept."""
    evidence = ledger.evidence(shown).to_bytes()
    form = to_bytes(document)
    folder, documents = folders
    kept = {documents / f"{sha256(form).hexdigest()}.json": form}
    files: dict[Path, bytes] = {}
    for one in renditions:
        data = with_evidence(one.document, evidence)
        files[folder / file_name(document, one.format)] = data
        kept[documents / f"{one.digest[7:]}{one.format.suffix}"] = data
    if documents == ledger.home.restricted:
        documents.mkdir(mode=0o700, exist_ok=True)
    write_files({**kept, **files})
    return Summary(id=record_id, document=document, files=tuple(files), gaps=document.gaps)


def _append(ledger: "Ledger", name: str, record: Record, size: int) -> RecordId | None:
    """Append a summary that was drafted at `size`; None if it is out of date by now.

    Two runs at once must not give two documents one version (threat T07). Other entries may come in
    between; a release or summary of this name may not.
    """
    drafted = _spoken_of(ledger.store, name, below=size)
    made = list(batches([record], origin=ledger.origin, signer=ledger.producer))
    while True:
        try:
            (index,) = ledger.log.append(made, at=size)
            return RecordId(index, 0)
        except ConflictError:
            size = ledger.store.head().size
            if _spoken_of(ledger.store, name, below=size) != drafted:
                return None


def _spoken_of(store: Store, name: str, *, below: int) -> list[RecordId]:
    """Return the release and summary records of a name in the first `below` entries."""
    found = (store.open_records(kind, name=name) for kind in ("release", "summary"))
    return [one.id for records in found for one in records if one.id.index < below]


def summary_fields(document: Document, renditions: Sequence[Rendition]) -> Fields:
    """Return what the summary record says of a document and its renditions."""
    files: list[JSON] = [
        {
            "media_type": one.format.media_type,
            "name": f"summary{one.format.suffix}",
            "digest": one.digest,
        }
        for one in renditions
    ]
    return {
        "summary": {
            "provider": provider_of(document),
            "release": document.release,
            "version": document.version,
            "template": document.template,
            "template_number": document.template_number,
            "language": document.language,
            "last_update": document.last_update,
            "size": document.size,
        },
        "renditions": files,
    }


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all: first all under other names, then put in place.

    Raises:
        InputError: A folder is missing or cannot be written. None of the files was replaced,
            unless the disk failed between two renames.
    """
    drafts: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            drafts[path] = path.with_name(f".{path.name}.tmp")
            drafts[path].write_bytes(data)
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def check_writable(folder: Path) -> None:
    """Find out whether files can be written into a folder before anything is logged.

    Raises:
        InputError: They cannot.
    """
    probe = folder / ".ledger-summary.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written: {error.strerror}", hint="--out another-folder"
        ) from error


def file_name(document: Document, form: Format) -> str:
    """Return what a document's file is called: `<release>-summary-v<version>.<format>`."""
    return f"{_stem(document)}-v{document.version}{form.suffix}"


def _stem(document: Document) -> str:
    """Return the part of a file's name that all versions share; the EU's summary is the summary."""
    what = "summary" if document.template == "eu" else document.template
    return f"{slug(document.release)}-{what}"
