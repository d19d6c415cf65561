"""Reading files of records: CSV and its kin, JSON, JSON lines, Parquet, YAML; gz of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from palate.catalogue.imports.reading.delimited import DelimitedTable
from palate.catalogue.imports.reading.jsonfiles import JsonLinesTable, JsonTable
from palate.catalogue.imports.reading.parquet import ParquetTable
from palate.catalogue.imports.reading.rows import BrokenRow, Row, Rows, Table
from palate.catalogue.imports.reading.streams import opened_bytes, opened_text
from palate.catalogue.imports.reading.yamlfiles import YamlTable
from palate.errors import CatalogueError

__all__ = ["BrokenRow", "DelimitedTable", "Row", "Rows", "Table", "open_table", "table_in"]

_BY_ENDING: Mapping[str, Callable[[Path], Table]] = {
    ".csv": DelimitedTable,
    ".tsv": DelimitedTable,
    ".tab": DelimitedTable,
    ".txt": DelimitedTable,
    ".jsonl": JsonLinesTable,
    ".ndjson": JsonLinesTable,
    ".json": JsonTable,
    ".yaml": YamlTable,
    ".yml": YamlTable,
    ".parquet": ParquetTable,
    ".pq": ParquetTable,
}


def table_in(path: Path) -> Path:
    """The largest table in a folder; a path that is none as it is. Raises CatalogueError where a folder has none."""
    if not path.is_dir():
        return path
    try:
        tables = [each for each in sorted(path.iterdir()) if each.is_file() and _ending(each) in _BY_ENDING]
        largest = max(tables, key=lambda each: each.stat().st_size, default=None)
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read ({error.strerror or error}).") from error
    if largest is None:
        raise CatalogueError(f"{path} has no CSV, TSV, JSON, JSON lines, Parquet or YAML file in it; name a file.")
    return largest


def open_table(path: Path) -> Table:
    """The table in `path`, told by the end of its name and else by its contents; nothing is read yet of its records.

    Raises CatalogueError for a file that cannot be read or is of no known kind.
    """
    with opened_bytes(path) as file:
        head = file.read(4)
    if head == b"PAR1":
        return ParquetTable(path)
    kind = _BY_ENDING.get(_ending(path))
    if kind is ParquetTable:
        raise CatalogueError(f"{path} is no Parquet file.")
    if kind is JsonTable or (kind is None and head[:1] in {b"[", b"{"}):
        return JsonLinesTable(path) if _one_record_a_line(path) else JsonTable(path)
    if kind is None and b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CatalogueError(f"{path} is no table; palate reads CSV, TSV, JSON, JSON lines, Parquet and YAML.")
    return (kind or DelimitedTable)(path)


def _ending(path: Path) -> str:
    """The end of a file's name, without that of a packed one."""
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    return endings[-1] if endings else ""


def _one_record_a_line(path: Path) -> bool:
    """Whether a file named .json holds JSON lines: two lines that are each an object."""
    with opened_text(path) as file:
        lines = [line.strip() for line in (file.readline(1 << 20), file.readline(1 << 20))]
    return all(line.startswith("{") and line.endswith("}") for line in lines)
