"""INSPIRED's format, in small files written here: the columns, marks and quirks of the authors' repository."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from palate.catalogue.dialogues.inspired import read
from palate.domain import Speaker
from palate.errors import DialogueError

COLUMNS = (
    *("dialog_id", "utt_id", "speaker", "turn_id", "text", "text_with_placeholder", "movies", "genres"),
    *("people_names", "movie_dict", "genre_dict", "actor_dict", "director_dict", "others_dict", "expert_label"),
    *("second_label", "fine_label", "coarse_label", "movie_id"),
)
FILMS = """title|year|genre|director|actors|language|short_plot|long_plot|video_id
The Lighthouse|2019|Drama, Horror|Robert Eggers|Willem Dafoe, Robert Pattinson, Willem Dafoe|English|Two men.||vid1
Spirited Away|2001|Animation|Hayao Miyazaki|N/A|Japanese|N/A|A girl and QUOTATION_MARKspiritsQUOTATION_MARK.|vid2
|1999|||||||vid3
cut short|1999
""".replace("|", "\t")
TALK = "20191202-103716_425_live.pkl"


def line(speaker: str, text: str, movies: str = "", name: str = TALK, label: str = "", video: str = "") -> str:
    cells = dict.fromkeys(COLUMNS, "") | {
        "dialog_id": name,
        "speaker": speaker,
        "text": text,
        "movies": movies,
        "fine_label": label,
        "movie_id": video,
        "movie_dict": '{"Ocean\'s Eleven (2001)": 0}',
        "text_with_placeholder": '"a quote that nothing closes',
    }
    return "\t".join(cells.values())


def table(lines: Sequence[str]) -> str:
    return "\n".join(["\t".join(COLUMNS), *lines, ""])


LINES = (
    line("RECOMMENDER", "Hello."),
    line("RECOMMENDER", "What did you see?"),
    line("SEEKER", "QUOTATION_MARKSpirited AwayQUOTATION_MARK and Heat", "Spirited Away (2001);  Heat (1995)"),
    line("RECOMMENDER", "Then Lighthouse, The", "Lighthouse, The (2019)", label="accept_rating_good", video="vid1"),
    line("SEEKER", "I accept", label="accept_rating_good", video="vid1"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "data" / "dialog_data"
    inner.mkdir(parents=True)
    for part in ("train", "dev", "test"):
        (inner / f"{part}.tsv").write_text(table(LINES), "utf-8")
    (inner.parent / "movie_database.tsv").write_text(FILMS, "utf-8")
    return tmp_path


def test_messages_become_utterances_with_their_films(folder: Path) -> None:
    found = read(folder, None)
    assert list(found.parts) == ["train", "valid", "test"]
    (dialogue,) = found.parts["valid"]
    assert [said.speaker for said in dialogue.utterances] == [Speaker.RECOMMENDER, Speaker.SEEKER] * 2
    assert [said.text for said in dialogue.utterances[:2]] == ["Hello. What did you see?", '"Spirited Away" and Heat']
    assert [said.items for said in dialogue.utterances] == [
        (),
        ("Spirited Away (2001)", "Heat (1995)"),
        ("The Lighthouse (2019)",),
        (),
    ]
    assert dialogue.opinions == {"The Lighthouse (2019)": 1.0}
    assert dialogue.order == datetime(2019, 12, 2, 10, 37, 16, tzinfo=UTC).timestamp()
    assert (found.counts["valid"].linked, found.counts["valid"].unlinked) == (3, 0)


def test_items_are_the_databases_and_what_is_named_beside(folder: Path) -> None:
    items = {item.id: item for item in read(folder, None).items}
    assert list(items) == ["The Lighthouse (2019)", "Spirited Away (2001)", "Heat (1995)"]
    lighthouse, spirited, heat = items.values()
    assert lighthouse.names("cast") == ("Willem Dafoe", "Robert Pattinson")
    assert (lighthouse.year, lighthouse.texts, lighthouse.ids) == (2019, {"plot": "Two men."}, {"youtube": "vid1"})
    assert (spirited.names("cast"), spirited.texts["plot"]) == ((), 'A girl and "spirits".')
    assert (heat.title, heat.year, heat.attributes) == ("Heat", 1995, {})


def test_a_film_of_the_year_before_is_meant_and_one_of_ten_years_before_is_another(folder: Path) -> None:
    lines = [line("SEEKER", "?", "Spirited Away (2002); Spirited Away (1991)"), line("RECOMMENDER", "!")]
    (folder / "data" / "dialog_data" / "test.tsv").write_text(table(lines), "utf-8")
    (dialogue,) = read(folder, None).parts["test"]
    assert dialogue.utterances[0].items == ("Spirited Away (2001)", "Spirited Away (1991)")


@pytest.mark.parametrize("label", ["accept_rating_mod", "accept_others", "something else", ""])
def test_what_says_nothing_of_taste_is_no_opinion(folder: Path, label: str) -> None:
    lines = [line("SEEKER", "a", label=label, video="vid1"), line("RECOMMENDER", "b", label=label, video="vid1")]
    (folder / "data" / "dialog_data" / "test.tsv").write_text(table(lines), "utf-8")
    assert not read(folder, None).parts["test"][0].opinions
    lines = [
        line("SEEKER", "a", label="reject", video="vid2"),
        line("RECOMMENDER", "b", label="reject", video="vid9"),
    ]
    (folder / "data" / "dialog_data" / "test.tsv").write_text(table(lines), "utf-8")
    assert read(folder, None).parts["test"][0].opinions == {"Spirited Away (2001)": -1.0}


def test_files_side_by_side_packed_and_without_the_database(folder: Path, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    for part in ("train", "dev", "test"):
        data = (folder / "data" / "dialog_data" / f"{part}.tsv").read_bytes()
        (flat / f"{part}.tsv.gz").write_bytes(gzip.compress(data.replace(b"\n", b"\r\n")))
    found = read(flat, None)
    assert [item.id for item in found.items] == ["Spirited Away (2001)", "Heat (1995)", "The Lighthouse (2019)"]
    assert not found.parts["train"][0].opinions, "a trailer's number says nothing without the database"
    assert found.parts["train"][0].utterances[-1].text == "I accept"


def test_lines_that_are_none_are_counted(folder: Path) -> None:
    lines = [
        *LINES,
        line("NARRATOR", "meanwhile"),
        "too\tfew",
        "",
        line("seeker", "bye\x85and \u2028more", name="odd"),
    ]
    (folder / "data" / "dialog_data" / "test.tsv").write_text(table(lines), "utf-8")
    found = read(folder, None)
    assert found.counts["test"].left_out == {
        "movie_database.tsv: line with more or fewer cells than columns": 1,
        "line of an unknown speaker": 1,
        "line with more or fewer cells than columns": 1,
    }
    assert [dialogue.id for dialogue in found.parts["test"]] == [TALK, "odd"]
    assert found.parts["test"][1].order == 0.0


def test_other_files_stop_it(folder: Path) -> None:
    with pytest.raises(DialogueError, match="has 1 dialogues in its train part; 801 are stated"):
        read(folder)
    path = folder / "data" / "dialog_data" / "dev.tsv"
    path.write_text("dialog_id,speaker,text\n1,SEEKER,hi\n", "utf-8")
    with pytest.raises(DialogueError, match=r"dev\.tsv has no column dialog_id"):
        read(folder, None)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DialogueError, match=r"dev\.tsv cannot be read"):
        read(folder, None)
    path.unlink()
    with pytest.raises(DialogueError, match=r"There is no dev\.tsv \(or dev\.tsv\.gz\)"):
        read(folder, None)
