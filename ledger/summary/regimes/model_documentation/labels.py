"""The form: its sections on general information and on data, with the words allowed.

Ids, labels and options as far as we know them; what has not been compared with the original is
said in `STANDING`, which every document carries.
"""

from ledger.summary import head
from ledger.summary.eu import general as eu
from ledger.summary.form import Form, Part, Question
from ledger.summary.regimes.model_documentation import data, general
from ledger.summary.regimes.model_documentation.words import limited

STANDING = (
    "Not the official form: a working copy of two of its sections, which a ledger of data can "
    "answer. The labels of the general section were read in reproductions of the form; the labels "
    "of the section on data, and its limits on words, have not been compared with the original. "
    "Not made for the public: the Code has the form given to the AI Office, to national competent "
    "authorities and in part to downstream providers."
)

HEAD = Part("document", "This document", (Question("version", "Version", head.version),))

GENERAL = Part(
    "general",
    "General information",
    (
        Question("legal_name", "Legal name for the model provider", head.provider("name")),
        Question("model_name", "Model name", head.models),
        Question("model_authenticity", "Model authenticity", general.authenticity),
        Question("release_date", "Release date", general.release_date),
        Question("union_market_release_date", "Union market release date", eu.placement),
        Question("model_dependencies", "Model dependencies", eu.dependencies),
    ),
)

DATA = Part(
    "data",
    "Information on the data used for training, testing, and validation",
    (
        Question("data_type", "Data type/modality", data.data_type),
        Question("data_provenance", "Data provenance", data.provenance),
        Question(
            "how_obtained",
            "How data was obtained and selected",
            limited(300, "describe.selection", data.how_obtained),
        ),
        Question("data_points", "Number of data points", data.data_points),
        Question(
            "scope",
            "Scope and main characteristics",
            limited(200, "describe.characteristics", data.scope),
        ),
        Question(
            "curation",
            "Data curation methodologies",
            limited(400, "describe.curation", data.curation),
        ),
        Question(
            "unsuitable",
            "Measures to detect unsuitability of data sources",
            limited(400, "illegal_content.measures", data.unsuitable),
        ),
        Question(
            "biases",
            "Measures to detect identifiable biases",
            limited(200, "describe.biases", data.biases),
        ),
    ),
)

FORM = Form(
    template="model-documentation",
    number="Code of Practice, 10 July 2025",
    title="Model Documentation: General Information and Data",
    legal_basis="Article 53(1)(a) and (b), Annexes XI and XII, Regulation (EU) 2024/1689; "
    "GPAI Code of Practice, Transparency, Measure 1.1",
    standing=STANDING,
    parts=(HEAD, GENERAL, DATA),
)
