"""The keys of `provider.yaml`: what each expects, what it is for, and an example.

What stands here is what a provider knows and no record can: contacts, policies, confirmations, and
words of its own. `profile.py` checks a file by it, `profile_template.py` writes the commented file.
"""

from collections.abc import Mapping

from ledger.record.vocabulary import CATEGORIES
from ledger.summary.entries import (
    ANSWER,
    COUNTRY,
    LANGUAGE,
    LINK,
    LINKS,
    TEXT,
    TEXTS,
    Entry,
    Kind,
    choice,
)

SIZES = choice("ranges", "shares", "figures")
DOMAINS = choice("required", "all")
AUDIT = choice("sealed", "sections", "counters")


def _keys(kind: Kind, **keys: tuple[str, str]) -> dict[str, Entry]:
    return {key: Entry(kind, about, example) for key, (about, example) in keys.items()}


PROVIDER = {
    **_keys(
        TEXT,
        name=("The legal entity that places the model on the market.", "Example Labs SAS"),
        contact=(
            "A contact for questions about the summary, better than the general mailbox.",
            "training-data@example.org",
        ),
        registration=("Public register and number there.", "RCS Paris 123 456 789"),
    ),
    "website": Entry(LINK, "The official website.", "https://example.org"),
    "established_in": Entry(
        COUNTRY,
        "Where the provider is established: a country code in quotes (unquoted NO means no).",
        '"FR"',
    ),
    "sme": Entry(
        ANSWER,
        "Small or medium-sized enterprise? Shortens the list of domains in 2.3; unset means no.",
        "no",
    ),
}

REPRESENTATIVE = _keys(
    TEXT,
    name=("The authorised representative in the Union.", "Example Representation GmbH"),
    contact=("How to reach it.", "ai-act@example.org"),
)

PUBLICATION = {
    **_keys(
        LINK,
        site=(
            "Where you put the folder that `ledger publish` writes; links to versions follow.",
            "https://example.org/ai/",
        ),
        summary_link=(
            "Where the authoritative copy of the summary is.",
            "https://example.org/ai/summary",
        ),
        versions_link=("Where all versions are.", "https://example.org/ai/summary/versions"),
        updates_link=("Where updates are announced.", "https://example.org/ai/updates"),
    ),
    "channels": Entry(
        LINKS,
        "Every public channel through which the models are distributed.",
        "[https://huggingface.co/example/model-7b]",
    ),
    "language": Entry(
        LANGUAGE, "The language that your own texts in this file are written in.", '"en"'
    ),
    "audit": Entry(
        AUDIT,
        "What is published of the sums: sealed (a hash), sections, counters (of each record).",
        "sealed",
    ),
}

CATEGORY_QUESTIONS = {
    "public_dataset": "Publicly available datasets (2.1)?",
    "private_licensed": "Datasets licensed by rightsholders or their representatives (2.2.1)?",
    "private_third_party": "Private datasets of other third parties (2.2.2)?",
    "crawled": "Data crawled or scraped by you or on your behalf (2.3)?",
    "user_data_model": "Data from users' interactions with your AI models (2.4)?",
    "user_data_other_service": "Data from users of your other services and products (2.4)?",
    "synthetic": "Synthetic data made by you or on your behalf (2.5)?",
    "other": "Any other source, such as labelling by people or digitised media (2.6)?",
}

CONFIRM = {
    **{name: Entry(ANSWER, CATEGORY_QUESTIONS[name], "no") for name in CATEGORIES},
    **_keys(
        ANSWER,
        modified_model=(
            "Are the models modified from a model already on the Union market (1.2)?",
            "no",
        ),
        no_other_comments=(
            "Nothing to add in the optional fields that hold no comment? They then say “None”.",
            "yes",
        ),
        copyright=("California: any data protected by copyright?", "yes"),
        trademark=("California: any data protected by trademark?", "no"),
        patent=("California: any data protected by patent?", "no"),
        public_domain_only=("California: is all of the data in the public domain?", "no"),
        purchased_or_licensed=("California: were datasets purchased or licensed?", "no"),
        personal_information=("California: any personal information?", "no"),
        aggregate_consumer_information=("California: any aggregate consumer information?", "no"),
        collection_ongoing=("California: does data collection go on?", "no"),
        continuous_synthetic=("California: is synthetic data used continuously?", "no"),
    ),
}

RIGHTS_RESERVATIONS = {
    "code_of_practice": Entry(
        ANSWER, "Signatory to the Code of Practice for general-purpose AI models?", "no"
    ),
    **_keys(
        TEXT,
        measures=(
            "What was done before training to respect opt-outs from text and data mining.",
            "|\nOur crawler reads robots.txt before each request.",
        ),
        robots_txt=(
            "How robots.txt is read and obeyed, and which versions of it.",
            "Read before each visit, by RFC 9309; a disallowed page is not fetched.",
        ),
        dataset_opt_outs=(
            "What you require of those whose datasets you took, or check in these.",
            "Only datasets whose crawls honoured robots.txt were taken.",
        ),
        kept_up_to_date=(
            "How later reservations of rights are taken up.",
            "Read again before each training; what is reserved since is removed.",
        ),
    ),
    "protocols": Entry(
        TEXTS, "Opt-out protocols honoured, one by one.", "[robots.txt, TDMRep, ai.txt]"
    ),
    "copyright_policy_link": Entry(
        LINK, "The copyright policy of Article 53(1)(c).", "https://example.org/ai/copyright"
    ),
    "copyright_policy_summary": Entry(
        TEXT,
        "The policy in a few sentences.",
        "Rightsholders write to copyright@example.org; we answer.",
    ),
}

ILLEGAL_CONTENT = {
    "measures": Entry(
        TEXT,
        "How illegal content is kept out.",
        "|\nHash lists of known material are matched against every image.",
    ),
    "methods": Entry(
        TEXTS,
        "The methods, one by one: block lists, keywords, classifiers, hash lists.",
        "[block lists of sites, hash lists, classifiers]",
    ),
}

CONTENT_TYPES = _keys(
    TEXT,
    text=("Types of text.", "scientific text, source code"),
    image=("Types of image.", "photography"),
    audio=("Types of audio.", "audiobooks"),
    video=("Types of video.", "television programmes"),
    other=("Types of other content.", "sensor readings"),
)

CRAWLING = {
    **_keys(
        TEXT,
        robots_txt=("Is robots.txt obeyed?", "Obeyed, by RFC 9309."),
        captchas=("What happens at a captcha?", "The page is left."),
        passwords=("Pages behind a password?", "Never entered."),
        paywalls=("Pages behind a paywall?", "Never entered."),
        other_protocols=("Other protocols that are read.", "TDMRep and ai.txt."),
        geography=("Countries or regions of the sites.", "All member states of the Union."),
        languages=("Languages of the sites.", "The official languages of the Union."),
        demography=(
            "Demographic characteristics of the sites, where known.",
            "Sites of all regions and of small languages.",
        ),
        domain_requests=(
            "How to ask whether content of a domain that is not listed was used, if you answer.",
            "Write to domains@example.org; we answer within a month.",
        ),
    ),
    "site_types": Entry(
        TEXTS, "Types of website crawled.", "[news, blogs, government portals, forums]"
    ),
}

DESCRIBE = _keys(
    TEXT,
    languages=("Languages of the data (1.3).", "Mostly English, and all of the Union's."),
    characteristics=("Other characteristics of the data (1.3).", "Pages from all member states."),
    geography=("Countries or regions that the data is from (1.3).", "Mostly the Union."),
    demography=("Demographic characteristics of the data (1.3).", "Writers of all ages."),
    other_modality=("What the modality “other” stands for.", "Sensor readings"),
    selection=("How data was selected.", "By a score of educational value."),
    other_public_datasets=(
        "Publicly available datasets that are not large (2.1).",
        "Dictionaries and word lists with open licences.",
    ),
    public_nature=(
        "Nature of public datasets: personal, protected, machine made (2.1).",
        "Some are protected by copyright; names of authors occur.",
    ),
    private_datasets=("Private datasets (2.2).", "Archives of two regional newspapers."),
    private_nature=("Nature of private datasets (2.2).", "Protected by copyright."),
    crawler_purposes=("What the crawlers are for (2.3).", "To collect pages for training."),
    crawler_behaviour=(
        "How the crawlers behave (2.3), if the keys of `crawling` do not say it.",
        "|\nReads robots.txt; solves no captchas; enters no paywalled sites.",
    ),
    crawled_content=(
        "What was crawled (2.3).",
        "News, blogs and government portals in the official languages of the Union.",
    ),
    user_services=("Services whose users' data was used (2.4).", "Our chat, by consent."),
    generators=(
        "Other facts on models that made data and are not on the market (2.5).",
        "Our internal tutor was trained on the public datasets of 2.1.",
    ),
    other_sources=("Other sources (2.6).", "Exercises written by our staff."),
    purpose_fit=("California: how the data serves the purpose.", "It teaches to explain."),
    labels=("California: labels of labelled data.", "Preferred or not, by two people."),
    cleaning_purpose=("California: what cleaning was for.", "To remove duplicates."),
    first_used=("California: when data was first used.", "March 2025"),
    synthetic_purpose=("California: what synthetic data is for.", "Worked exercises."),
    release_date=("Model documentation: when first released.", "2026-11-20, worldwide"),
    testing_data=("Model documentation: amount of testing data.", "2,000 questions"),
    validation_data=("Model documentation: amount of validation data.", "1,000 pages"),
    curation=("Model documentation: how data was curated.", "Filtered and deduplicated."),
    biases=("Model documentation: measures against biases.", "Counted by region."),
)

COMMENTS = _keys(
    TEXT,
    **{
        "1.3.g": ("On the training data as a whole.", "Sizes are counted after deduplication."),
        "2.1.e": ("On public datasets.", "Sizes of single datasets are on our site."),
        "2.2.2.e": ("On private datasets.", "Obtained between 2023 and 2025."),
        "2.3.i": ("On crawling.", "The full list of domains can be asked for."),
        "2.4.e": ("On user data.", "Users can object at any time."),
        "2.5.e": ("On synthetic data.", "Captions by models are not counted here."),
        "2.6.c": ("On other sources.", "Written under contract."),
        "3.1.c": ("On reservations of rights.", "Complaints are answered in a month."),
        "3.3.a": ("On data processing.", "Personal data is masked."),
    },
)

SHOW = {
    "sizes": Entry(
        SIZES,
        "Sizes: ranges, as the form asks; or also shares of the whole; or also exact figures.",
        "ranges",
    ),
    "licensors": Entry(ANSWER, "Name those who licensed data to you? The form does not ask.", "no"),
    "domains": Entry(DOMAINS, "Domains: as many as the form requires, or all.", "required"),
}

SECTIONS: Mapping[str, Mapping[str, Entry]] = {
    "provider": PROVIDER,
    "representative": REPRESENTATIVE,
    "publication": PUBLICATION,
    "confirm": CONFIRM,
    "rights_reservations": RIGHTS_RESERVATIONS,
    "illegal_content": ILLEGAL_CONTENT,
    "content_types": CONTENT_TYPES,
    "crawling": CRAWLING,
    "describe": DESCRIBE,
    "comments": COMMENTS,
    "show": SHOW,
}
"""Sections of the file and their entries, in the order of the file."""
