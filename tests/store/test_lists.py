"""Reading lists, and going back: whatever was done to them can be undone, step by step."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exokb.domain.record import Record
from exokb.errors import StoreError
from exokb.store.library import Library
from exokb.store.transaction import Transaction

TABLES = ("reading_list", "reading_list_item")


@pytest.fixture
def filled(library: Library) -> Library:
    """A library of six invented records, with row ids 1 to 6."""
    with library.transaction() as transaction:
        records = [(n, Record(pmid=990000000 + n, title=f"Invented {n}")) for n in range(1, 7)]
        transaction.records.upsert(records, source="file")
    return library


def state(library: Library) -> dict[str, list[tuple[Any, ...]]]:
    with library.reading() as connection:
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in TABLES}


def members(library: Library, name: str) -> list[int]:
    with library.reading() as connection:
        rows = connection.execute(
            "SELECT i.record_id FROM reading_list_item i JOIN reading_list l ON l.id = i.list_id WHERE l.name = ?"
            " ORDER BY i.position",
            (name,),
        )
        return [row[0] for row in rows]


def act(library: Library, do: Any) -> Any:
    with library.transaction() as transaction:
        result = do(transaction)
        transaction.log.note("test", {})
    return result


def undo(library: Library) -> bool:
    with library.transaction() as transaction:
        last = transaction.undo.find_last()
        if last is None:
            return False
        transaction.undo.take_back(last)
        transaction.undo.mark(last, transaction.log.note("undo", {"activity": last}))
    return True


def test_what_is_on_the_list_stays_as_it_is_when_added_again(filled: Library) -> None:
    act(filled, lambda t: t.lists.add("a", [1, 2], origin="by hand"))
    act(filled, lambda t: t.lists.say(1, 2, {"rating": 5, "note": "good"}))
    assert act(filled, lambda t: t.lists.add("a", [2, 3, 3], origin="search")) == 1
    assert members(filled, "a") == [1, 2, 3]
    with filled.reading() as connection:
        said = connection.execute("SELECT rating, note, origin FROM reading_list_item WHERE record_id = 2").fetchall()
    assert said == [(5, "good", "by hand")]


def test_moving_keeps_every_record_once(filled: Library) -> None:
    act(filled, lambda t: t.lists.add("a", [1, 2, 3, 4], origin=""))
    act(filled, lambda t: t.lists.move(1, [4, 1, 6], before=3))
    assert members(filled, "a") == [2, 4, 1, 3]
    act(filled, lambda t: t.lists.move(1, [2], before=None))
    assert members(filled, "a") == [4, 1, 3, 2]


def test_a_merge_takes_over_only_what_is_not_said(filled: Library) -> None:
    act(filled, lambda t: t.lists.add("a", [1, 2], origin=""))
    act(filled, lambda t: t.lists.add("b", [2, 3], origin="file b"))
    act(filled, lambda t: t.lists.say(1, 2, {"decision": "include", "note": "mine"}))
    act(filled, lambda t: t.lists.say(2, 2, {"decision": "exclude", "reason": "other", "rating": 3, "note": "theirs"}))
    act(filled, lambda t: t.lists.say(2, 3, {"read_status": "read"}))
    assert act(filled, lambda t: t.lists.copy(1, 2)) == 1
    with filled.reading() as connection:
        rows = connection.execute(
            "SELECT record_id, decision, reason, rating, note, read_status, origin FROM reading_list_item"
            " WHERE list_id = 1 ORDER BY position"
        ).fetchall()
    assert rows[1:] == [
        (2, "include", "", 3, "mine", "to read", ""),
        (3, "undecided", "", None, "", "read", "file b"),
    ]


def test_a_decision_has_a_day_until_it_is_taken_back(filled: Library) -> None:
    act(filled, lambda t: t.lists.add("a", [1], origin=""))
    act(filled, lambda t: t.lists.say(1, 1, {"decision": "exclude", "reason": "no vesicles"}))
    assert state(filled)["reading_list_item"][0][-1] == "2026-03-01T12:00:00Z"
    assert not act(filled, lambda t: t.lists.say(1, 1, {"decision": "exclude"})), "nothing new was said"
    act(filled, lambda t: t.lists.say(1, 1, {"decision": "undecided", "reason": ""}))
    assert state(filled)["reading_list_item"][0][-1] is None


def test_a_deleted_list_comes_back_whole(filled: Library) -> None:
    act(filled, lambda t: t.lists.add("a", [3, 1], origin="search kidney"))
    act(filled, lambda t: t.lists.say(1, 1, {"rating": 4, "decision": "exclude", "reason": "rats"}))
    before = state(filled)
    assert act(filled, lambda t: t.lists.delete(1)) == 2
    assert state(filled) == {"reading_list": [], "reading_list_item": []}
    assert undo(filled)
    assert state(filled) == before


def test_what_was_changed_since_is_not_lost_by_undoing_what_was_before(filled: Library) -> None:
    act(filled, lambda t: t.lists.add("a", [1], origin=""))
    act(filled, lambda t: t.lists.say(1, 1, {"note": "first"}))
    act(filled, lambda t: t.lists.say(1, 1, {"note": "second"}))
    before = state(filled)
    with pytest.raises(StoreError, match="has been changed since"), filled.transaction() as transaction:
        transaction.undo.take_back(2)
    assert state(filled) == before


ids = st.lists(st.integers(1, 6), max_size=4)
steps = st.one_of(
    st.tuples(st.just("add"), st.sampled_from("ab"), ids),
    st.tuples(st.just("remove"), st.sampled_from("ab"), ids),
    st.tuples(st.just("move"), st.sampled_from("ab"), ids),
    st.tuples(st.just("say"), st.sampled_from("ab"), st.integers(1, 6), st.sampled_from(["include", "exclude"])),
    st.tuples(st.just("copy"), st.sampled_from("ab")),
    st.tuples(st.just("rename"), st.sampled_from("ab")),
    st.tuples(st.just("delete"), st.sampled_from("ab")),
)


def _step(transaction: Transaction, step: tuple[Any, ...]) -> None:
    lists, name = transaction.lists, step[1]
    at, other = lists.find(name), lists.find("b" if name == "a" else "a")
    if step[0] == "add":
        lists.add(name, step[2], origin="property")
    elif at is None:
        return
    elif step[0] == "remove":
        lists.remove(at, step[2])
    elif step[0] == "move":
        lists.move(at, step[2], before=None)
    elif step[0] == "say":
        lists.say(at, step[2], {"decision": step[3]})
    elif step[0] == "delete":
        lists.delete(at)
    elif step[0] == "rename" and other is None:
        lists.rename(at, "b" if name == "a" else "a")
    elif step[0] == "copy" and other is not None:
        lists.copy(at, other)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=6))
def test_every_step_can_be_undone(filled: Library, done: list[tuple[Any, ...]]) -> None:
    while undo(filled):  # what an example before left
        pass
    states = [state(filled)]
    for step in done:
        act(filled, lambda t, step=step: _step(t, step))
        if state(filled) != states[-1]:
            states.append(state(filled))
    for before in reversed(states[:-1]):
        assert undo(filled)
        assert state(filled) == before
