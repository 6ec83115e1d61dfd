"""What an operator may set, read from the environment once.

    LEDGER_HOME        the folder of the ledger; default: here or above
    LEDGER_WRITABLE    1 takes batches, and needs the log's key; 0 (default) only reads
    LEDGER_TRUST       the trust file that files are verified with; default: that of the ledger
    LEDGER_HEARTBEAT   minutes after which a writable server publishes again although nothing is
                       new, so that witnesses vouch for a later time; default: 10; 0 never does
    LEDGER_MAX_AGE     hours after which the witnesses' time is called old; default: 24; 0 never

Whatever is not said here is as it is: an option costs everybody who reads about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.client.home import VARIABLE, Home, find_home
from ledger.errors import InputError

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and what is allowed.

    `public` is the folder of checkpoint, tiles and documents. Limits hold before a body is parsed.
    """

    public: Path
    trust: Path | None = None
    writable: bool = False
    body_limit: int = 8 * 2**20
    """Bytes of a request's body."""
    bodies_limit: int = 32 * 2**20
    """Bytes of all bodies that are read or judged at once."""
    body_seconds: float = 30.0
    """How long a client may take to send it."""
    proof_seconds: float = 10.0
    """How long the answer to a batch waits for the checkpoint that proves it."""
    heartbeat_seconds: float = 600.0
    """How often a writable server publishes although nothing may be new; 0 is never."""
    max_age_seconds: int = 86_400
    """How long ago witnesses may have seen the checkpoint until it is called old; 0 is any time."""


def read_settings(environ: Mapping[str, str]) -> tuple[Settings, Home]:
    """Return the settings that the environment states, and the ledger they are of.

    Raises:
        NotFoundError: There is no ledger where one should be.
        InputError: A variable has a value that means nothing.
    """
    home = find_home(Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    trust = Path(environ["LEDGER_TRUST"]) if environ.get("LEDGER_TRUST") else home.trust
    writable = _switch(environ, "LEDGER_WRITABLE", default=False)
    settings = Settings(
        public=home.public,
        trust=trust,
        writable=writable,
        heartbeat_seconds=_whole(environ, "LEDGER_HEARTBEAT", "minutes", default=10) * 60,
        max_age_seconds=_whole(environ, "LEDGER_MAX_AGE", "hours", default=24) * 3_600,
    )
    return settings, home


def _switch(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise InputError(f"{name} is {value!r}: expected 1 or 0", hint=f"{name}=1")
    return value in _TRUE


def _whole(environ: Mapping[str, str], name: str, unit: str, *, default: int) -> int:
    value = environ.get(name, "").strip() or str(default)
    if not (value.isdecimal() and len(value) < 6):
        raise InputError(f"{name} is {value!r}: expected whole {unit}", hint=f"{name}={default}")
    return int(value)
