"""What a form is filled from: facts of a training set, profile, release, and which version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ledger.errors import MalformedError
from ledger.summary.document import Chart, Document, Gap, Section, Show
from ledger.summary.facts import Facts
from ledger.summary.profile import Profile


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier version of a summary."""

    version: int
    last_update: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which summary this is, and which state of which log it speaks about.

    `last_update` is `YYYY-MM-DD`; `size` is the log's size that the facts were read at.
    """

    version: int
    last_update: str
    origin: str
    size: int
    release_record: str = ""
    previous: tuple[Previous, ...] = ()
    changes: tuple[str, ...] = ()
    """What changed since the version before, a sentence each."""
    no_later_than: str = ""
    """UTC time by which a witness had seen the log at `size`; empty when none has."""

    def __post_init__(self) -> None:
        if self.version < 1:
            raise MalformedError(f"summary version {self.version}; versions count from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """All that a form is filled from. `release` is the fields of the release record."""

    facts: Facts
    profile: Profile
    release: Mapping[str, Any]
    identity: Identity

    @property
    def stated(self) -> Mapping[str, Any]:
        """The member `release` of the release record: name, models, market date."""
        return cast(Mapping[str, Any], self.release.get("release", {}))

    @property
    def name(self) -> str:
        """The release's name."""
        return str(self.stated.get("name", ""))

    @property
    def models(self) -> tuple[Mapping[str, Any], ...]:
        """The models covered: those the release lists, else the release itself as one model."""
        return tuple(self.stated.get("models", ())) or ({"name": self.name},)

    @property
    def statements(self) -> Mapping[str, str]:
        """What the release file says in the place of the profile: dotted paths to texts."""
        return cast(Mapping[str, str], self.release.get("statements", {}))

    def said(self, path: str) -> str:
        """Return the provider's own words at a path: of this release, else of the profile."""
        return self.statements.get(path) or self.profile.text(path)

    def document(
        self,
        *,
        template: str,
        template_number: str,
        title: str,
        legal_basis: str,
        link: str,
        sections: tuple[Section, ...],
        charts: tuple[Chart, ...],
        gaps: tuple[Gap, ...],
        standing: str = "",
    ) -> Document:
        """Return the filled form: what its regime says, and whom and what it speaks about."""
        identity = self.identity
        return Document(
            template=template,
            template_number=template_number,
            title=title,
            legal_basis=legal_basis,
            language="en",
            provider=self.profile.text("provider.name"),
            release=self.name,
            models=tuple(str(model["name"]) for model in self.models),
            version=identity.version,
            last_update=identity.last_update,
            origin=identity.origin,
            size=identity.size,
            records=self.facts.records + self.facts.erased,
            release_record=identity.release_record,
            show=self.show,
            link=link,
            no_later_than=identity.no_later_than,
            standing=standing,
            sections=sections,
            charts=charts,
            gaps=gaps,
        )

    @property
    def show(self) -> Show:
        """How much of the amounts the provider chose to disclose; `ranges` when it did not say."""
        chosen = self.profile.text("show.sizes")
        return cast(Show, chosen) if chosen in ("shares", "figures") else "ranges"

    @property
    def shows_figures(self) -> bool:
        """Whether the provider chose to show exact sizes."""
        return self.show == "figures"

    @property
    def shows_shares(self) -> bool:
        """Whether the provider chose to show parts of the whole; who shows figures does."""
        return self.show != "ranges"
