"""Whatever is read through the interface has the shape that its description says, and no field besides."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from docs.pages.openapi import openapi
from tests.web.client import session
from tests.web.served import Served
from tests.web.test_api_reading import _NOTED, addresses
from web.api.routes import ROOT, Read, reads
from web.api.shapes import shapes

DOCUMENT: dict[str, Any] = json.loads(openapi())
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
_KNOWN = {"type", "properties", "required", "items", "additionalProperties"}
READS = [each for each in reads() if each.media is None and each.path not in _NOTED]


def faults(value: Any, schema: dict[str, Any], where: str = "") -> Iterator[str]:
    """What of a value is not as its schema says; fields that it does not name count."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert set(schema) <= _KNOWN, schema
    allowed = tuple(each for name in schema.get("type", []) for each in _TYPES[name])
    if allowed and (not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed)):
        yield f"{where}: {value!r} is not {schema['type']}"
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, schema.get("items", {}), f"{where}[{number}]")
    elif isinstance(value, dict) and "properties" in schema:
        yield from (f"{where}.{name} is missing" for name in schema["required"] if name not in value)
        for name, each in value.items():
            if name in schema["properties"]:
                yield from faults(each, schema["properties"][name], f"{where}.{name}")
            else:
                yield f"{where}.{name} is not described"
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from faults(each, schema.get("additionalProperties", {}), f"{where}.{name}")


def test_every_answer_that_is_read_is_described_and_nothing_else() -> None:
    assert set(shapes()) == {each.path for each in reads() if each.media is None}


@pytest.mark.parametrize("route", READS, ids=lambda route: route.path)
def test_each_answer_is_as_it_is_described(route: Read, read: Served) -> None:
    said = DOCUMENT["paths"][f"{ROOT}{route.path}"]["get"]["responses"]["200"]["content"]["application/json"]
    for viewer in ("D01", "E06", "AU1", "F01", "H02"):
        client = session(read, viewer)
        for path, _ in addresses(route):
            answer = client.ask(path)
            if answer.status == 200:
                assert list(faults(json.loads(answer.text), said["schema"])) == [], (viewer, path)


def test_what_differs_from_its_description_is_noticed() -> None:
    schema = shapes()["/due"]
    row = dict.fromkeys(("what", "id", "who", "employee", "month", "since", "due_on", "days_left"))
    assert not list(faults([row], schema))
    assert list(faults([{**row, "days_left": "3"}], schema))
    assert list(faults([{**row, "more": 1}], schema))
    assert list(faults([{}], schema))
