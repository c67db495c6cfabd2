"""Readers of the file drop's formats, chosen by the file's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scoreboard.sources.readers.base import Kinds, TableFile, Unreadable
from scoreboard.sources.readers.columnar import ParquetTable
from scoreboard.sources.readers.delimited import CsvFile
from scoreboard.sources.readers.json_lines import JsonLinesFile
from scoreboard.sources.readers.workbook import WorkbookFile

READERS: dict[str, Callable[[Path, Kinds], TableFile]] = {
    ".csv": CsvFile,
    ".csv.gz": CsvFile,
    ".jsonl": JsonLinesFile,
    ".parquet": ParquetTable,
    ".xlsx": WorkbookFile,
}


def extension_of(name: str) -> str | None:
    """The extension by which a file is read, in lower case; None where no reader takes it."""
    return next((extension for extension in READERS if name.lower().endswith(extension)), None)


def open_table(path: Path, kinds: Kinds) -> TableFile:
    """Open a dropped file and check its header; raises Unreadable. `kinds` are the entity's column types."""
    extension = extension_of(path.name)
    if extension is None:
        raise Unreadable("its name ends with none of " + ", ".join(READERS))
    try:
        return READERS[extension](path, kinds)
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror or error}") from error
