"""Forms to PDF with typst: A-2b, or A-3b with receipts attached; the same values make the same bytes anywhere."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from ledger.documents.forms.blocks import Form
from ledger.documents.forms.glyphs import FAMILIES, font_file, printable
from ledger.labels.messages import Labels

_REGIONS: Final = {"zh-Hant": ("zh", "TW"), "zh-Hans": ("zh", "CN"), "en": ("en", "GB")}


def pdf(
    forms: Sequence[Form], labels: Labels, plain: bool = False, attached: Mapping[str, bytes] | None = None
) -> bytes:
    """Forms one after another as one PDF, dated by the day of the latest.

    `plain`: no grey, for the house's own paper; `attached`: receipts and evidence by file name.
    InputError `name_has_no_glyph`.
    """
    import typst

    files = attached or {}
    lang, region = _REGIONS[labels.language]
    values = {
        "forms": list(_values(forms, labels)),
        "plain": plain,
        "font": FAMILIES[labels.language],
        "lang": lang,
        "region": region,
        "page_of": labels.form("page_of"),
        "colon": labels.pair("", ""),
        "attached": [
            {"name": name, "at": f"/{at}", "type": _type_of(name)} for at, name in enumerate(sorted(files))
        ],
    }
    source = resources.files("ledger.documents.forms").joinpath("form.typ")
    compiler: Any = typst
    with TemporaryDirectory() as root:  # what is attached is read from there, and nothing else is
        for at, name in enumerate(sorted(files)):
            (Path(root) / str(at)).write_bytes(files[name])
        written = compiler.compile(
            source.read_bytes(),
            root=root,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"form": json.dumps(values, ensure_ascii=False, sort_keys=True)},
            pdf_standards=["a-3b" if files else "a-2b"],
            timestamp=datetime.fromisoformat(max(form.day for form in forms)).replace(tzinfo=UTC),
        )
    return bytes(written)


@cache
def _fonts() -> Any:
    """The font that comes with us, which is looked through once in a process."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(font_file().parent)])


def _type_of(name: str) -> str:
    """What an attached file is: evidence is bytes, which nothing here looks into."""
    return "application/json" if name.startswith("receipt-") else "application/octet-stream"


def _values(forms: Sequence[Form], labels: Labels) -> Iterator[dict[str, Any]]:
    """What `form.typ` lays out of each form; its sheets are numbered through all of them."""
    numbers = count()
    for form in forms:
        told = {
            "title": form.title,
            "subtitle": form.subtitle,
            "site": form.site,
            "number": form.number,
            "sheets": [
                {"at": next(numbers), "copy": copy, "blocks": list(blocks)} for copy, blocks in form.printed()
            ],
            "stamp": form.stamp,
            "landscape": form.landscape,
            "size": form.size,
            "title_size": form.title_size,
            "anchor": [] if form.anchor is None else form.anchor.told(labels),
            "qr_text": "" if form.anchor is None else form.anchor.qr_text(),
        }
        yield {
            **printable(told, FAMILIES[labels.language]),
            "qr": "" if form.anchor is None else form.anchor.qr(),
        }
