"""Forms to PDF with typst: A-2b, or A-3b with receipts attached; the same values make the same bytes anywhere."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Final

from ledger.documents.forms.blocks import Form
from ledger.documents.forms.glyphs import FAMILIES, font_file, printable
from ledger.labels.messages import Labels

_REGIONS: Final = {"zh-Hant": ("zh", "TW"), "zh-Hans": ("zh", "CN"), "en": ("en", "GB")}


def pdf(
    form: Form, labels: Labels, plain: bool = False, attached: Mapping[str, bytes] | None = None
) -> bytes:
    """A form as PDF, dated by its day. `plain`: no grey, for the house's own paper; `attached`: receipts by file name.

    InputError `name_has_no_glyph`.
    """
    import typst

    family = FAMILIES[labels.language]
    values = printable(_values(form, labels, plain), family)
    values["qr"] = "" if form.anchor is None else form.anchor.qr()
    values["attached"] = [
        {"name": name, "content": content.decode()} for name, content in sorted((attached or {}).items())
    ]
    source = resources.files("ledger.documents.forms").joinpath("form.typ")
    compiler: Any = typst
    written = compiler.compile(
        source.read_bytes(),
        font_paths=[str(font_file().parent)],
        ignore_system_fonts=True,
        sys_inputs={"form": json.dumps(values, ensure_ascii=False, sort_keys=True)},
        pdf_standards=["a-3b" if attached else "a-2b"],
        timestamp=datetime.fromisoformat(form.day).replace(tzinfo=UTC),
    )
    return bytes(written)


def _values(form: Form, labels: Labels, plain: bool) -> dict[str, Any]:
    lang, region = _REGIONS[labels.language]
    return {
        "title": form.title,
        "subtitle": form.subtitle,
        "site": form.site,
        "number": form.number,
        "sheets": [{"copy": copy, "blocks": list(blocks)} for copy, blocks in form.printed()],
        "stamp": form.stamp,
        "landscape": form.landscape,
        "plain": plain,
        "size": form.size,
        "title_size": form.title_size,
        "font": FAMILIES[labels.language],
        "lang": lang,
        "region": region,
        "page_of": labels.form("page_of"),
        "anchor": _anchor(form, labels),
        "qr_text": "" if form.anchor is None else form.anchor.qr_text(),
    }


def _anchor(form: Form, labels: Labels) -> list[str]:
    """The lines of the foot that say where the event stands."""
    at = form.anchor
    if at is None:
        return []
    event = labels.form("anchor_event", position=at.position, hash=at.hash[:24])
    if at.root is None:
        return [event, labels.form("anchor_unsigned")]
    return [event, labels.form("anchor_checkpoint", size=at.size, root=at.root[:20])]
