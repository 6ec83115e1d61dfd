"""`--template`: the name of a regime, or a file with questions of somebody's own."""

from hashlib import sha256
from pathlib import Path

from ledger.client.yaml_files import parse_yaml, read_bytes
from ledger.errors import InputError, MalformedError
from ledger.summary.regime import Regime, find_regime

SUFFIXES = (".yaml", ".yml")


def find_template(template: str) -> Regime:
    """Return the regime of this name, or that of the questions in a file.

    Raises:
        InputError: There is no such name, or the file cannot be read, is no YAML or asks for what
            there is not; with what is wrong where.
    """
    return _read(Path(template)) if is_file(template) else find_regime(template)


def template_name(template: str) -> str:
    """Return the name that summary records give to a template.

    A published version can be named by it after the file of questions has gone.
    """
    return find_template(template).name if is_file(template) else template


def is_file(template: str) -> bool:
    """Answer whether a template is meant as a file: by its ending, or by a slash."""
    return template.endswith(SUFFIXES) or "/" in template


def _read(path: Path) -> Regime:
    from ledger.summary.questionnaire_file import check_questionnaire

    try:
        data = read_bytes(path)
    except FileNotFoundError as error:
        raise InputError(
            f"there is no file {path}", hint="--template eu, or a file with questions"
        ) from error
    mapping = parse_yaml(data, path)
    digest = f"sha256:{sha256(data).hexdigest()}"
    try:
        return check_questionnaire(mapping, name=path.stem, digest=digest).regime
    except MalformedError as error:
        raise InputError(f"{path}: {error}", hint=error.hint or f"edit {path}") from error
