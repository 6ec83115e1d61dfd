"""What a regulator is told: the numbers and statements of a training set, as a filled form.

    facts.py         grouped records -> the facts that every regime shares
    parties.py       the crawlers and the generators among them
    profile.py       provider.yaml: what no record can know
    document.py      Document: sections, fields, answers, and what each rests on
    eu/              facts, profile and release -> the EU's 53 fields
    html.py          Document -> one self-contained page
    jsonld.py        Document -> JSON-LD

All of it is pure: the same facts give the same document, and the same document the same bytes.
A further regime is one module `facts -> Document`, a further format one `Document -> bytes`.
"""
