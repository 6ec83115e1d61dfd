"""A file that is published beside a document, which names it by its digest."""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file by name, such as the list of all domains."""

    name: str
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the file, as `sha256:<64 hex>`."""
        return f"sha256:{sha256(self.data).hexdigest()}"
