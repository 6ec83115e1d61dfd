from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from api.app import create_app
from api.openapi import examples
from tests.api.examples import ask, cases
from tests.api.world import World

# Read from a file that nobody else's example is: these have bytes, not text, for an answer.
WITHOUT_EXAMPLE = {(name, "200") for name in ("read_tile", "prove_entry_cose", "prove_growth")}


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    """The OpenAPI document as served."""
    told: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return told


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all operations."""
    return [one for path in document["paths"].values() for one in path.values()]


def references(value: Any) -> list[str]:
    """Return every `$ref` in a value."""
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in references(inner)]
    return [ref for inner in value for ref in references(inner)] if isinstance(value, list) else []


def test_it_is_openapi_3_1_and_its_parts_fit(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert {"title", "version", "description", "license", "summary"} <= document["info"].keys()
    names = [operation["operationId"] for operation in operations(document)]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in document["tags"]}
    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas
    for schema in schemas.values():
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    for operation in operations(document):
        assert set(operation["tags"]) <= tags
        assert operation["summary"]
        assert operation["description"]


def test_path_parameters_are_declared_and_shown(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            declared = {
                one["name"]: one for one in operation.get("parameters", []) if one["in"] == "path"
            }
            assert set(declared) == {part.split("}")[0] for part in path.split("{")[1:]}
            for parameter in declared.values():
                assert parameter["required"] is True
                assert parameter["description"]


def test_every_answer_is_declared_with_its_form(document: dict[str, Any]) -> None:
    for operation in operations(document):
        assert {"500", "503"} <= operation["responses"].keys()
        for status, response in operation["responses"].items():
            assert response["description"]
            form = "application/problem+json" if status >= "400" else None
            assert form is None or list(response["content"]) == [form]


def test_every_operation_shows_an_example(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for status in sorted(status for status in operation["responses"] if status < "300"):
            shown = [
                one.get("examples") for one in operation["responses"][status]["content"].values()
            ]
            assert any(shown) != ((operation["operationId"], status) in WITHOUT_EXAMPLE)


def test_examples_are_what_the_server_answers(
    writer: TestClient, copy: World, world: World
) -> None:
    copy.documents.update(world.documents)
    answers = [ask(writer, case) for case in cases(copy)]
    for answer, example in zip(answers, examples(), strict=True):
        assert answer == example, "python -m tests.api.examples writes the examples anew"


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    root = DRAFT202012.create_resource(document)
    registry: Registry[Any] = Registry().with_resource("openapi.json", root)
    for operation in operations(document):
        for response in operation["responses"].values():
            for media in response["content"].values():
                schema = absolute(media.get("schema", {}))
                validator = Draft202012Validator(schema, registry=registry)
                for example in media.get("examples", {}).values():
                    validator.validate(example["value"])


def absolute(value: Any) -> Any:
    """Return a schema whose references lead into the document."""
    if isinstance(value, dict):
        return {
            name: f"openapi.json{inner}" if name == "$ref" else absolute(inner)
            for name, inner in value.items()
        }
    return [absolute(inner) for inner in value] if isinstance(value, list) else value


def test_every_undocumented_status_would_be_noticed(
    client: TestClient, document: dict[str, Any]
) -> None:
    by_name = {one["operationId"]: one for one in operations(document)}
    for example in examples():
        assert str(example["status"]) in by_name[example["operation"]]["responses"]


def test_a_new_app_describes_itself_the_same(
    world: World, document: dict[str, Any], tmp_path: Path
) -> None:
    assert create_app(world.log.store, world.settings).openapi() == document
    assert not list(tmp_path.iterdir())
