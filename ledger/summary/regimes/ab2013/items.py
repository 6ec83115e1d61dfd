"""The twelve items of section 3111, in order, with labels in our own words."""

from ledger.summary import head
from ledger.summary.form import Form, Part, Question
from ledger.summary.regimes.ab2013 import datasets, making, rights

STANDING = (
    "The statute prescribes no form for this document. Numbers and order are those of its section "
    "3111; the labels are our own short words, not the statute's. Those of items 1 to 9 were "
    "written from the text of the statute. Our copy of it was cut off before items 10 to 12: their "
    "labels were not compared with it, and follow two secondary descriptions that agree."
)

HEAD = Part(
    "document",
    "This document",
    (
        Question("version", "Version", head.version_in_america),
        Question("developer", "Developer", head.provider("name", "contact", who="the developer")),
        Question("systems", "Systems and services covered", head.models),
    ),
)

ITEMS = Part(
    "items",
    "Training data",
    (
        Question("sources", "(1) Sources or owners of the datasets", datasets.sources),
        Question(
            "purpose_fit",
            "(2) How the datasets further the intended purpose of the system",
            making.purpose_fit,
        ),
        Question("data_points", "(3) Number of data points", datasets.data_points),
        Question("data_point_types", "(4) Types of data points", making.data_point_types),
        Question(
            "ip_status",
            "(5) Whether data is protected by copyright, trademark or patent, or all of it is in "
            "the public domain",
            rights.ip_status,
        ),
        Question(
            "purchased_or_licensed",
            "(6) Whether datasets were purchased or licensed",
            datasets.purchased_or_licensed,
        ),
        Question(
            "personal_information",
            "(7) Whether datasets include personal information (Civil Code 1798.140(v))",
            rights.personal_information,
        ),
        Question(
            "aggregate_consumer_information",
            "(8) Whether datasets include aggregate consumer information (Civil Code 1798.140(b))",
            rights.aggregate_consumer_information,
        ),
        Question(
            "cleaning",
            "(9) Cleaning, processing or other modification, and its intended purpose",
            making.cleaning,
        ),
        Question(
            "collection_period",
            "(10) When the data was collected, and whether collection is ongoing",
            datasets.collection_period,
        ),
        Question(
            "first_used", "(11) When the datasets were first used in development", making.first_used
        ),
        Question(
            "synthetic_generation",
            "(12) Whether synthetic data generation was used, or is used continuously",
            making.synthetic_generation,
        ),
    ),
)

FORM = Form(
    template="ab2013",
    number="ch. 817, Stats. 2024",
    title="Documentation of Training Data for Generative Artificial Intelligence",
    legal_basis="California Civil Code, sections 3110 and 3111 (AB 2013)",
    standing=STANDING,
    parts=(HEAD, ITEMS),
)
