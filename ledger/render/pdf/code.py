"""A link as a QR code, drawn as SVG: one path of squares."""

import segno

_LONGEST = 250
"""Bytes of a link, up to which a telephone reads the code of 30 mm."""


def qr_code(link: str) -> str:
    """Return the SVG of a QR code (ISO/IEC 18004) that leads to the link; empty if it is long.

    The quiet zone of four modules is part of it. Level M: readable with 15 % of it spoilt.
    """
    if len(link.encode()) > _LONGEST:
        return ""
    code = segno.make_qr(link, error="m", boost_error=False)
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix_iter(border=4))
        for x, dark in enumerate(row)
        if dark
    )
    side, _ = code.symbol_size(border=4)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{path}" fill="#000"/></svg>'
    )
