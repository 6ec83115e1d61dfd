"""Write the JSON Schemas of the two files that people fill in into docs/formats.

python -m tests.formats.file_schemas
"""

import json
from pathlib import Path

from ledger.summary.file_schemas import profile_schema, release_schema

FORMATS = Path(__file__).parents[2] / "docs" / "formats"


def schemas() -> dict[str, str]:
    """Return the text of each schema by file name."""
    made = {
        "provider.schema.json": profile_schema(),
        "release.schema.json": release_schema(),
    }
    return {
        name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in made.items()
    }


if __name__ == "__main__":
    for name, text in schemas().items():
        (FORMATS / name).write_text(text, encoding="utf-8")
