"""``exokb search``: every option narrows as it says, every format can be read, and what is wrong is told."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest

from exokb.formats.columns import COLUMNS
from tests.cli.conftest import Cli
from tests.upstream import Corpus

RETRACTED = 990000034


def found(cli: Cli, *options: str) -> set[int]:
    said = cli("search", *options, "--format", "ids")
    assert cli("search", *options, "--count").out == f"{len(said.pmids)}\n"
    return set(said.pmids)


def test_words_and_fields(reader: Cli, corpus: Corpus) -> None:
    everything = set(corpus.pmids)
    assert found(reader) == everything
    kidney = found(reader, "kidney[ti]")
    assert kidney == {paper.pmid for paper in corpus if "kidney" in paper.title.lower()}
    assert found(reader, "NOT kidney[ti]") == everything - kidney
    assert found(reader, '"miR-122" OR β-catenin') >= {990000005, 990000043}


def test_several_values_are_or_and_options_are_and(reader: Cli) -> None:
    kidney, liver = found(reader, "--disease", "kidney"), found(reader, "--disease", "liver")
    assert kidney
    assert liver - kidney
    assert found(reader, "--disease", "kidney", "--disease", "liver") == kidney | liver
    assert found(reader, "--disease", "kidney, liver") == kidney | liver
    mirna = found(reader, "--cargo", "mirna")
    assert found(reader, "--disease", "kidney", "--cargo", "mirna") == kidney & mirna
    assert found(reader, "--disease", "acute_kidney_injury") < kidney, "what lies below an area is in it"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", 2021, 2021),
        ("2018:2021", 2018, 2021),
        ("2018-2021", 2018, 2021),
        (":2016", 0, 2016),
        ("2020:", 2020, 9999),
    ],
)
def test_years(reader: Cli, corpus: Corpus, text: str, first: int, last: int) -> None:
    assert found(reader, "--year", text) == {paper.pmid for paper in corpus if first <= paper.year <= last}


def test_trial_status(reader: Cli) -> None:
    assert found(reader, "--trial-status", "completed") == {990000004}
    assert found(reader, "--trial-status", "RECRUITING") == {990000015}
    assert found(reader, "--trial-status", "recruiting,completed") == {990000004, 990000015}
    named = found(reader, "--trial-status", "any")
    assert {990000004, 990000015, 990000033} <= named
    assert not named & found(reader, "--trial-status", "none")


def test_people_places_and_types(reader: Cli, corpus: Corpus) -> None:
    assert 990000002 in found(reader, "--author", "bianchi")
    assert found(reader, "--author", "bianchi g", "--author", "lou w") >= {990000002, 990000005}
    assert found(reader, "--journal", "Hepat Repair") == {
        paper.pmid for paper in corpus if paper.journal.abbreviation == "Hepat Repair"
    }
    reviews = found(reader, "--type", "review")
    assert reviews == {paper.pmid for paper in corpus if any("Review" in kind for kind in paper.types)}


def test_citations_and_lists(reader: Cli) -> None:
    cited = found(reader, "--cited-by", "990000001")
    assert 990000002 in cited
    assert 990000001 in found(reader, "--cites", "990000002")
    assert found(reader, "--list", "kidney") == {990000033, 990000002, 990000004}


def test_retracted(reader: Cli, corpus: Corpus) -> None:
    assert found(reader, "--retracted") == {RETRACTED}
    assert found(reader, "--no-retracted") == set(corpus.pmids) - {RETRACTED}


def test_order_and_pages(reader: Cli) -> None:
    newest = reader("search", "--sort", "-date", "--format", "ids").pmids
    oldest = reader("search", "--sort", "date", "--format", "ids").pmids
    years = dates(reader)
    assert [years[pmid] for pmid in newest] == sorted(years.values(), reverse=True)
    assert [years[pmid] for pmid in oldest] == sorted(years.values())
    assert reader("search", "--sort", "pmid", "--limit", "3", "--offset", "2", "--format", "ids").pmids == [
        990000003, 990000004, 990000005,
    ]  # fmt: skip
    assert reader("search", "--offset", "1000", "--format", "ids").pmids == []


def dates(cli: Cli) -> dict[int, str]:
    rows = csv.DictReader(io.StringIO(cli("search", "--format", "csv").out))
    return {int(row["pmid"]): row["date"] for row in rows}


def test_piped_it_is_a_table_of_tabs(reader: Cli) -> None:
    said = reader("search", "--disease", "kidney")
    header, *rows = (line.split("\t") for line in said.lines)
    assert header == [column.name for column in COLUMNS]
    assert rows
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert said.err == ""


def test_every_format_says_what_is_retracted(reader: Cli) -> None:
    for name in ("csv", "tsv"):
        (row,) = csv.DictReader(
            io.StringIO(reader("search", "--retracted", "--format", name).out),
            delimiter="," if name == "csv" else "\t",
        )
        assert (row["pmid"], row["notices"]) == (str(RETRACTED), "retracted")
    whole = json.loads(reader("search", "--retracted", "--format", "json").out)
    assert [record["notices"] for record in whole["records"]] == [["retracted"]]
    assert json.loads(reader("search", "--retracted", "--format", "jsonl").out)["notices"] == ["retracted"]
    assert "[RETRACTED]" in " ".join(reader("search", "--retracted", "--format", "table").out.split())
    assert "RETRACTED" in reader("show", str(RETRACTED)).out


def test_the_table_shows_words_evidence_and_notices(reader: Cli) -> None:
    said = reader("search", "catenin", "--format", "table")
    assert "990000043" in said.out
    assert "β-catenin" in said.out
    assert "1 record found" in said.err
    said = reader("search", "--disease", "kidney", "--format", "table", "--limit", "2")
    assert "1 to 2 of " in said.err
    assert "kidney" in said.out
    assert "ERRATUM" in reader("search", "miR-21-5p[ti]", "--format", "table").out
    assert "EXPRESSION OF CONCERN" in reader("search", "steatohepatitis", "--format", "table").out
    assert reader("search", "qwertyuiop", "--format", "table").err.startswith("nothing found")
    assert "there are only" in reader("search", "--offset", "900", "--format", "table").err


def test_facets(reader: Cli) -> None:
    lines = reader("search", "--facets", "--facet", "disease, type").lines
    assert lines[0].split("\t") == ["facet", "value", "label", "records"]
    counted = {tuple(line.split("\t")[:2]): int(line.split("\t")[3]) for line in lines[1:]}
    assert counted["disease", "kidney"] == len(found(reader, "--disease", "kidney"))
    whole = json.loads(reader("search", "--facets", "--format", "json").out)
    assert whole["schema"] == 1
    assert whole["facets"]["disease"]["kidney"] == counted["disease", "kidney"]
    assert whole["facets"]["trial_status"] == {"COMPLETED": 1, "RECRUITING": 1}


def test_words_find_their_synonyms_and_say_so(reader: Cli) -> None:
    adipose = found(reader, "ADSC")
    assert adipose == {990000003, 990000005, 990000015, 990000017, 990000034}
    assert found(reader, "ADSC", "--no-expand") == set()
    assert found(reader, "adipose-derived stem cells") == adipose
    assert found(reader, "WJ-MSC") == {990000018}
    cord = found(reader, "hUC-MSC")
    assert {990000004, 990000018} <= cord, "Wharton's jelly is of the cord"
    assert found(reader, "exosome") < found(reader, "EV")
    assert found(reader, "AKI") >= {990000002}
    said = reader("search", "ADSC EV", "--count").err.splitlines()
    assert said[0].startswith("ADSC also finds adipose-derived MSC, in ")
    assert said[1].startswith("EV also finds ")
    assert "exosome or small EV" in said[1]
    assert "--no-expand" in said[1]
    for quiet in (("kidney",), ("ADSC", "--no-expand"), ('"ADSC"',), ("--disease", "kidney")):
        assert reader("search", *quiet, "--count").err == ""


def test_all_synonyms_can_be_listed(reader: Cli) -> None:
    header, *rows = (line.split("\t") for line in reader("search", "AKI EV", "--explain").lines)
    assert header == ["asked", "also searched", "meaning"]
    assert ["AKI", "acute kidney injury", "same"] in rows
    assert ["EV", "exosome", "narrower"] in rows
    told = json.loads(reader("search", "AKI", "--explain", "--format", "json").out)
    assert told["schema"] == 1
    assert told["expanded"] == [
        {"asked": "AKI", "meaning": "Acute kidney injury", "words": ["acute kidney injury"], "narrower": []},
    ]
    assert json.loads(reader("search", "AKI", "--format", "json").out)["expanded"] == told["expanded"]
    assert json.loads(reader("export", "AKI", "--format", "json").out)["expanded"] == told["expanded"]
    assert json.loads(reader("search", "AKI", "--facets", "--format", "json").out)["expanded"] == told["expanded"]
    assert "expanded" not in json.loads(reader("search", "kidney", "--format", "json").out)
    assert "nothing beside the words" in reader("search", "kidney", "--explain").err
    for command in (("table",), ("map",)):
        assert "AKI also finds" in reader(*command, "AKI").err


def test_a_library_without_synonyms_says_what_to_do(cli: Cli) -> None:
    with sqlite3.connect(cli.library) as connection:
        connection.execute("DELETE FROM library_info WHERE key = 'search_synonyms'")
    connection.close()
    said = cli("search", "ADSC", "--count")
    assert said.out == "0\n"
    assert "exokb annotate" in said.err
    assert "exokb annotate" in cli("search", "ADSC", "--explain").err
    cli("annotate")
    assert cli("search", "ADSC", "--count").out == "5\n"


FACETS = {
    "disease": "kidney", "cargo": "mirna", "molecule": "miR-21-5p", "source": "adipose", "vesicle": "exosome",
    "isolation": "tangential_flow_filtration", "engineering": "loaded", "route": "intravenous", "model": "mouse",
    "design": "in_vivo", "relevance": "msc_ev",
}  # fmt: skip


@pytest.mark.parametrize("facet", FACETS)
def test_every_facet_is_an_option_and_can_be_counted(reader: Cli, facet: str) -> None:
    lines = [line.split("\t") for line in reader("search", "--facets", "--facet", facet).lines[1:]]
    counted = {value: int(number) for _, value, _, number in lines}
    assert counted
    value = FACETS[facet]
    assert len(found(reader, f"--{facet}", value)) == counted[value]
    others = [other for other in counted if other != value][:1]
    both = found(reader, f"--{facet}", ",".join([value, *others]))
    assert both == found(reader, f"--{facet}", value).union(*(found(reader, f"--{facet}", other) for other in others))
    near = reader("search", f"--{facet}", value[:-1] + "q", code=2).err
    assert value in near
    shown = reader("search", f"--{facet}", value, "--limit", "1", "--format", "table").out
    assert f"{value} “" in " ".join(shown.split()), "the words that prove it"


def test_names_and_short_forms_of_values(reader: Cli) -> None:
    assert found(reader, "--isolation", "TFF") == found(reader, "--isolation", "tangential_flow_filtration")
    assert found(reader, "--disease", "AKI") == found(reader, "--disease", "acute kidney injury")
    assert found(reader, "--molecule", "hsa-microRNA-21-5p") == found(reader, "--molecule", "miR-21") != set()
    assert found(reader, "--molecule", "circNord") == {990000017}
    assert found(reader, "--molecule", "lncRNA H19") == {990000020}
    assert found(reader, "--molecule", "cd 73") == {990000024}
    assert found(reader, "--msc") == found(reader, "--relevance", "msc_ev")
    assert found(reader, "--msc", "--cargo", "mirna") == found(reader, "--msc") & found(reader, "--cargo", "mirna")
    assert "precipitation" not in reader("search", "--facets", "--facet", "isolation").out
    assert "exokb search miR-29c" in reader("search", "--molecule", "miR-29c", code=2).err


def test_a_file_takes_its_format_from_its_name(reader: Cli, tmp_path: Path) -> None:
    target = tmp_path / "kidney.csv"
    said = reader("search", "--disease", "kidney", "-o", str(target))
    assert said.out == ""
    assert "records written to" in said.err
    with target.open(encoding="utf-8", newline="") as stream:
        assert {int(row["pmid"]) for row in csv.DictReader(stream)} == found(reader, "--disease", "kidney")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--disease", "kidny"), "did you mean kidney"),
        (("--cargo", "mirnna"), "mirna"),
        (("--trial-status", "recuiting"), "recruiting"),
        (("--type", "reveiw"), "review"),
        (("--sort", "dat"), "date"),
        (("--facets", "--facet", "diseas"), "disease"),
        (("--facets", "--facet", ""), "no facet is named"),
        (("--year", "20x"), "--year: '20x' is no year"),
        (("--year", "2021:2018"), "write 2018:2021"),
        (("--year", ""), "--year"),
        (("--format", "xlsx"), "there are csv, tsv, json, jsonl, ids"),
        (("--cited-by", "abc"), "a PMID is a number"),
        (("(kidney",), "(kidney\n^"),
        (('a AND "b',), 'a AND "b\n      ^'),
        (("kidney[nosuch]",), "no field [nosuch]"),
        (("--disease", ""), "--disease: the value is empty"),
        (("--author", " "), "--author: the value is empty"),
        (("--list", ""), "--list: the value is empty"),
        (("--cites", ","), "--cites: the value is empty"),
        (("--count", "--facets"), "--facets"),
        (("EV", "--explain", "--count"), "--explain"),
        (("--explain",), "no words of a query"),
        (("EV", "--explain", "--no-expand"), "turns synonyms off"),
        (("EV", "--explain", "-o", "x.csv"), "--explain"),
        (("--vesicle", ""), "--vesicle: the value is empty"),
        (("--isolation", "exoquick"), "precipitation"),
        (("--count", "-o", "x.csv"), "--count"),
        (("--facets", "--format", "csv"), "--format"),
        (("--limit", "0"), "--limit"),
        (("--limit", "9" * 30), "--limit"),
        (("--offset", "9" * 30), "--offset"),
        (("-o", "kidney.docx"), ".docx"),
        (("--db", ""), "--db: no name is given"),
        (("--nonsense",), "--nonsense"),
        (("one", "two"), "two"),
    ],
)
def test_what_cannot_be_meant_is_told(reader: Cli, options: tuple[str, ...], told: str) -> None:
    said = reader("search", "--db", str(reader.library), *options, code=2, db=False)
    assert told in said.err
    assert said.out == ""
    assert "→" in said.err or "--help" in said.err, "what to do next"


def test_what_is_not_there_is_told(reader: Cli, bare: Cli) -> None:
    assert "kidney" in reader("search", "--list", "kidny", code=4).err
    assert "exokb fetch 123 --references" in reader("search", "--cited-by", "123", code=4).err
    for command in (
        ("search",),
        ("export",),
        ("stats",),
        ("show", "123"),
        ("annotate",),
        ("list", "show"),
        ("db", "backup"),
    ):
        assert "no library yet" in bare(*command, code=4).err
        assert not bare.library.exists(), command
