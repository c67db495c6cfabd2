"""The fields of a small form, read only once the guard has let the person through, and never more than a form can be."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

_LONGEST = 64 * 1024
_MOST_FIELDS = 20


async def small_form(request: Request) -> dict[str, str]:
    """Field -> text, the last of a name. 415, 413 or 422 for what a form of this page cannot have sent."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Only a form of the page can be sent here.")
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _LONGEST:
            raise HTTPException(413, "That is more than a form of the page takes.")
    try:
        fields = parse_qsl(
            content.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError as error:  # also a UnicodeDecodeError
        raise HTTPException(422, "The form cannot be read. Nothing was changed.") from error
    return dict(fields)


Form = Annotated[dict[str, str], Depends(small_form)]
