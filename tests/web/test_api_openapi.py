"""The description of the interface is OpenAPI 3.1, and describes what is there."""

import json
from collections.abc import Iterator
from typing import Any

from docs.pages.openapi import openapi
from ledger.commands import COMMANDS
from tests.web.client import nobody
from tests.web.served import Served
from web.api.routes import PARAMETER, ROOT, acts, reads

DOCUMENT: dict[str, Any] = json.loads(openapi())
METHODS = {"get", "post", "delete"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        assert set(item) <= METHODS
        for operation in item.values():
            yield path, operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_it_is_served_to_everybody_as_it_stands_in_the_docs(read: Served) -> None:
    answer = nobody(read).ask("/openapi.json")

    assert answer.status == 200
    assert json.loads(answer.text) == DOCUMENT


def test_every_address_there_is_stands_in_it_and_no_other() -> None:
    own = {f"{ROOT}/commands", f"{ROOT}/changes", f"{ROOT}/openapi.json"}
    read, sent = {each.path for each in reads()}, {each.path for each in acts()}
    assert set(DOCUMENT["paths"]) == own | {f"{ROOT}{path}" for path in read | sent}
    for each in acts():
        assert each.method.lower() in DOCUMENT["paths"][f"{ROOT}{each.path}"]


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        found: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert isinstance(found, dict)


def test_every_operation_has_a_name_of_its_own_and_says_its_parts() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names)
    for path, operation in operations():
        declared = [each["name"] for each in operation.get("parameters", []) if each["in"] == "path"]
        assert declared == PARAMETER.findall(path)
        assert operation["summary"].endswith(".")
        for status, response in operation["responses"].items():
            assert status.isdigit()
            assert "$ref" in response or response["description"]


def test_every_command_is_described_by_its_fields() -> None:
    command = DOCUMENT["components"]["schemas"]["Command"]
    assert set(command["discriminator"]["mapping"]) == set(COMMANDS)
    for do, model in COMMANDS.items():
        schema = DOCUMENT["components"]["schemas"][model.__name__]
        wanted = {field.alias or name for name, field in model.model_fields.items()}
        assert set(schema["properties"]) == wanted, do
        assert schema["additionalProperties"] is False


def test_the_tag_of_what_is_due_is_said_to_change_with_a_kept_checkpoint() -> None:
    answers = {path: operation["responses"].get("200", {}) for path, operation in operations()}
    tags = {
        path: each["headers"]["ETag"]["description"] for path, each in answers.items() if "headers" in each
    }
    assert [path for path, told in tags.items() if "checkpoint" in told] == [f"{ROOT}/due"]
