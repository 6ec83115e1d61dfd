"""What a regulator is told: the numbers and statements of a training set, as a filled form.

    facts.py         grouped records -> the facts that every regime shares
    parties.py       the crawlers and the generators among them
    entries.py       kinds of entries in files that people fill in, and how each is checked
    profile.py       provider.yaml: what no record can know
    release_file.py  release.yaml: what is said of one release
    contradictions.py, due.py   what excludes itself in them, and when an update is due
    document.py      Document: sections, fields, answers, and what each rests on
    eu/              facts, profile and release -> the EU's 53 fields
    form.py          questions in parts, each with its answerer -> Document; what other forms are
    regimes/         a module for each form that `--template` knows, found by its name
    questionnaire.py questions of somebody's own, in a file, as a form
    html.py          Document -> one self-contained page
    jsonld.py        Document -> JSON-LD

All of it is pure: the same facts give the same document, and the same document the same bytes.
A further regime is one module in `regimes`, a further format one `Document -> bytes`.
"""
