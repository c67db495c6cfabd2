"""Parquet: any column type, spelled column by column and batch by batch.

Text columns are read dictionary-encoded and cut into slices by the text they unpack to, so that a small file
of one long repeated text stays small in memory. Row numbers count from 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scoreboard.entities import Kind
from scoreboard.sources import spelling
from scoreboard.sources.readers.base import (
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    MAX_ROWS,
    MAX_TEXT_BYTES,
    Chunk,
    Kinds,
    Unreadable,
    check_header,
    kind_in,
    open_regular,
    texts,
)

# A table whose rows have keys of their own takes about a byte for each of them: what claims far more is a bomb.
ROWS_ALWAYS_READ = 1_000_000
MAX_ROWS_PER_BYTE = 100


class ParquetTable:
    """One .parquet file."""

    def __init__(self, path: Path, kinds: Kinds) -> None:
        self._path = path
        self._kinds = kinds
        with open_regular(path) as raw:
            try:
                file = pq.ParquetFile(raw)
                names = file.schema_arrow.names
                rows, size = file.metadata.num_rows, _declared_bytes(file.metadata)
                self._text_columns = [field.name for field in file.schema_arrow if _is_bytes(field.type)]
            except (pa.ArrowException, OSError, ValueError) as error:
                raise Unreadable(f"it is no readable Parquet file: {_first_line(error)}") from error
        if not names:
            raise Unreadable("it has no columns")
        check_header(names)
        if rows > min(MAX_ROWS, max(ROWS_ALWAYS_READ, MAX_ROWS_PER_BYTE * path.stat().st_size)):
            raise Unreadable(f"its footer claims {rows:,} rows in {path.stat().st_size:,} bytes: a decompression bomb")
        self.columns: Sequence[str] = names
        self._batch_rows = max(1, min(CHUNK_ROWS, CHUNK_CHARACTERS * max(rows, 1) // max(size, 1)))

    def chunks(self) -> Iterator[Chunk]:
        """All rows; raises Unreadable with the row range that cannot be decoded."""
        start = unpacked = 0
        with open_regular(self._path) as raw:
            batches = self._batches(raw)
            while True:
                try:
                    batch = next(batches, None)
                except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
                    raise Unreadable(f"its data break after row {start}: {_first_line(error)}") from error
                if batch is None:
                    return
                for part, size in _cut(batch):
                    unpacked += size
                    if unpacked > MAX_TEXT_BYTES:
                        raise Unreadable(f"it unpacks to more than {MAX_TEXT_BYTES >> 30} GiB of text")
                    numbers = range(start + 1, start + part.num_rows + 1)
                    yield Chunk(numbers, {name: self._spelled(part, name, start) for name in self.columns})
                    start += part.num_rows

    def _batches(self, raw: Any) -> Iterator[pa.RecordBatch]:
        file = pq.ParquetFile(raw, read_dictionary=self._text_columns)
        yield from file.iter_batches(batch_size=self._batch_rows, use_threads=False)

    def _spelled(self, batch: pa.RecordBatch, name: str, start: int) -> pa.Array:
        try:
            return spelled(batch.column(name), kind_in(self._kinds, name), is_known=name in self._kinds)
        except UnicodeDecodeError as error:
            where = f"rows {start + 1} to {start + batch.num_rows}"
            raise Unreadable(f"column '{name}' holds bytes that are not UTF-8 text in {where}") from error


def spelled(array: pa.Array, kind: Kind, *, is_known: bool = True) -> pa.Array:
    """Any array as text (CONTRACT "Spelling").

    Raises UnicodeDecodeError where text, or bytes of a column that the contract knows, are no UTF-8. Bytes of a column
    nobody knows (a picture, a checksum) are kept as `\\x` and their digits.
    """
    kind_of_array = array.type
    if isinstance(kind_of_array, pa.UuidType):
        return texts([None if value is None else str(value) for value in array.to_pylist()])
    if isinstance(kind_of_array, pa.BaseExtensionType):
        return spelled(array.storage, kind, is_known=is_known)
    if pa.types.is_dictionary(kind_of_array):
        return spelled(array.dictionary, kind, is_known=is_known).take(array.indices)
    if pa.types.is_null(kind_of_array):
        return pa.nulls(len(array), pa.string())
    if _is_bytes(kind_of_array) or pa.types.is_fixed_size_binary(kind_of_array):
        return _decoded(array, or_digits=not (is_known or _is_text(kind_of_array)))
    if pa.types.is_boolean(kind_of_array) or pa.types.is_integer(kind_of_array):
        return array.cast(pa.string())
    return _each_value(array, _speller(kind_of_array, kind))


def _decoded(array: pa.Array, *, or_digits: bool) -> pa.Array:
    as_bytes = array.cast(pa.large_binary())
    try:
        return as_bytes.cast(pa.large_string()).cast(pa.string())
    except pa.ArrowInvalid:
        read = _text_or_digits if or_digits else bytes.decode
        return texts([None if cell is None else read(cell) for cell in as_bytes.to_pylist()])


def _text_or_digits(cell: bytes) -> str:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return "\\x" + cell.hex()


def _speller(type_: pa.DataType, kind: Kind) -> tuple[pa.DataType | None, Callable[[Any], str | None]]:
    """How one value is spelled, and as which storage type it is to be looked at first."""
    if pa.types.is_floating(type_):
        return None, spelling.float_text
    if pa.types.is_decimal(type_):
        return None, spelling.decimal_text
    if pa.types.is_timestamp(type_):
        return pa.int64(), lambda count: spelling.counted_instant_text(count, type_.unit, kind)
    if pa.types.is_date32(type_):
        return pa.int32(), lambda count: spelling.counted_day_text(count, kind)
    if pa.types.is_date64(type_):
        return pa.int64(), lambda count: spelling.counted_day_text(count // 86_400_000, kind)
    if pa.types.is_time32(type_) or (pa.types.is_time64(type_) and type_.unit == "us"):
        return None, spelling.clock_text
    if pa.types.is_nested(type_):
        return None, lambda value: json.dumps(value, ensure_ascii=False, default=str)
    return None, str  # durations and intervals: nothing in the contract takes them, the door says so


def _each_value(array: pa.Array, how: tuple[pa.DataType | None, Callable[[Any], str | None]]) -> pa.Array:
    """Spell every distinct value once."""
    storage, spell = how
    if storage is not None:
        array = array.view(storage)
    if pa.types.is_nested(array.type):
        return texts([None if value is None else spell(value) for value in array.to_pylist()])
    encoded = array.dictionary_encode()
    if pa.types.is_floating(array.type):  # numpy keeps the width, on which the shortest spelling depends
        distinct = list(encoded.dictionary.to_numpy(zero_copy_only=False))
    else:
        distinct = encoded.dictionary.to_pylist()
    return texts([None if value is None else spell(value) for value in distinct]).take(encoded.indices)


def _cut(batch: pa.RecordBatch) -> Iterator[tuple[pa.RecordBatch, int]]:
    """The batch in slices of at most `CHUNK_CHARACTERS` of text (a single row may be longer), with that size."""
    size = sum(_text_bytes(column) for column in batch.columns)
    if size <= CHUNK_CHARACTERS or batch.num_rows <= 1:
        yield batch, size
        return
    half = batch.num_rows // 2
    yield from _cut(batch.slice(0, half))
    yield from _cut(batch.slice(half))


def _text_bytes(column: pa.Array) -> int:
    if pa.types.is_dictionary(column.type) and _is_bytes(column.type.value_type):
        lengths = pc.binary_length(column.dictionary).cast(pa.int64())
        return int(pc.sum(lengths.take(column.indices)).as_py() or 0)
    return int(column.nbytes)


def _is_bytes(type_: pa.DataType) -> bool:
    """Text or bytes of any width: what Parquet can keep in a dictionary of byte arrays."""
    tests = ("is_binary", "is_large_binary", "is_binary_view")
    return _is_text(type_) or any(getattr(pa.types, test)(type_) for test in tests)


def _is_text(type_: pa.DataType) -> bool:
    return any(getattr(pa.types, test)(type_) for test in ("is_string", "is_large_string", "is_string_view"))


def _declared_bytes(metadata: Any) -> int:
    return sum(metadata.row_group(place).total_byte_size for place in range(metadata.num_row_groups))


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
