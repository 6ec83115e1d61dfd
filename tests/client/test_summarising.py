"""From stored records to the facts of a summary."""

import json
from hashlib import sha256
from pathlib import Path

from blake3 import blake3

from ledger.capture import DomainColumn
from ledger.client.client import Ledger
from ledger.client.drafting import facts_of
from ledger.client.releasing import find_release, training_root
from ledger.summary.document import Labelled, Row


def test_a_summary_names_every_tokenizer_and_adds_up_each_by_itself(
    ledger: Ledger, tmp_path: Path
) -> None:
    for number, name in enumerate(("gpt2", "llama")):
        path = tmp_path / f"part-{number}.txt"
        path.write_text("text " * (number + 1), encoding="utf-8")
        said = [f"measures.tokens={10 * (number + 1)}", f"measures.tokenizer.name={name}"]
        ledger.add(path, set=["dataset.name=d", "source.category=other", *said])
    ledger.release("m-1", datasets=["d"])
    facts = facts_of(ledger.store, training_root(find_release(ledger.store, "m-1")))
    found = {group.at("tokenizer.name"): group.total("tokens").sum for group in facts.groups}
    assert found == {"gpt2": 10, "llama": 20}
    assert "Tokens are counted with gpt2 and llama" in repr(ledger.draft("m-1").field("1.3.g"))


def test_only_crawled_records_count_for_the_domain_list(ledger: Ledger, tmp_path: Path) -> None:
    for category, site in (("crawled", "crawled.example"), ("public_dataset", "public.example")):
        path = tmp_path / f"{category}.jsonl"
        path.write_text(json.dumps({"url": site, "text": "x"}) + "\n", encoding="utf-8")
        said = ["dataset.name=d", f"source.category={category}"]
        ledger.add(path, set=said, domains=DomainColumn("url"))
    ledger.release("m-1", datasets=["d"])
    facts = facts_of(ledger.store, training_root(find_release(ledger.store, "m-1")))
    assert facts.domains is not None
    assert (facts.domains.ranked, facts.domains.missing) == (("crawled.example",), 0)
    assert "public suffix list sha256:" in facts.domains.suffix_list


def test_the_digest_of_a_dataset_is_what_its_holder_computes(
    ledger: Ledger, tmp_path: Path
) -> None:
    files = [tmp_path / f"part-{number}.txt" for number in range(5)]
    for number, path in enumerate(files):
        path.write_text(f"text {number}", encoding="utf-8")
    said = ["dataset.name=Words", "source.category=public_dataset"]
    for path in files:
        ledger.add(path, set=said)
    ledger.release("m-1", datasets=["Words"])
    # b3sum --no-names FILE… | sort | sha256sum
    lines = sorted(f"{blake3(path.read_bytes()).hexdigest()}\n" for path in files)
    digest = sha256("".join(lines).encode()).hexdigest()
    (rows,) = [
        one for one in ledger.draft("m-1").field("2.1.e").values if isinstance(one, Labelled)
    ]
    assert rows.rows == (Row("Words", f"5\u00a0files, sha256:{digest}"),)
