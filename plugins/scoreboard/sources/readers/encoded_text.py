"""Text files as the file drop takes them: UTF-8 with or without BOM, plain or gzipped, lines of bounded length."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from scoreboard.sources.readers.base import MAX_RECORD_CHARACTERS, MAX_TEXT_BYTES, Unreadable, open_regular

_BLOCK = 2**20


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, gunzipped where its name says so; a damaged gzip stream raises Unreadable."""
    with open_regular(path) as raw:
        if not path.name.lower().endswith(".gz"):
            yield raw
            return
        try:
            with gzip.open(raw, "rb") as stream:
                yield stream  # type: ignore[misc]  # GzipFile is a BinaryIO in all but name
        except EOFError as error:
            raise Unreadable("the gzip data ends too early: the file was cut off") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(f"the gzip data is damaged ({error})") from error


@contextmanager
def text_lines(path: Path) -> Iterator[TextIO]:
    """Decoded text, split at LF only, so that a CR inside a quoted field stays what it is. Check with `check_text` first."""
    with unpacked(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="\n") as text:
        yield text


def check_text(path: Path) -> None:
    """Raise Unreadable at the first byte that is not UTF-8 text: invalid sequences and NUL (garbage in a text file,
    and how UTF-16 without BOM looks). Offsets count from 0 in the unpacked text. Also refuses endless lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = line = since_newline = 0
    with unpacked(path) as stream:
        while block := stream.read(_BLOCK):
            nul = block.find(b"\0")
            readable = block if nul < 0 else block[:nul]
            carried = len(decoder.getstate()[0])
            try:
                decoder.decode(readable, final=nul >= 0)
            except UnicodeDecodeError as error:
                raise _not_utf8(error, position - carried, line) from error
            if nul >= 0:
                lines = line + readable.count(b"\n")
                raise Unreadable(
                    f"NUL byte at byte offset {position + nul} (line {lines + 1}): binary data or UTF-16, not UTF-8 text"
                )
            since_newline = _check_line_length(block, since_newline, line)
            line += block.count(b"\n")
            position += len(block)
            if position > MAX_TEXT_BYTES:
                raise Unreadable(f"it unpacks to more than {MAX_TEXT_BYTES >> 30} GiB; cut it into several files")
        carried = len(decoder.getstate()[0])
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise _not_utf8(error, position - carried, line) from error


def _check_line_length(block: bytes, since_newline: int, line: int) -> int:
    """Characters since the last line end after this block (shorter than the cap, so only lines across blocks matter)."""
    first = block.find(b"\n")
    if since_newline + (len(block) if first < 0 else first) > MAX_RECORD_CHARACTERS:
        raise Unreadable(f"line {line + 1} is longer than {MAX_RECORD_CHARACTERS >> 20} MiB")
    return since_newline + len(block) if first < 0 else len(block) - block.rfind(b"\n") - 1


def _not_utf8(error: UnicodeDecodeError, start: int, line: int) -> Unreadable:
    """`start` is the offset in the text of the error's first byte."""
    at = start + error.start
    lines = line + error.object[: error.start].count(b"\n")
    looks_like_utf16 = at == 0 and error.object[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    advice = "it looks like UTF-16; " if looks_like_utf16 else ""
    return Unreadable(
        f"not UTF-8: byte 0x{error.object[error.start]:02x} at byte offset {at} (line {lines + 1}, {error.reason}); "
        f"{advice}save it as UTF-8"
    )
