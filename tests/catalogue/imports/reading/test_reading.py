"""Each format, whole and broken."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from palate.catalogue.imports.reading import BrokenRow, DelimitedTable, Row, open_table
from palate.errors import CatalogueError

TWO = [{"id": "1", "title": "Heat"}, {"id": "2", "title": "Amélie 天使爱美丽"}]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path: Path) -> list[dict[str, Any]]:
    return [dict(row.cells) for row in open_table(path).rows() if isinstance(row, Row)]


def broken(path: Path) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in open_table(path).rows() if isinstance(row, BrokenRow)]


CSV = "id,title\n1,Heat\n2,Amélie 天使爱美丽\n"
YAML = '- id: "1"\n  title: Heat\n- id: "2"\n  title: Amélie 天使爱美丽\n'
FILES: dict[str, str | bytes] = {
    "a.csv": CSV,
    "crlf.csv": CSV.replace("\n", "\r\n"),
    "mac.csv": CSV.replace("\n", "\r"),
    "semicolon.csv": CSV.replace(",", ";"),
    "pipe.txt": CSV.replace(",", "|"),
    "a.tsv": CSV.replace(",", "\t"),
    "bom.csv": b"\xef\xbb\xbf" + CSV.encode(),
    "utf16.csv": CSV.encode("utf-16"),
    "quoted.csv": '"id","title"\n"1","Heat"\n"2","Amélie 天使爱美丽"\n',
    "no_ending": CSV,
    "a.json": json.dumps(TWO, indent=2),
    "tight.json": json.dumps(TWO, ensure_ascii=False),
    "wrapped.json": json.dumps({"count": 2, "items": TWO}),
    "keyed.json": json.dumps({"1": {"title": "Heat"}, "2": {"title": "Amélie 天使爱美丽"}}),
    "columns.json": json.dumps({"id": ["1", "2"], "title": ["Heat", "Amélie 天使爱美丽"]}),
    "lines.json": "".join(json.dumps(row) + "\n" for row in TWO),
    "a.jsonl": "".join(json.dumps(row) + "\n\n" for row in TWO),
    "a.yaml": YAML,
    "start.yml": f"# a list\n---\n{YAML}",
    "wrapped.yaml": "items:\n" + "".join(f"  {line}\n" for line in YAML.splitlines()),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_two_records_in_every_format(tmp_path: Path, name: str, packed: bool) -> None:
    content = FILES[name]
    raw = content if isinstance(content, bytes) else content.encode()
    path = write(tmp_path / (f"{name}.gz" if packed else name), gzip.compress(raw) if packed else raw)
    assert cells(path) == TWO
    assert broken(path) == []


def test_parquet(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    from fastparquet import write as write_parquet

    frame = pandas.DataFrame({"id": ["1", "2", "3"], "price": [9.5, None, 3.0], "n": [1, 2, 3]})
    write_parquet(str(tmp_path / "a.parquet"), frame, row_group_offsets=2)
    assert cells(tmp_path / "a.parquet") == [
        {"id": "1", "price": 9.5, "n": 1},
        {"id": "2", "n": 2},
        {"id": "3", "price": 3.0, "n": 3},
    ]
    with pytest.raises(CatalogueError, match="no Parquet"):
        cells(write(tmp_path / "b.parquet", b"PAR1 and then nothing of use"))


def test_old_chinese_and_western_encodings(tmp_path: Path) -> None:
    assert cells(write(tmp_path / "a.csv", "名称,价格\n羊毛衫,99元\n".encode("gb18030"))) == [
        {"名称": "羊毛衫", "价格": "99元"}
    ]
    assert cells(write(tmp_path / "b.csv", "name,price\nCafé crème,5 €\n".encode("cp1252"))) == [
        {"name": "Café crème", "price": "5 €"}
    ]


def test_a_header_that_is_missing_and_one_with_the_same_name_twice(tmp_path: Path) -> None:
    assert cells(write(tmp_path / "a.csv", "1,Heat\n2,Ran\n"))[0] == {"column 1": "1", "column 2": "Heat"}
    assert cells(write(tmp_path / "b.csv", "name,name,\nx,y,z\n")) == [{"name": "x", "name 2": "y", "column 3": "z"}]
    words = DelimitedTable(write(tmp_path / "c.csv", "a,b\n"), header=False)
    assert [row.cells for row in words.rows() if isinstance(row, Row)] == [{"column 1": "a", "column 2": "b"}]


def test_rows_of_another_width_are_named_by_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,title\n1,Heat\n2\n3,Ran,1985\n\n4,Up\n")
    assert [row["id"] for row in cells(path)] == ["1", "4"]
    assert broken(path) == [
        (3, "it has 1 cells, the header has 2"),
        (4, "it has 3 cells, the header has 2"),
    ]


def test_a_quote_without_end_costs_one_row(tmp_path: Path) -> None:
    for text in (
        'id,title\n1,Heat\n2,"Amélie\n3,Ran\n4,Up\n',
        'id,title,year\n1,Heat,1995\n2,"Amélie,2001\n3,Ran,1985\n4,Up,2009\n',
        'id,title\n1,Heat\n2,"Amélie\n3,"Ran"\n4,Up\n',
    ):
        path = write(tmp_path / "a.csv", text)
        assert [row["id"] for row in cells(path)] == ["1", "3", "4"]
        assert [line for line, _ in broken(path)] == [3]


def test_a_cell_of_several_lines_and_one_of_two_megabytes(tmp_path: Path) -> None:
    long = "word " * 400_000
    path = write(tmp_path / "a.csv", f'id,title\n1,"two\nlines"\n2,{long}\n3,Ran\n')
    found = list(open_table(path).rows())
    assert [row.line for row in found] == [2, 4, 5]
    assert isinstance(found[1], Row)
    assert len(found[1].cells["title"]) == len(long)


def test_broken_json_lines_and_yaml_entries_cost_themselves_only(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"id": 1}\n{"id": \n[3]\n{"id": 4}\n')
    assert [row["id"] for row in cells(path)] == [1, 4]
    assert [line for line, _ in broken(path)] == [2, 3]
    path = write(tmp_path / "a.yaml", "- id: 1\n- id: [2\n- just text\n- id: 4\n")
    assert [row["id"] for row in cells(path)] == [1, 4]
    assert [line for line, _ in broken(path)] == [2, 3]


def test_an_array_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '[\n{"id": 1},\n{"id": 2},\n{"id": 3, "ti')
    assert [row["id"] for row in cells(path)] == [1, 2]
    assert [line for line, _ in broken(path)] == [4]


def test_a_large_array_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palate.catalogue.imports.reading.jsonfiles.CHUNK", 7)
    rows = [{"id": n, "title": f'A ] [ {{ \\ " {n}'} for n in range(50)]
    for indent in (None, 1):
        assert cells(write(tmp_path / "a.json", json.dumps(rows, indent=indent))) == rows


def test_objects_in_records_become_columns_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json.dumps({"id": 1, "price": {"amount": 9, "currency": "EUR"}, "none": None}))
    assert cells(path) == [{"id": 1, "price.amount": 9, "price.currency": "EUR"}]


def test_yaml_makes_nothing_but_plain_values(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", "- id: 1\n- !!python/object/apply:os.system ['false']\n")
    assert [row["id"] for row in cells(path)] == [1]
    assert [line for line, _ in broken(path)] == [2]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b'"text"', "no records"),
        ("a.json", b"{broken", "no JSON"),
        ("a.csv.gz", gzip.compress(b"id,title\n1,Heat\n" * 1000, mtime=0)[:60], "damaged gz"),
        ("a.bin", b"\x00\x01\x02\x03\x00\x00", "no table"),
        ("a.yaml", b"a: [1", "no YAML"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        cells(write(tmp_path / name, content))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.csv cannot be read"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(CatalogueError, match="is a folder"):
        open_table(tmp_path)
