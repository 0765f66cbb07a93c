"""Files that mean harm, or are not what they say: each a few lines that make its bytes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.imports.bench import Made

ROWS = [["工號", "應發工資", "最低工資"], ["E001", 3000, 2200]]
_SHEET = "xl/worksheets/sheet1.xml"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _good() -> bytes:
    return Made(ROWS).content()


def _with(*added: tuple[str, bytes], without: str = "") -> bytes:
    """A good workbook with some parts added or put in the place of others."""
    found = io.BytesIO()
    names = {name for name, _ in added}
    with (
        zipfile.ZipFile(io.BytesIO(_good())) as old,
        zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename not in {*names, without}:
                new.writestr(part.filename, old.read(part))
        for name, content in added:
            new.writestr(name, content)
    return found.getvalue()


def _sheet_with(change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(_good())) as book:
        return _with((_SHEET, change(book.read(_SHEET))))


def _instead_of_rows(rows: bytes) -> bytes:
    def change(sheet: bytes) -> bytes:
        start, end = sheet.index(b"<sheetData>"), sheet.index(b"</sheetData>")
        return sheet[:start] + b"<sheetData>" + rows + sheet[end:]

    return _sheet_with(change)


def _merged(blocks: bytes) -> bytes:
    return _sheet_with(
        lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData><mergeCells>" + blocks + b"</mergeCells>")
    )


def _bomb() -> bytes:
    """Blanks by the hundred million in one part."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(compressor.compress(b" " * 1_048_576) for _ in range(300)) + compressor.flush()
    found = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_good())) as old,
        zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, old.read(part))
        new.writestr("xl/big.xml", "")
    content = found.getvalue()
    # the part that says it is empty holds the bomb: sizes in headers are not believed
    at = content.rindex(b"xl/big.xml", 0, content.index(b"PK\x01\x02"))
    start = at + len(b"xl/big.xml")
    old_packed = b"\x03\x00"
    assert content[start : start + 2] == old_packed
    longer = content[:start] + packed + content[start + 2 :]
    return _with_sizes(longer, b"xl/big.xml", len(packed))


def _with_sizes(content: bytes, name: bytes, packed: int) -> bytes:
    """The archive with the packed size of a part put right in its directory, and the directory where it is now."""
    made = bytearray(content)
    directory = made.index(b"PK\x01\x02")
    at = made.index(name, directory) - 46
    made[at + 20 : at + 24] = struct.pack("<I", packed)
    end = made.rindex(b"PK\x05\x06")
    made[end + 16 : end + 20] = struct.pack("<I", directory)
    return bytes(made)


def _encrypted() -> bytes:
    made = bytearray(_good())
    at = 0
    while (at := made.find(b"PK\x01\x02", at)) >= 0:
        made[at + 8] |= 1
        at += 4
    return bytes(made)


def _twice() -> bytes:
    return _with(("xl/WORKBOOK.xml", b"<workbook/>"))


def _ods(content: bytes, manifest: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return file.getvalue()


def _docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


def _csv(rows: int, columns: int) -> bytes:
    line = ",".join(["1"] * columns)
    return ("工號,應發工資,最低工資\n" + f"{line}\n" * rows).encode()


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("sheet_not_a_table", lambda: b""),
    "blanks": ("sheet_not_a_table", lambda: b"  \n \n"),
    "zeros": ("sheet_not_a_table", lambda: b"\0" * 4096),
    "bytes of no encoding": ("sheet_not_a_table", lambda: b"\xff\xff\xfe\xfd" * 100),
    "a web page": ("sheet_not_a_table", lambda: b"\xef\xbb\xbf <HTML><table><tr><td>1</table>"),
    "XML of Office 2003": ("sheet_not_a_table", lambda: b'<?xml version="1.0"?><Workbook/>'),
    "a PDF": ("sheet_not_a_table", lambda: b"%PDF-1.7\n" + b"x" * 100),
    "a picture": ("sheet_not_a_table", lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 100),
    "a letter": ("sheet_not_a_table", _docx),
    "21 MiB": ("sheet_too_large", lambda: b"a,b\n" * (21 * 262_144)),
    "20,001 rows": ("sheet_too_large", lambda: _csv(20_001, 3)),
    "201 columns": ("sheet_too_large", lambda: _csv(2, 201)),
    "a quotation mark that is never closed": (
        "sheet_broken",
        lambda: b'\xe5\xb7\xa5\xe8\x99\x9f,a\n"x,1\n' * 3,
    ),
    "a cell of 200,000 characters": ("sheet_broken", lambda: "工號,應發工資\n".encode() + b"x" * 200_000),
    "a bomb": ("sheet_too_large", _bomb),
    "501 parts": ("sheet_too_large", lambda: _with(*((f"xl/p{n}.xml", b"<a/>") for n in range(501)))),
    "a part twice": ("sheet_broken", _twice),
    "a part outside": ("sheet_broken", lambda: _with(("../../etc/cron.d/x", b"x"))),
    "a part on a drive": ("sheet_broken", lambda: _with(("C:\\x.xml", b"<a/>"))),
    "something before the archive": ("sheet_broken", lambda: b"PK\x00\x00" + _good()),
    "something behind the archive": ("sheet_broken", lambda: _good() + b"x" * 30),
    "half an archive": ("sheet_broken", lambda: _good()[:3000]),
    "an encrypted part": ("sheet_encrypted", _encrypted),
    "a password": ("sheet_encrypted", lambda: _OLE2 + b"\0" * 504 + "EncryptedPackage\0".encode("utf-16-le")),
    "macros": ("sheet_active", lambda: _with(("xl/vbaProject.bin", b"x"))),
    "macros of an old workbook": (
        "sheet_active",
        lambda: _OLE2 + "Workbook\0_VBA_PROJECT_CUR\0".encode("utf-16-le"),
    ),
    "links to other files": ("sheet_active", lambda: _with(("xl/externalLinks/externalLink1.xml", b"<a/>"))),
    "something embedded": ("sheet_active", lambda: _with(("xl/embeddings/oleObject1.bin", b"x"))),
    "ActiveX": ("sheet_active", lambda: _with(("xl/activeX/activeX1.xml", b"<a/>"))),
    "an old macro sheet": ("sheet_active", lambda: _with(("xl/macrosheets/sheet1.xml", b"<a/>"))),
    "entities": (
        "sheet_dtd",
        lambda: _sheet_with(lambda text: b'<!DOCTYPE a [<!ENTITY b "c">]>' + text),
    ),
    "an entity across a border": (
        "sheet_dtd",
        lambda: _with(("xl/big.xml", b"<a>" + b" " * (65_536 - 6) + b"<!ENTITY x 'y'></a>")),
    ),
    "a part in UTF-16": ("sheet_not_utf8", lambda: _with((_SHEET, "<!DOCTYPE a><a/>".encode("utf-16")))),
    "a part that says it is Latin-1": (
        "sheet_not_utf8",
        lambda: _with(("xl/x.xml", b'<?xml version="1.0" encoding="latin-1"?><a/>')),
    ),
    "a workbook without sheets": ("sheet_not_a_table", lambda: _with(without="xl/workbook.xml")),
    "a cell far away": (
        "sheet_broken",
        lambda: _instead_of_rows(
            b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
    ),
    "brackets 200,000 deep": (
        "sheet_not_a_table",
        lambda: _instead_of_rows(b"<x>" * 200_000 + b"</x>" * 200_000),
    ),
    "a row number that is none": (
        "sheet_broken",
        lambda: _instead_of_rows(b'<row r="-1"><c r="A0"><v>1</v></c></row>'),
    ),
    "a text that is not there": (
        "sheet_broken",
        lambda: _instead_of_rows(b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
    ),
    "an old workbook of zeros": (
        "sheet_broken",
        lambda: _OLE2 + "Workbook\0".encode("utf-16-le") + b"\0" * 2048,
    ),
    "a link that fetches, in OpenDocument": (
        "sheet_active",
        lambda: _ods(b'<?xml version="1.0"?><office:dde-source office:dde-application="x"/>'),
    ),
    "an encrypted OpenDocument": (
        "sheet_encrypted",
        lambda: _ods(b"\x01\x02", b'<manifest:encryption-data manifest:checksum="x"/>'),
    ),
    "20,001 merged blocks": (
        "sheet_too_large",
        lambda: _merged(b"".join(b'<mergeCell ref="A%d:A%d"/>' % (n, n + 1) for n in range(2, 40_003, 2))),
    ),
    "merged blocks over each other": (
        "sheet_broken",
        lambda: _merged(b'<mergeCell ref="A1:GR1048576"/>' * 19_000),
    ),
    "20,001 rows in a workbook": (
        "sheet_too_large",
        lambda: _instead_of_rows(
            b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 20_003))
        ),
    ),
}
"""What it is → the code with which it is refused, and its bytes."""
