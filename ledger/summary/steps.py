"""Steps of processing that records state, in words."""

from collections.abc import Mapping

STEPS: Mapping[str, str] = {
    "cleaning": "Cleaning",
    "deduplication": "Deduplication",
    "decontamination": "Decontamination",
    "personal_data": "Personal data",
    "illegal_content": "Illegal content",
}
"""Members of `processing`, and what documents call them."""
