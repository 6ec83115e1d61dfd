"""What `ledger verify` says of a document: its figures, and which field was changed to what."""

from ledger.proof.document_slot import form_in, split_evidence, with_evidence
from ledger.render import DOCX, JSONLD, render
from ledger.summary.document_json import from_bytes
from tests.cli.prepared import Shell

TRUST = ("--trust", "ledger.d/trust.policy")


def test_a_document_that_verifies_says_how_many_figures_were_derived_again(shell: Shell) -> None:
    (found,) = shell("verify", "summary.html", *TRUST, "--json").json["files"]
    (figures,) = [one["value"] for one in found["details"] if one["name"] == "figures"]
    assert figures.endswith("derived again from the record, as shown")
    assert [step["name"] for step in found["steps"]][4:] == [
        "Document",
        "Figures",
        "Statement",
    ]
    assert "differences" not in found


def test_a_changed_word_is_named_with_its_field_on_lines_of_eighty(shell: Shell) -> None:
    page = (shell.folder / "summary.html").read_text(encoding="utf-8")
    forged = page.replace(">demo-1<", ">demo-2<")
    (shell.folder / "forged.html").write_text(forged, encoding="utf-8")
    ran = shell("verify", "forged.html", *TRUST)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= 80
    at = lines.index("  1.2.a")
    assert lines[at + 1].startswith("    shown     ")
    assert "demo-2" in lines[at + 1]
    assert any("expected" in line and "demo-1" in line for line in lines[at:])
    (found,) = shell("verify", "forged.html", *TRUST, "--json").json["files"]
    assert found["failed"] == "step 5, Document"
    assert {"1.2.a"} <= {one["field"] for one in found["differences"]}
    assert all(set(one) == {"field", "shown", "expected"} for one in found["differences"])


def test_a_number_that_was_changed_everywhere_does_not_follow_from_the_record(shell: Shell) -> None:
    data = (shell.folder / "summary.html").read_bytes()
    inside, evidence = form_in(data), split_evidence(data).evidence
    assert inside is not None
    assert evidence is not None
    wrong = from_bytes(inside.replace(b'"records":', b'"records":1'))
    for form in (JSONLD, DOCX):
        path = shell.folder / f"forged{form.suffix}"
        path.write_bytes(with_evidence(render(wrong, form).document, evidence))
        (found,) = shell("verify", path.name, *TRUST, "--json").json["files"]
        (one,) = found["differences"]
        assert one["field"] == "records"
        assert one["shown"] == f"1{one['expected']}"


def test_a_later_rendition_is_told_to_be_one(shell: Shell) -> None:
    assert shell("summary", "demo-1", "--version", "1", "--to", "docx").code == 0
    (found,) = shell("verify", "demo-1-summary-v1.docx", *TRUST, "--json").json["files"]
    (told,) = [one["value"] for one in found["details"] if one["name"] == "rendition"]
    assert told.startswith("a later rendition of the version that record ")
