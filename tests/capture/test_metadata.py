"""What the user says: three places, three syntaxes, who wins, and everything that is refused."""

from pathlib import Path

import pytest

from ledger.capture import Metadata, survey
from ledger.capture.globs import compile_glob
from ledger.capture.sheets import read_sheet
from ledger.capture.statement import Declared
from ledger.capture.values import Assignment, parse_set
from ledger.errors import InputError, LedgerError, MalformedError
from ledger.record.canonical import JSON

NEEDED = ["dataset.name=corpus", "source.category=public_dataset"]


def make(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def declared(
    root: Path, settings: list[str] | None = None, manifest: Path | None = None
) -> dict[str, Declared]:
    found = survey([str(root)], exclude=[str(manifest)] if manifest else [])
    metadata = Metadata.load(
        settings=NEEDED if settings is None else settings,
        manifest=str(manifest) if manifest else None,
    )
    said = metadata.resolve(found.files)
    return {item.name: one for item, one in zip(found.files, said, strict=True)}


def value(text: str) -> JSON:
    (assignment,) = parse_set(text)
    return assignment.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("measures.tokens=1200", 1200),
        ("languages=fr,en,fr", ["en", "fr"]),
        ("languages=no", ["no"]),
        ('languages=["nb-NO"]', ["nb-NO"]),
        ("generator=unknown", "unknown"),
        ("dataset.version=1.10", "1.10"),
        ("dataset.version=2024-05-01", "2024-05-01"),
        ("dataset.name=a=b", "a=b"),
        ("dataset.name=e\u0301", "\u00e9"),
        ('dataset.name="quoted"', "quoted"),
        ("source.publicly_known=true", True),
        ("source.geography=EU, US", ["EU", "US"]),
        ("lineage.parameters.threshold=7", 7),
        ("lineage.parameters.exact=false", False),
        ("lineage.parameters.model=7b", "7b"),
        ('lineage.parameters.rate="0.5"', "0.5"),
        ("rights.licence=Apache-2.0 OR MIT", "Apache-2.0 OR MIT"),
        ("basis.rights.licence=imported", "imported"),
    ],
)
def test_a_setting_is_typed_by_the_schema_of_its_field(text: str, expected: JSON) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("generator.provider=OpenAI", ["generator.0.provider"]),
        ("generator.1.provider=OpenAI", ["generator.1.provider"]),
        ("source.crawl.crawlers.name=Bot", ["source.crawl.crawlers.0.name"]),
        (
            'source={"category": "crawled", "period.start": "2024-01"}',
            ["source.category", "source.period.start"],
        ),
        (
            'generator={"provider": "a", "model": "b"}',
            ["generator.0.provider", "generator.0.model"],
        ),
        ('generator=[{"provider": "a", "model": "b", "role": "judge"}]', ["generator"]),
    ],
)
def test_objects_are_taken_apart_and_first_items_named(text: str, paths: list[str]) -> None:
    assert [".".join(one.path) for one in parse_set(text)] == paths


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("dataset.name", InputError, "expected path=value"),
        ("=x", InputError, "expected path=value"),
        ("dataset.name= ", InputError, "expected path=value"),
        ("datset.name=x", MalformedError, "did you mean 'dataset'"),
        ("dataset.nmae=x", MalformedError, "did you mean 'name'"),
        ("source.category=crawld", MalformedError, "did you mean 'crawled'"),
        ("measures.tokens=12.5", MalformedError, "12.5.*expected an integer"),
        ("measures.tokens=many", MalformedError, "'many', expected an integer"),
        ("measures.tokens=-1", MalformedError, "-1 is not from 0"),
        ("measures.tokens=9007199254740992", MalformedError, r"2\^53"),
        ("measures.tokens=null", MalformedError, "null.*leave out what is unknown"),
        ("dataset.name=null", MalformedError, "null.*leave out what is unknown"),
        ('source={"link": null}', MalformedError, "null.*leave out"),
        ("source.publicly_known=yes", MalformedError, "expected true or false"),
        ("lineage.parameters.rate=0.5", MalformedError, "there are no fractions"),
        ("lineage.parameters={}", MalformedError, "expected an object"),
        ('lineage={"parameters": {"rate": 0.5}}', MalformedError, "0.5"),
        ("languages=english", MalformedError, "BCP 47"),
        ("languages=[1]", MalformedError, "BCP 47"),
        ("dataset={name: x}", MalformedError, "begins like JSON and is not"),
        ('dataset={"name": "x", "name": "y"}', MalformedError, "'name' is there twice"),
        ("dataset=" + "[" * 100_000, MalformedError, "nested too deeply"),
        ("dataset=x", MalformedError, "expected an object"),
        ("dataset.name.x=y", MalformedError, "a string has no field 'x'"),
        ("dataset.name=[1]", MalformedError, "expected a string"),
        ('dataset.name={"a": "b"}', MalformedError, "expected a string"),
        ("claimed_at=2024-01-01T00:00:00Z", MalformedError, "written when the record is made"),
        ("basis.datset=declared", MalformedError, "did you mean 'dataset'"),
        ("basis.dataset=declard", MalformedError, "did you mean 'declared'"),
        ('generator=[{"provider": "a", "modle": "b"}]', MalformedError, "did you mean 'model'"),
        ("generator=unkown", MalformedError, "generator"),
    ],
)
def test_a_wrong_setting_names_itself_and_what_was_expected(
    text: str, kind: type[LedgerError], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        parse_set(text)
    assert "--set" in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*.txt", ["a.txt", "x/y/a.txt"], ["a.md", "a.txt/b"]),
        ("x/*.txt", ["x/a.txt"], ["a.txt", "x/y/a.txt"]),
        ("x/**", ["x/a", "x/y/a"], ["a", "xx/a"]),
        ("**/raw/*", ["raw/a", "x/y/raw/a"], ["draw/a"]),
        ("x/**/a", ["x/a", "x/y/z/a"], ["x/ya"]),
        ("**", ["a", "x/a\nb"], []),
        ("part-[0-9].?sv", ["part-1.csv"], ["part-a.csv", "part-1./sv"]),
        ("[!ab]*", ["c"], ["a", "b1"]),
        ("a[]]b[.]", ["a]b."], ["a]bx"]),
        ("a.b+(c)", ["a.b+(c)"], ["aXb"]),
        ("**.txt", ["a.txt", "b/c.txt"], ["a.md"]),
        ("[^a]", ["^", "a"], ["b"]),
    ],
)
def test_patterns(pattern: str, yes: list[str], no: list[str]) -> None:
    expression = compile_glob(pattern)
    assert [name for name in yes + no if expression.fullmatch(name)] == yes


@pytest.mark.parametrize("pattern", ["", "/abs", "a[b", "[z-a]"])
def test_patterns_that_mean_nothing_are_refused(pattern: str) -> None:
    with pytest.raises(InputError, match="pattern"):
        compile_glob(pattern)


YAML = """
fields:
  rights.licence: CC-BY-4.0
rules:
  - pattern: "fr/**"
    languages: [fr]
    source: {period: {start: 2024-01}}
  - pattern: "*.md"
    languages: no
"""
JSON_LINES = """{"pattern": "**", "rights.licence": "CC-BY-4.0"}

{"pattern": "fr/**", "languages": ["fr"], "source": {"period": {"start": "2024-01"}}}
{"pattern": "*.md", "languages": ["no"]}
"""
CSV = """pattern,rights.licence,languages,source.period.start
**,CC-BY-4.0,,
fr/**,,fr,2024-01
*.md,,no,
"""


@pytest.mark.parametrize(
    ("name", "text"), [("m.yaml", YAML), ("m.jsonl", JSON_LINES), ("m.csv", CSV)]
)
def test_the_three_syntaxes_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    make(tmp_path, {"data/fr/a.txt": "", "data/fr/b.md": "", "data/c.txt": "", name: text})
    said = declared(tmp_path / "data", manifest=tmp_path / name)
    base = {"dataset": {"name": "corpus"}, "rights": {"licence": "CC-BY-4.0"}}
    french = {"category": "public_dataset", "period": {"start": "2024-01"}}
    assert said["c.txt"].fields == {**base, "source": {"category": "public_dataset"}}
    assert said["fr/a.txt"].fields == {**base, "source": french, "languages": ["fr"]}
    assert said["fr/b.md"].fields == {**base, "source": french, "languages": ["no"]}


def test_set_beats_manifest_beats_near_beats_far(tmp_path: Path) -> None:
    def version(word: str) -> str:
        return f"fields: {{dataset.version: {word}, dataset.name: {word}}}\n"

    make(
        tmp_path,
        {
            "data/ledger.yaml": version("far") + "rules: [{pattern: 'x/*', languages: [fr]}]",
            "data/x/ledger.yaml": version("near"),
            "data/x/a.txt": "",
            "data/b.txt": "",
            "m.yaml": "rules: [{pattern: '*.txt', dataset.name: manifest}]",
        },
    )
    category = "source.category=other"
    said = declared(tmp_path / "data", [category])
    assert said["b.txt"].fields["dataset"] == {"name": "far", "version": "far"}
    assert said["x/a.txt"].fields["dataset"] == {"name": "near", "version": "near"}
    assert said["x/a.txt"].fields["languages"] == ["fr"]
    said = declared(tmp_path / "data", [category], tmp_path / "m.yaml")
    assert said["x/a.txt"].fields["dataset"] == {"name": "manifest", "version": "near"}
    said = declared(tmp_path / "data", [category, "dataset.name=set"], tmp_path / "m.yaml")
    assert said["x/a.txt"].fields["dataset"] == {"name": "set", "version": "near"}


def test_rules_in_a_nested_sidecar_speak_of_names_below_it(tmp_path: Path) -> None:
    make(
        tmp_path, {"x/y/a.txt": "", "x/ledger.yaml": "rules: [{pattern: 'y/a.txt', languages: en}]"}
    )
    assert declared(tmp_path)["x/y/a.txt"].fields["languages"] == ["en"]


def test_a_sidecar_beside_a_single_file_counts(tmp_path: Path) -> None:
    make(tmp_path, {"a.txt": "", "ledger.yaml": "fields: {languages: [en]}"})
    assert declared(tmp_path / "a.txt")["a.txt"].fields["languages"] == ["en"]


def test_files_with_equal_rules_share_one_object(tmp_path: Path) -> None:
    make(tmp_path, {"a.txt": "", "b.txt": "", "c.md": "", "m.csv": "pattern,languages\n*.md,en\n"})
    said = declared(tmp_path, manifest=tmp_path / "m.csv")
    assert said["a.txt"] is said["b.txt"] is not said["c.md"]


def test_a_later_file_changes_a_part_without_touching_what_others_share(tmp_path: Path) -> None:
    make(
        tmp_path,
        {
            "a.txt": "",
            "b.txt": "",
            "ledger.yaml": "fields: {generator: [{provider: P, model: M, role: judge}]}",
            "m.csv": "pattern,generator.model\na.txt,N\n",
        },
    )
    said = declared(tmp_path, manifest=tmp_path / "m.csv")
    assert said["a.txt"].fields["generator"] == [{"provider": "P", "model": "N", "role": "judge"}]
    assert said["b.txt"].fields["generator"] == [{"provider": "P", "model": "M", "role": "judge"}]


def test_an_item_of_a_list_can_be_set_and_set_again(tmp_path: Path) -> None:
    make(tmp_path, {"a.txt": ""})
    settings = ["source.geography=EU,US", "source.geography.1=CA", "source.geography.2=JP"]
    source = declared(tmp_path, [*NEEDED, *settings])["a.txt"].fields["source"]
    assert source == {"category": "public_dataset", "geography": ["EU", "CA", "JP"]}


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ([], "dataset.name is missing", "--set dataset.name="),
        (["dataset.name=x"], "source.category is missing", "--set source.category="),
        (
            ["dataset.name=x", "source.category=synthetic"],
            "generator is missing",
            "generator=unknown",
        ),
        ([*NEEDED, "measures.tokens=5"], "measures.tokenizer is missing", "tokenizer.name"),
        ([*NEEDED, "generator.provider=x"], "generator.0.model is missing", None),
        (
            [*NEEDED, "generator.2.provider=x"],
            "generator.2.provider: item 2 of a list that has 0",
            None,
        ),
        ([*NEEDED, "basis.content=declared"], "content is read from the bytes", None),
        ([*NEEDED, "basis.measures.bytes=declared"], "measures is read from the bytes", None),
        ([*NEEDED, "basis.rights=imported"], "rights is not declared", None),
        ([*NEEDED, "basis.dataset=observed"], "only what the code reads", "declared, inferred"),
    ],
)
def test_incomplete_metadata_is_refused_before_reading(
    tmp_path: Path, settings: list[str], message: str, hint: str | None
) -> None:
    make(tmp_path, {"a.txt": ""})
    with pytest.raises(LedgerError, match=message) as caught:
        declared(tmp_path, settings)
    assert hint is None or hint in str(caught.value.hint)


def test_a_rule_that_matches_nothing_is_named_with_the_nearest_names(tmp_path: Path) -> None:
    make(tmp_path, {"data/part-1.jsonl": "", "m.csv": "pattern,languages\n**,en\nprt-1.jsonl,fr\n"})
    with pytest.raises(InputError, match=r"m.csv, line 3: .*'prt-1.jsonl'.*'part-1.jsonl'"):
        declared(tmp_path / "data", manifest=tmp_path / "m.csv")


def test_one_manifest_serves_several_datasets_in_one_command(tmp_path: Path) -> None:
    rules = "pattern,dataset.name,source.category\nbooks/**,b,other\nweb/**,w,crawled\n"
    make(tmp_path, {"data/books/1.txt": "", "data/web/1.txt": "", "m.csv": rules})
    found = declared(tmp_path / "data", settings=[], manifest=tmp_path / "m.csv")
    assert [one.fields["dataset"] for one in found.values()] == [{"name": "b"}, {"name": "w"}]
    with pytest.raises(InputError, match="matches none of the 1 files") as caught:
        declared(tmp_path / "data" / "web", settings=[], manifest=tmp_path / "m.csv")
    assert "add the folder above all" in str(caught.value.hint)


def test_a_manifest_that_matches_nothing_at_all_is_refused_as_such(tmp_path: Path) -> None:
    make(tmp_path, {"data/a.txt": "", "m.csv": "pattern,languages\nx,en\ny,fr\n"})
    with pytest.raises(InputError, match=r"m.csv matches none of the 1 files; .*'a.txt'"):
        declared(tmp_path / "data", manifest=tmp_path / "m.csv")


def test_a_sidecar_rule_that_matches_nothing_is_refused_too(tmp_path: Path) -> None:
    make(
        tmp_path,
        {"a.txt": "", "x/b": "", "x/ledger.yaml": "rules: [{pattern: a.txt, languages: en}]"},
    )
    with pytest.raises(InputError, match=r"x/ledger.yaml, line 1, rule 1: .* 1 files"):
        declared(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "m.yaml",
            "fields: {dataset.name: x, dataset.name: y}",
            "line 1: 'dataset.name' is there twice",
        ),
        ("m.yaml", "fields:\n  languages: &a [en]\n  stages: *a", "anchors"),
        ("m.yaml", "fields: !!python/object:os.system {}", "not used here"),
        ("m.yaml", "fields: !mine {}", "not used here"),
        ("m.yaml", "fields: [", "not YAML"),
        ("m.yaml", "fields: {[a]: b}", "a name must be a text"),
        ("m.yaml", "--- 1\n--- 2", "not YAML"),
        ("m.yaml", "\udcff", "not YAML"),
        ("m.yaml", "- a", "expected a mapping"),
        ("m.yaml", "", "expected a mapping"),
        ("m.yaml", "rule: []", "did you mean 'rules'"),
        ("m.yaml", "fields: []", "fields: expected a mapping"),
        ("m.yaml", "rules: {}", "rules: expected a list"),
        ("m.yaml", "rules: [x]", "rule 1: expected a mapping"),
        ("m.yaml", "fields: {}", "says nothing"),
        (
            "m.yaml",
            "rules:\n  - patern: x\n    languages: en",
            "line 2, rule 1: pattern is missing",
        ),
        ("m.yaml", "rules: [{pattern: x}]", "says nothing about"),
        ("m.yaml", "rules: [{pattern: 'a[', languages: en}]", "without ]"),
        ("m.yaml", "fields: {measures.tokens: 1.5}", "fields: measures.tokens: found number 1.5"),
        ("m.yaml", "fields: {dataset: {name: ~}}", "dataset.name: found null"),
        ("m.yaml", "fields: {dataset: {name: }}", "dataset.name"),
        ("m.yaml", "fields: {source.category: crawld}", "did you mean 'crawled'"),
        ("m.yaml", "a: " + "[" * 5000, "m.yaml"),
        ("m.jsonl", "{}", "line 1: pattern is missing"),
        ("m.jsonl", "[]", "line 1: expected a mapping"),
        ("m.jsonl", "\n{", "line 2: not JSON"),
        ("m.jsonl", '{"pattern": "a", "pattern": "b"}', "line 1: 'pattern' is there twice"),
        ("m.jsonl", '{"pattern": 1, "languages": ["en"]}', "pattern is missing"),
        (
            "m.jsonl",
            '{"pattern": "a", "measures.tokens": 1.5}',
            "line 1: measures.tokens: found number",
        ),
        ("m.jsonl", '{"pattern": "a", "source.link": null}', "line 1: source.link: found null"),
        ("m.jsonl", "", "says nothing"),
        ("m.csv", "pattern,languages\n*,en,fr\n", "line 2: 3 cells, the header has 2"),
        ("m.csv", "pattern,pattern\n", "a column is there twice"),
        ("m.csv", "languages\nen\n", "line 2: pattern is missing"),
        ("m.csv", 'pattern,languages\n"a"b,en\n', "line 2: not CSV"),
        ("m.csv", "pattern,langages\n*,en\n", "line 2: langages: .*did you mean 'languages'"),
        ("m.csv", "\udcff", "not UTF-8"),
        ("m.txt", "x", "a manifest is .yaml, .jsonl or .csv"),
    ],
)
def test_a_broken_manifest_says_where_and_what(name: str, text: str, message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        read_sheet(name, text.encode(errors="surrogateescape"))


def test_a_manifest_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        Metadata.load(manifest="/nowhere/m.csv")


def test_yaml_scalars_stay_what_was_written() -> None:
    text = "fields: {dataset.version: 1.10, languages: [no], source.period.start: 2024-05}"
    sheet = read_sheet("m.yaml", text.encode())
    assert [one.value for one in sheet.everywhere] == ["1.10", ["no"], "2024-05"]
    assert sheet.everywhere[0] == Assignment(("dataset", "version"), "1.10", "m.yaml, fields")
