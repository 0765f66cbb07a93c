"""QR codes as SVG, which style sheets may size: nothing in them says how it looks but black and white."""

import io

import segno


def qr_svg(content: str | bytes, fills: bool = False) -> str | None:
    """The code of a text or of bytes, with its quiet zone; None: it is longer than a code holds.

    `fills`: it takes the size of where it stands.
    """
    written = io.BytesIO()
    try:
        code = segno.make_qr(content, error="m")
    except segno.DataOverflowError:
        return None
    code.save(written, kind="svg", xmldecl=False, border=4, omitsize=fills)
    return written.getvalue().decode()
