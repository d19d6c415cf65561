"""Parquet, one row group at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from palate.catalogue.imports.reading.rows import Row, Rows, flat
from palate.errors import CatalogueError


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """A Parquet file; its `line` is the record's number."""

    path: Path

    def rows(self) -> Rows:
        """Every record. Raises CatalogueError where the file is damaged or compressed in an unknown way."""
        from fastparquet import ParquetFile  # noqa: PLC0415

        number = 0
        opened = ExitStack()

        def open_with(name: str, mode: str = "rb") -> IO[Any]:
            # fastparquet leaves files open.
            return opened.enter_context(Path(name).open(mode))

        try:
            self._check_ends()
            for group in ParquetFile(str(self.path), open_with=open_with).iter_row_groups():
                columns = {str(name): group[name].tolist() for name in group.columns}
                for cells in zip(*columns.values(), strict=True):
                    number += 1
                    record = dict(zip(columns, cells, strict=True))
                    yield Row(number, {name: _plain(c) for name, c in flat(record).items() if not _missing(c)})
        except OSError as error:
            raise CatalogueError(f"{self.path} cannot be read ({error.strerror or error}).") from error
        except (
            ValueError,
            TypeError,
            RuntimeError,
            KeyError,
            IndexError,
            AssertionError,
            NotImplementedError,
        ) as error:
            raise CatalogueError(f"{self.path} is no Parquet file that can be read ({error}).") from error
        finally:
            opened.close()

    def _check_ends(self) -> None:
        """Raises ValueError for a file that breaks off; fastparquet would leave it open."""
        with self.path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 8))
            end = file.read()
        if size < 12 or end[4:] != b"PAR1" or int.from_bytes(end[:4], "little") > size - 12:
            raise ValueError("it breaks off")


def _missing(cell: Any) -> bool:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return True
    # pandas' own marks for a missing moment and a missing value are no floats.
    return type(cell).__name__ in {"NaTType", "NAType"} or (isinstance(cell, str | Sequence) and not cell)


def _plain(cell: Any) -> Any:
    """A cell as plain Python: bytes as text, arrays as lists."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    tolist = getattr(cell, "tolist", None)
    return tolist() if tolist else cell
