"""The form itself: every section and field, in official order and wording.

Labels are the Commission's words (C(2025) 8311 final), typing errors included, so long ones are
split over lines but never changed. What the rules mean is in `template.py`.
"""

from ledger.summary.eu.template import (
    ALWAYS,
    MODALITIES,
    MODALITIES_1_3,
    OPTIONAL,
    YES_NO,
    FieldSpec,
    Rule,
    SectionSpec,
    if_yes,
)

S0 = SectionSpec(
    "0",
    "",
    fields=(
        FieldSpec("0.a", "Version of the Summary:", "version", ALWAYS),
        FieldSpec("0.b", "Last update:", "date", ALWAYS),
    ),
)

S1_1 = SectionSpec(
    "1.1",
    "1.1. Provider identification",
    fields=(
        FieldSpec("1.1.a", "Provider name and contact details:", "text", ALWAYS),
        FieldSpec(
            "1.1.b",
            "Authorised representative name and contact details:",
            "text",
            Rule("when", when="provider established outside the Union (Art. 54)"),
        ),
    ),
)

S1_2 = SectionSpec(
    "1.2",
    "1.2. Model identification",
    fields=(
        FieldSpec("1.2.a", "Versioned model name(s):", "list", ALWAYS),
        FieldSpec(
            "1.2.b",
            "Model dependencies:",
            "list",
            Rule("when", when="result of modifying or fine-tuning a model on the Union market"),
        ),
        FieldSpec(
            "1.2.c", "Date of placement of the model on the Union market:", "date_per_model", ALWAYS
        ),
    ),
)

S1_3 = SectionSpec(
    "1.3",
    "1.3 Modalities, overall training data size and other characteristics",
    fields=(
        FieldSpec("1.3.a", "Modality", "multi_choice", ALWAYS, options=MODALITIES_1_3),
        FieldSpec("1.3.b", "Training data size", "range_per_modality", ALWAYS),
        FieldSpec("1.3.c", "Types of content", "text_per_modality", ALWAYS),
        FieldSpec(
            "1.3.d",
            "Latest date of data acquisition/collection for model training:",
            "month",
            ALWAYS,
        ),
        FieldSpec(
            "1.3.e",
            "Description of the linguistic characteristics of the overall training data:",
            "text",
            Rule("when", when="applicable (text, video, speech)"),
        ),
        FieldSpec(
            "1.3.f",
            "Other relevant characteristics of the overall training data:",
            "text",
            Rule("when", when="readily available, relevant and practicable"),
        ),
        FieldSpec("1.3.g", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S1 = SectionSpec(
    "1",
    "General information",
    sections=(
        S1_1,
        S1_2,
        S1_3,
    ),
)

S2_1 = SectionSpec(
    "2.1",
    "2.1. Publicly available datasets",
    fields=(
        FieldSpec(
            "2.1.a",
            "Have you used publicly available datasets to train the model?",
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.1.b",
            "If yes, specify the modality(ies) of the content covered by the datasets concerned:",
            "multi_choice",
            if_yes("2.1.a"),
            options=MODALITIES,
        ),
        FieldSpec(
            "2.1.c",
            "List of large publicly available datasets:",
            "list",
            if_yes("2.1.a", when="at least one dataset is large (R-DS-4)"),
        ),
        FieldSpec(
            "2.1.d",
            "General description of other publicly available datasets not listed above:",
            "text",
            if_yes("2.1.a", when="there are others"),
        ),
        FieldSpec("2.1.e", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S2_2_1 = SectionSpec(
    "2.2.1",
    "2.2.1. Datasets commercially licensed by rightsholders or their representatives",
    fields=(
        FieldSpec(
            "2.2.1.a",
            (
                "Have you concluded transactional commercial licensing agreement(s) with "
                "rightsholder(s) or with their representatives?"
            ),
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.2.1.b",
            "If yes, specify the modality(ies) of the content covered by the datasets concerned:",
            "multi_choice",
            if_yes("2.2.1.a"),
            options=MODALITIES,
        ),
    ),
)

S2_2_2 = SectionSpec(
    "2.2.2",
    "2.2.2. Private datasets obtained from other third parties",
    fields=(
        FieldSpec(
            "2.2.2.a",
            (
                "Have you obtained private datasets from third parties that are not "
                "licensed as described in Section 2.2.1, such as data obtained from "
                "providers of private databases, or data intermediaries?"
            ),
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.2.2.b",
            "If yes, specify the modality(ies) of the content covered by the datasets concerned:",
            "multi_choice",
            if_yes("2.2.2.a"),
            options=MODALITIES,
        ),
        FieldSpec(
            "2.2.2.c",
            "If publicly known, list private datasets obtained from other third parties:",
            "list",
            if_yes("2.2.2.a", when="publicly known"),
        ),
        FieldSpec(
            "2.2.2.d",
            (
                "General description of non-publicly known private datasets obtained from"
                " third parties"
            ),
            "text",
            if_yes("2.2.2.a", when="some are not publicly known"),
        ),
        FieldSpec("2.2.2.e", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S2_2 = SectionSpec(
    "2.2",
    "2.2 Private non-publicly available datasets obtained from third parties",
    sections=(
        S2_2_1,
        S2_2_2,
    ),
)

S2_3 = SectionSpec(
    "2.3",
    "2.3 Data crawled and scraped from online sources",
    fields=(
        FieldSpec(
            "2.3.a",
            "Were crawlers used by the provider or on behalf of?",
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.3.b", "If yes, specify crawler name(s)/identifier(s):", "list", if_yes("2.3.a")
        ),
        FieldSpec("2.3.c", "Purposes of the crawler(s):", "text", if_yes("2.3.a")),
        FieldSpec("2.3.d", "General description of crawler behaviour:", "text", if_yes("2.3.a")),
        FieldSpec("2.3.e", "Period of data collection:", "month_range", if_yes("2.3.a")),
        FieldSpec(
            "2.3.f",
            "Comprehensive description of the type of content and online sources crawled:",
            "text",
            if_yes("2.3.a"),
        ),
        FieldSpec(
            "2.3.g",
            "Type of modality covered:",
            "multi_choice",
            if_yes("2.3.a"),
            options=MODALITIES,
        ),
        FieldSpec(
            "2.3.h",
            "Summary of the most relevant domain names crawled:",
            "domain_list",
            if_yes("2.3.a"),
        ),
        FieldSpec("2.3.i", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S2_4 = SectionSpec(
    "2.4",
    "2.4 User data",
    fields=(
        FieldSpec(
            "2.4.a",
            (
                "Was data from user interactions with the AI model (e.g. user input and "
                "prompts) used to train the model?"
            ),
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.4.b",
            (
                "Was data collected from user interactions with the provider’s other "
                "services or products used to train the model?"
            ),
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.4.c",
            (
                "If yes, provide a general description of the provider’s services or "
                "products that were used to collect the user data:"
            ),
            "text",
            if_yes("2.4.a", "2.4.b"),
        ),
        FieldSpec(
            "2.4.d",
            "Type of modality covered:",
            "multi_choice",
            if_yes("2.4.a", "2.4.b"),
            options=MODALITIES,
        ),
        FieldSpec("2.4.e", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S2_5 = SectionSpec(
    "2.5",
    "2.5 Synthetic data",
    fields=(
        FieldSpec(
            "2.5.a",
            (
                "Was synthetic AI-generated data created by the provider or on their "
                "behalf to train the model?"
            ),
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.5.b",
            "If yes, modality of the synthetic data:",
            "multi_choice",
            if_yes("2.5.a"),
            options=MODALITIES,
        ),
        FieldSpec(
            "2.5.c",
            (
                "If yes, specify the general-purpose AI model(s) used to generate the "
                "synthetic data if available on the market:"
            ),
            "list",
            if_yes("2.5.a", when="a market model was used"),
        ),
        FieldSpec(
            "2.5.d",
            (
                "Information about other AI models, including provider’s own AI model(s) "
                "not available on the market, used to generate synthetic data to train "
                "the model to which this Summary applies:"
            ),
            "list",
            if_yes("2.5.a", when="another model was used"),
        ),
        FieldSpec("2.5.e", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S2_6 = SectionSpec(
    "2.6",
    "2.6 Other sources of data",
    fields=(
        FieldSpec(
            "2.6.a",
            (
                "Have data sources other than those described in Sections 2.1 to 2.5 been"
                " used to train the model?"
            ),
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "2.6.b",
            "If yes, provide a narrative description of these data sources and the data:",
            "text",
            if_yes("2.6.a"),
        ),
        FieldSpec("2.6.c", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S2 = SectionSpec(
    "2",
    "List of data sources",
    sections=(
        S2_1,
        S2_2,
        S2_3,
        S2_4,
        S2_5,
        S2_6,
    ),
)

S3_1 = SectionSpec(
    "3.1",
    "3.1. Respect of reservation of rights from text and data mining exception or limitation",
    fields=(
        FieldSpec(
            "3.1.a",
            (
                "Are you a Signatory to the Code of Practice for general-purpose AI "
                "models that includes commitments to respect reservations of rights from "
                "the TDM exception or limitation?"
            ),
            "yes_no",
            ALWAYS,
            options=YES_NO,
        ),
        FieldSpec(
            "3.1.b",
            (
                "Describe the measures implemented before model training to respect "
                "reservations of rights from the TDM exception or limitation before and "
                "during data collection, including the opt-out protocols and solutions "
                "honoured by the provider or, as applicable, by third parties from which "
                "datasets have been obtained:"
            ),
            "text",
            ALWAYS,
        ),
        FieldSpec("3.1.c", "Additional comments (optional):", "text", OPTIONAL),
    ),
)

S3_2 = SectionSpec(
    "3.2",
    "3.2 Removal of illegal content",
    fields=(FieldSpec("3.2.a", "General description of measures taken:", "text", ALWAYS),),
)

S3_3 = SectionSpec(
    "3.3",
    "3.3. Other information (optional)",
    fields=(
        FieldSpec(
            "3.3.a",
            "Other relevant information about data processing (optional):",
            "text",
            OPTIONAL,
        ),
    ),
)

S3 = SectionSpec(
    "3",
    "Data processing aspects",
    sections=(
        S3_1,
        S3_2,
        S3_3,
    ),
)

SECTIONS = (S0, S1, S2, S3)
