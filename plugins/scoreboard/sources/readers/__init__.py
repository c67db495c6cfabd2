"""Readers of the file drop's formats, chosen by the file's name; each is imported when there is a file for it to read."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from scoreboard.sources.readers.base import Kinds, TableFile

# extension -> the module beside this one, and its reader
READERS = {
    ".csv": ("delimited", "CsvFile"),
    ".csv.gz": ("delimited", "CsvFile"),
    ".jsonl": ("json_lines", "JsonLinesFile"),
    ".parquet": ("columnar", "ParquetTable"),
    ".xlsx": ("workbook", "WorkbookFile"),
}


def extension_of(name: str) -> str | None:
    """The extension by which a file is read, in lower case; None where no reader takes it."""
    return next((extension for extension in READERS if name.lower().endswith(extension)), None)


def open_table(path: Path, kinds: Kinds) -> TableFile:
    """Open a dropped file and check its header; raises Unreadable. `kinds` are the entity's column types."""
    from scoreboard.sources.readers.base import Unreadable

    extension = extension_of(path.name)
    if extension is None:
        raise Unreadable("its name ends with none of " + ", ".join(READERS))
    module, reader = READERS[extension]
    try:
        return cast("TableFile", getattr(import_module(f"{__name__}.{module}"), reader)(path, kinds))
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror or error}") from error
