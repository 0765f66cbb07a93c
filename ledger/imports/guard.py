"""What a file is, by its content, and whether a parser may see it at all (finance §15).

Everything dangerous is looked for before any parser runs: sizes are counted while inflating, never believed from a header;
every XML part must be UTF-8, since a byte search for a DOCTYPE would not see one in UTF-16; nothing active or external.
"""

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, Literal

from ledger.errors import InputError

SheetFormat = Literal["xlsx", "xlsb", "ods", "xls", "csv"]

MAX_FILE_MIB: Final = 20
MAX_PARTS: Final = 500
MAX_UNPACKED_MIB: Final = 60
_MIB: Final = 1_048_576
_CHUNK: Final = 65_536
_OVERLAP: Final = 64
"""So many bytes of a chunk are searched again with the next one: longer than anything looked for."""

_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE: Final = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head", b"<body")
_OTHER: Final = (
    (b"%PDF", "pdf_file"),
    (b"\x89PNG", "image_file"),
    (b"\xff\xd8\xff", "image_file"),
    (b"GIF8", "image_file"),
    (b"\x1f\x8b", "archive_file"),
    (b"Rar!", "archive_file"),
    (b"7z\xbc\xaf", "archive_file"),
    (b"{\\rtf", "document_file"),
)
_ACTIVE: Final = re.compile(
    r"vbaproject|externallinks?/|embeddings?/|activex|macrosheets|ddelinks?|dialogsheets|ctrlprops|customui/"
    r"|^basic/|^scripts/|^object ",
    re.IGNORECASE,
)
"""Parts that do something or fetch something: macros, links to other files, embedded objects, old macro sheets."""

_PRINTER: Final = re.compile(r"xl/printersettings/printersettings\d*\.bin", re.IGNORECASE)
_BINARY_WORKBOOK: Final = re.compile(
    r"xl/(workbook|styles|sharedstrings|calcchain|metadata|worksheets/(sheet|binaryindex)\d+)\.bin",
    re.IGNORECASE,
)
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_DEFINITION: Final = re.compile(rb"<!\s*(doctype|entity)", re.IGNORECASE)
_ACTIVE_ODS: Final = re.compile(
    rb"<(office:dde-source|table:dde-link|table:table-source|script:event-listener)\b"
)
_ENCRYPTED_ODS: Final = re.compile(rb"<manifest:encryption-data\b")


def inspect(content: bytes) -> SheetFormat:
    """The format of a file that may be read. InputError `sheet_*` names what keeps it from being read."""
    if len(content) > MAX_FILE_MIB * _MIB:
        raise too_large("sheet_file_mib", MAX_FILE_MIB)
    if content.startswith(b"PK"):
        return _inspect_zip(content)
    if content.startswith(_OLE2):
        return _inspect_ole2(content)
    start = content[:1_024].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(_PAGE):
        raise InputError("sheet_not_a_table", found="web_page")
    for magic, found in _OTHER:
        if content.startswith(magic):
            raise InputError("sheet_not_a_table", found=found)
    if not start:
        raise InputError("sheet_not_a_table", found="empty_file")
    return "csv"


def too_large(measure: str, limit: int) -> InputError:
    """The refusal of a file, sheet or cell beyond a limit; `measure` has a word."""
    return InputError("sheet_too_large", found=measure, limit=limit)


# --- zip: .xlsx .xlsm .xlsb .ods --------------------------------------------------------------------


def _inspect_zip(content: bytes) -> SheetFormat:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_frame(content, archive)
            parts = archive.infolist()
            shape = _shape([part.filename for part in parts], archive)
            _check_names(parts, shape)
            unpacked = 0  # an ODS says in its manifest, which stands last, that its other parts are encrypted
            for part in sorted(parts, key=lambda part: not part.filename.startswith("META-INF/")):
                unpacked = _check_part(content, part, unpacked)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, struct.error):
        raise InputError("sheet_broken", found="damaged_file") from None
    return shape


def _check_frame(content: bytes, archive: zipfile.ZipFile) -> None:
    """One archive and nothing beside it: what two readers could take for two different files is read by none."""
    plain_end = content[-22:-18] == b"PK\x05\x06" and not archive.comment
    starts = min((part.header_offset for part in archive.infolist()), default=-1)
    if not plain_end or starts != 0:
        raise InputError("sheet_broken", found="damaged_file")
    if len(archive.infolist()) > MAX_PARTS:
        raise too_large("sheet_parts", MAX_PARTS)
    if any(part.flag_bits & 0x1 for part in archive.infolist()):
        raise InputError("sheet_encrypted")


def _shape(names: list[str], archive: zipfile.ZipFile) -> SheetFormat:
    """Which spreadsheet the archive is. InputError `sheet_not_a_table`."""
    lowered = {name.lower() for name in names}
    if "mimetype" in lowered and "content.xml" in lowered:
        with archive.open(names[[name.lower() for name in names].index("mimetype")]) as mimetype:
            if b"opendocument.spreadsheet" in mimetype.read(100):
                return "ods"
        raise InputError("sheet_not_a_table", found="document_file")
    if "xl/workbook.bin" in lowered:
        return "xlsb"
    if "xl/workbook.xml" in lowered or any(name.startswith("xl/") for name in lowered):
        return "xlsx"
    found = "document_file" if lowered & {"word/document.xml", "ppt/presentation.xml"} else "archive_file"
    raise InputError("sheet_not_a_table", found=found)


def _check_names(parts: list[zipfile.ZipInfo], shape: SheetFormat) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.filename
        folded = name.casefold()
        outside = name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")
        if folded in seen or outside or part.orig_filename != name:
            raise InputError("sheet_broken", found="damaged_file")
        seen.add(folded)
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError("sheet_broken", found="damaged_file")
        binary = folded.endswith(".bin") and not _PRINTER.fullmatch(name)
        if _ACTIVE.search(name) or (binary and not (shape == "xlsb" and _BINARY_WORKBOOK.fullmatch(name))):
            raise InputError("sheet_active", part=name)


def _check_part(content: bytes, part: zipfile.ZipInfo, unpacked: int) -> int:
    """Inflates a part and looks through it where it is XML; the bytes unpacked so far with it."""
    xml = part.filename.lower().endswith((".xml", ".rels", ".vml", ".rdf"))
    text = codecs.getincrementaldecoder("utf-8")()
    tail = b""
    first = True
    for chunk in _chunks(content, part):
        unpacked += len(chunk)
        if unpacked > MAX_UNPACKED_MIB * _MIB:
            raise too_large("sheet_unpacked_mib", MAX_UNPACKED_MIB)
        if first and not xml:
            xml = chunk.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<")
        if xml:
            _check_utf8(text, chunk, part.filename, first)
            _check_xml(tail + chunk, part.filename)
            tail = chunk[-_OVERLAP:] if len(chunk) >= _OVERLAP else (tail + chunk)[-_OVERLAP:]
        first = False
    if xml:
        _check_utf8(text, b"", part.filename, False, final=True)
    return unpacked


def _chunks(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part as it inflates. Sizes in headers are not believed, but must be true: other readers may believe them."""
    packed = _packed(content, part)
    inflated = 0
    if part.compress_type == zipfile.ZIP_STORED:
        pieces: Iterator[bytes] = (packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK))
    else:
        pieces = _inflated(packed)
    for piece in pieces:
        inflated += len(piece)
        yield piece
    if inflated != part.file_size:
        raise ValueError("a part is of another size than its header says")


def _packed(content: bytes, part: zipfile.ZipInfo) -> bytes:
    """The packed bytes of a part, by its own header, which must name it as the directory does."""
    header = content[part.header_offset : part.header_offset + 30]
    signature, name_length, extra_length = header[:4], *struct.unpack("<HH", header[26:30])
    start = part.header_offset + 30
    name = content[start : start + name_length]
    if signature != b"PK\x03\x04" or name not in (
        part.orig_filename.encode(),
        part.orig_filename.encode("cp437", "replace"),
    ):
        raise ValueError("a part is called otherwise by its own header")
    start += name_length + extra_length
    packed = content[start : start + part.compress_size]
    if len(packed) != part.compress_size:
        raise ValueError("a part ends behind the file")
    return packed


def _inflated(packed: bytes) -> Iterator[bytes]:
    """Deflated bytes inflated piece by piece; they end where the part ends."""
    inflater = zlib.decompressobj(-15)
    while not inflater.eof:
        piece = inflater.decompress(packed, _CHUNK)
        packed = inflater.unconsumed_tail
        if not piece and not packed and not inflater.eof:
            raise ValueError("a part ends too early")
        yield piece
    if inflater.unused_data or packed:
        raise ValueError("something stands behind a part")


def _check_utf8(
    text: codecs.IncrementalDecoder, chunk: bytes, part: str, first: bool, final: bool = False
) -> None:
    declared = _DECLARED.match(chunk.removeprefix(codecs.BOM_UTF8)) if first else None
    other = declared is not None and declared.group(1).lower() not in (b"utf-8", b"utf8")
    try:
        read = text.decode(chunk, final)
    except UnicodeDecodeError:
        raise InputError("sheet_not_utf8", part=part) from None
    if other or "\0" in read:
        raise InputError("sheet_not_utf8", part=part)


def _check_xml(content: bytes, part: str) -> None:
    if _DEFINITION.search(content):
        raise InputError("sheet_dtd", part=part)
    if _ENCRYPTED_ODS.search(content):
        raise InputError("sheet_encrypted")
    if _ACTIVE_ODS.search(content):
        raise InputError("sheet_active", part=part)


# --- OLE2: .xls -------------------------------------------------------------------------------------


def _inspect_ole2(content: bytes) -> SheetFormat:
    """An old workbook, by the names of its streams, which stand in the directory as UTF-16."""
    if _named(content, "EncryptedPackage"):
        raise InputError("sheet_encrypted")
    if _named(content, "_VBA_PROJECT_CUR") or _named(content, "_VBA_PROJECT"):
        raise InputError("sheet_active", part="_VBA_PROJECT")
    if not (_named(content, "Workbook") or _named(content, "Book")):
        raise InputError("sheet_not_a_table", found="document_file")
    return "xls"


def _named(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") + b"\0\0" in content
