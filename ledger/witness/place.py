"""Where a witness lives: one folder with its state and its two keys.

    witness.d/witness.db            what it has seen (ledger.witness.state)
    witness.d/witness.key           Ed25519 cosigner, 0x04; mode 0600
    witness.d/witness-mldsa.key     ML-DSA-44 cosigner, 0x06; mode 0600

Both keys bear the witness's name. The folder is not backed up: a restored state has forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.checkpoint.cosignature import Now
from ledger.errors import CannotTellError, InputError, NotFoundError
from ledger.keys.files import load_key, new_key, public_key
from ledger.signing.keys import KeyType, Signer, VerifierKey
from ledger.witness.state import WitnessState

STATE = Path("witness.d") / "witness.db"
_KEYS = {
    "witness.key": KeyType.COSIGNATURE_ED25519,
    "witness-mldsa.key": KeyType.COSIGNATURE_ML_DSA_44,
}


@dataclass(frozen=True, slots=True)
class WitnessPlace:
    """The folder of the state file `state`."""

    state: Path

    @property
    def folder(self) -> Path:
        """Where state and keys are."""
        return self.state.parent

    def make(self, name: str, passphrase: str | None = None) -> list[VerifierKey]:
        """Make a witness called `name`, and return its keys.

        A machine whose OpenSSL does not know ML-DSA-44 gets a witness with one key.

        Raises:
            InputError: There is one already, or the folder cannot hold one.
            MalformedError: The name is none.
        """
        for path in (self.state, *(self.folder / file for file in _KEYS)):
            if path.exists():
                raise InputError(
                    f"there is a witness at {path} already", hint="ledger witness list"
                )
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.folder} cannot be made: {error.strerror}") from error
        keys = []
        for file, key_type in _KEYS.items():
            try:
                signer = new_key(self.folder / file, name, type=key_type, passphrase=passphrase)
            except CannotTellError:
                continue
            keys.append(signer.key)
        # Last: that there is a state is what says that there is a witness.
        WitnessState.open(self.state, create=True).close()
        return keys

    def keys(self) -> list[VerifierKey]:
        """Return the public keys.

        Raises:
            NotFoundError: There are none.
            InputError: A key file cannot be used.
        """
        return [public_key(path) for path in self._files()]

    def signers(self, now: Now, passphrase: str | None = None) -> Sequence[Signer]:
        """Return the cosigners, which ask `now` for the time.

        Raises:
            NotFoundError: There are none.
            InputError: A key file cannot be used.
        """
        return [load_key(path, passphrase, now=now) for path in self._files()]

    def _files(self) -> list[Path]:
        files = [self.folder / file for file in _KEYS if (self.folder / file).exists()]
        if not files:
            raise NotFoundError(f"there is no witness in {self.folder}", hint="ledger witness init")
        return files


def policy_lines(keys: Sequence[VerifierKey], url: str) -> tuple[list[str], str]:
    """Return the lines of a trust file for one witness, and the name that stands for it.

    With two keys, either is enough: who cannot check ML-DSA-44 takes the other, and the two never
    count as two witnesses.
    """
    lines, names = [], []
    for key in keys:
        is_pq = key.type == KeyType.COSIGNATURE_ML_DSA_44 and len(keys) > 1
        names.append(f"{key.name}/mldsa" if is_pq else key.name)
        lines.append(f"witness {names[-1]} {key} {url}")
    if len(names) == 1:
        return lines, names[0]
    together = f"{keys[0].name}/any"
    return [*lines, f"group {together} any {' '.join(names)}"], together
