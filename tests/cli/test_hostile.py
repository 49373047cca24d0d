"""Whatever is typed, it is never a bug: no command line may end with exit code 1 or show a traceback."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exokb.cli.main import run
from tests.cli.conftest import Cli

# Command lines hold no null character, and bytes that are no text come as halves of surrogate pairs.
_CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=()).filter(
    lambda c: not "\ud800" <= c <= "\udfff" or "\udc80" <= c <= "\udcff"
)
_ANYTHING = st.text(_CHARACTERS, max_size=30)
_PIECES = st.sampled_from(
    [
        *(
            "kidney",
            "miR-21",
            "AND",
            "OR",
            "NOT",
            "NEAR",
            "(",
            ")",
            '"',
            "*",
            "[ti]",
            "[dp]",
            "[au]",
            "[pmid]",
            "[mh:noexp]",
        ),
        *(
            "[",
            "]",
            "2019",
            ":",
            "2018:2020",
            "β",
            "-",
            "'",
            "\\",
            "%",
            "_",
            "title:",
            "^",
            "{",
            "}",
            "+",
            ";",
            "--",
            "1e999",
        ),
        *("99999999999999999999", "10.5555/x", "NCT99000001", "PMC1", "\u202e", "\x1b[31m", "\U0001f600"),
    ]
)
_QUERY = st.tuples(st.sampled_from(["", " "]), st.lists(_PIECES, max_size=8)).map(lambda pair: pair[0].join(pair[1]))
_VALUE = st.one_of(_ANYTHING, _QUERY)
_OPTION = st.sampled_from(
    [
        *("--disease", "--cargo", "--molecule", "--source", "--design", "--relevance", "--trial-status", "--year"),
        *("--type", "--author", "--journal", "--cited-by", "--cites", "--list", "--sort", "--limit", "--offset"),
        *("--facet", "--format"),
    ]
)
_FLAG = st.sampled_from(["--retracted", "--no-retracted", "--count", "--facets"])
_OPTIONS = st.lists(st.one_of(st.tuples(_OPTION, _VALUE), st.tuples(_FLAG)), max_size=4).map(
    lambda given: [word for option in given for word in option]
)

_HOSTILE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def tried(cli: Cli, arguments: list[str]) -> None:
    cli.capsys.readouterr()
    code = run(arguments)
    _, err = cli.capsys.readouterr()
    told = f"{shlex.join(arguments)!r}\n{err}"
    assert code != 1, told
    assert "Traceback" not in err, told
    assert code == 0 or err, f"a failure without a word: {told}"
    assert not set("\x1b\x9b\u202e") & set(err), told


@_HOSTILE
@given(_VALUE, _OPTIONS)
@example("kidney", ["--author", "\udcff"])
@example("\udcff", [])
@example("a" * 60_000, [])
@example("(" * 5_000, [])
@example(" OR ".join(["a"] * 5_000), [])
@example("a" * 200 + "*", ["--sort", "-relevance"])
def test_search(reader: Cli, query: str, options: list[str]) -> None:
    tried(reader, ["search", "--db", str(reader.library), *options, "--", query])


@_HOSTILE
@given(st.sampled_from([[], ["--json"], ["--evidence"], ["--all"]]), _VALUE)
@example([], "10.5555/\udcff")
@example([], "https://doi.org/%00")
@example([], "https://[/10.5555/x")
def test_show(reader: Cli, options: list[str], identifier: str) -> None:
    tried(reader, ["show", "--db", str(reader.library), *options, "--", identifier])


@_HOSTILE
@given(st.sampled_from(["add", "remove", "show"]), _VALUE, st.lists(_VALUE, min_size=1, max_size=3))
@example("remove", "\udcff", ["990000001"])
@example("show", "kidney' OR 1=1 --", ["x"])
def test_list(cli: Cli, command: str, name: str, papers: list[str]) -> None:
    words = [name] if command == "show" else [name, *(paper for paper in papers if paper != "-")]
    tried(cli, ["list", command, "--db", str(cli.library), "--", *words])


@_HOSTILE
@given(
    st.lists(
        st.one_of(_ANYTHING, _FLAG, _OPTION, st.sampled_from(["search", "list", "db", "config", "stats"])), max_size=4
    )
)
def test_any_words_at_all(reader: Cli, words: list[str]) -> None:
    # what installs or writes outside the test's folder is not for trying at random
    if any(word.startswith("--in") for word in words):
        return
    tried(reader, ["--db", str(reader.library), *words])


@pytest.mark.parametrize("command", ["add", "show"])
def test_a_hostile_list_name_is_only_a_name(cli: Cli, command: str) -> None:
    cli("list", "add", "x'); DROP TABLE record; --", "990000001")
    assert cli("search", "--count").out == "44\n"
    assert cli("list", "show", "x'); DROP TABLE record; --", "--format", "ids").pmids == [990000001]
