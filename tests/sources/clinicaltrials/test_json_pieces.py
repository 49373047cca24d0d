"""Files of JSON are cut into studies, whatever their shape and wherever their pieces end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exokb.errors import PayloadError
from exokb.sources.clinicaltrials import json_pieces
from exokb.sources.clinicaltrials.json_pieces import StudyCutter, StudyPiece
from exokb.sources.clinicaltrials.parse import parse_studies
from tests.upstream.trial_tables import study

ONE, TWO, THREE = (study(number) for number in (1, 2, 3))


def cut(text: str, size: int = 1_000_000) -> tuple[list[str], StudyCutter]:
    """Give the numbers of studies, and what is said in place of those that cannot be read."""
    cutter = StudyCutter(text[at : at + size] for at in range(0, len(text), size))
    found: list[str] = []
    try:
        for piece in cutter.cut():
            try:
                found.append(piece.parse().trial_id if isinstance(piece, StudyPiece) else str(piece))
            except PayloadError as error:
                found.append(str(error))
    except PayloadError as error:
        found.append(f"stopped: {error}")
    return found, cutter


NUMBERS = ["NCT99000001", "NCT99000002", "NCT99000003"]


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
@pytest.mark.parametrize(
    "text",
    [
        f"[{ONE}, {TWO},\n{THREE}]",
        json.dumps([json.loads(one) for one in (ONE, TWO, THREE)], indent=2),
        f"{ONE}\n{TWO}\n\n{THREE}",
        f"\x1e{ONE}\n\x1e{TWO}\n\x1e{THREE}\n",
        f'{{"studies": [{ONE}, {TWO}, {THREE}]}}',
        f'{{"totalCount": 3, "studies": [{ONE}, {TWO}], "nextPageToken": "ab"}}\n{{"studies":[{THREE}]}}',
        f"[{ONE}]\n[{TWO}, {THREE}]",
    ],
    ids=["a list", "indented", "lines", "a sequence", "a page", "pages", "lists"],
)
def test_every_shape(text: str, size: int) -> None:
    found, cutter = cut(text, size)
    assert found == NUMBERS
    assert not cutter.has_more


def test_one_study_and_none() -> None:
    assert cut(ONE)[0] == NUMBERS[:1]
    assert cut("")[0] == cut("[]")[0] == cut('{"studies": []}')[0] == []


@pytest.mark.parametrize("text", [
    f'{{"totalCount": 70, "nextPageToken": "ab", "studies": [{ONE}]}}',
    f'{{"studies": [{ONE}], "nextPageToken": "ab", "totalCount": 70}}',
])  # fmt: skip
def test_a_page_says_that_there_is_more(text: str) -> None:
    found, cutter = cut(text, 11)
    assert (found, cutter.has_more, cutter.total) == (NUMBERS[:1], True, 70)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (TWO[:-1], "studies[2] (NCT99000002) at line 2: is not JSON: its brackets do not match"),
        (TWO[:40], "studies[2] at line 2: is not JSON: its brackets do not match"),
        (TWO.replace('"briefTitle"', '"brief', 1), "studies[2] (NCT99000002) at line 2: is not JSON"),
        (TWO.replace("true", "yes").replace('{"date"', "{date", 1), "studies[2] (NCT99000002) at line 2: is not JSON"),
        (TWO + "}", "studies at line 2: '}' stands between studies"),
        ("7", "studies[2] at line 2: is not a JSON object"),
        ('"x"', "studies[2] at line 2: is not a JSON object"),
        ("[[]]", "studies[2] at line 2: is not a JSON object"),
        ("9" * 5000, "studies[2] at line 2: is not JSON of a study"),
        ("[" * 50_000 + "]" * 50_000, "studies[2] at line 2: is not JSON of a study"),
        (TWO.replace("RECRUITING", "\udce9"), "studies[2] (NCT99000002) at line 2: the bytes are not UTF-8 text"),
        ('{"a":\n"b}', "studies[2] at line 2"),
    ],
)
def test_a_broken_study_costs_only_itself(broken: str, told: str) -> None:
    for size in (13, 1_000_000):
        found, _ = cut(f"[{ONE},\n{broken},\n{THREE}]", size)
        assert found[0] == NUMBERS[0]
        assert found[-1] == NUMBERS[2]
        assert any(said.startswith(told) for said in found), found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"[{ONE},\n{TWO}", "stopped: studies at line 2: the list breaks off"),
        (f"[{ONE},\n{TWO[:80]}", "stopped: studies at line 2: the list breaks off"),
        (f'{{"studies": [{ONE}', "stopped: studies at line 1: the list breaks off"),
        (f'{{"studies": [{ONE}]', "stopped: page at line 1: breaks off"),
        (f"{ONE}\nToo many requests", "stopped: studies at line 2: 'Too many requests' is no JSON of studies"),
        (f"{ONE}\n{TWO[:90]}", "studies[2] (NCT99000002) at line 2: breaks off"),
    ],
)
def test_what_breaks_off_says_so(text: str, told: str) -> None:
    found, _ = cut(text, 50)
    assert found[0] == NUMBERS[0]
    assert found[-1] == told


def test_nothing_goes_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "MAX_STUDY", 1000)
    found, _ = cut(f"[{ONE},{{" + '"a":1,' * 2000, 100)
    assert found == [NUMBERS[0], "stopped: studies[2] at line 1: goes on for more than 1000 characters without an end"]


@given(st.data())
def test_whatever_is_in_a_study_the_others_are_read(data: st.DataObject) -> None:
    """One character of the file is another one: at most its own study and the next are lost, and both are told."""
    text = f"[{ONE},{TWO},{THREE}]"
    at = data.draw(st.integers(len(ONE) + 2, len(ONE) + len(TWO) + 1))
    sign = data.draw(st.sampled_from('{}[]",:x\\'))
    found, _ = cut(text[:at] + sign + text[at + 1 :], data.draw(st.integers(5, 3000)))
    assert found[0] == NUMBERS[0]
    assert len(found) >= 2
    assert NUMBERS[2] in found or any("studies" in said for said in found[1:])


@pytest.mark.realdata
def test_genuine_replies_are_cut_as_they_are_parsed(real_data: Path) -> None:
    for file in sorted((real_data / "ctgov" / "recorded").glob("*.json")):
        expected = parse_studies(file.read_bytes())
        found, cutter = cut(file.read_text("utf-8"), 999)
        assert found == [trial.trial_id for trial in expected.trials]
        assert (cutter.has_more, cutter.total) == (bool(expected.next_page_token), expected.total)
