"""``exokb import`` and ``exokb export``: what goes in, what comes out, and files that are not what they should be."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.upstream import Corpus, bulk

HEADER = b'<?xml version="1.0"?>\n<PubmedArticleSet>\n'


def stored(cli: Cli, *options: str) -> set[int]:
    return set(cli("search", *options, "--format", "ids").pmids)


def save(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def test_a_file_of_pubmed(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    source = save(tmp_path / "update.xml", corpus.update_file())
    said = bare("import", source)
    assert said.out == ""
    assert "46 records read, 44 added, 2 older" in said.err, "of three versions of a record the highest stays"
    assert stored(bare) == set(corpus.pmids)
    assert "version" not in bare("search", "freezing[ti]", "--format", "csv").out
    assert "added" not in bare("import", source).err, "again, it changes nothing"
    assert "44 unchanged" in bare("import", source).err


def test_gzipped_and_from_many_files(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    one = save(tmp_path / "one.xml.gz", gzip.compress(corpus.update_file([990000001, 990000002])))
    two = save(tmp_path / "two.xml", corpus.update_file([990000003]))
    assert "3 added" in bare("import", one, two).err
    assert stored(bare) == {990000001, 990000002, 990000003}


def test_only_what_matches(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    source = save(tmp_path / "update.xml", corpus.update_file())
    said = bare("import", source, "--match", "kidney[ti] OR renal[ti]", "--dry-run")
    assert said.err.startswith("would be: 46 records read, ")
    assert not bare.library.exists()
    bare("import", source, "--match", "kidney[ti] OR renal[ti]")
    assert stored(bare) == stored(bare, "kidney[ti] OR renal[ti]") != set()
    assert "(kidney\n^" in bare("import", source, "--match", "(kidney", code=2).err


def test_what_matches_is_what_a_search_would_find(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    source = save(tmp_path / "update.xml", corpus.update_file())
    plain = bare("import", source, "--match", "ADSC", "--no-expand")
    assert "0 match" in plain.err
    assert "also finds" not in plain.err
    assert "ADSC also finds adipose-derived MSC" in bare("import", source, "--match", "ADSC").err
    assert stored(bare) == {990000003, 990000005, 990000015, 990000017, 990000034}
    assert stored(bare) == stored(bare, "ADSC")


def test_what_nlm_took_back_is_marked(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    bare("import", save(tmp_path / "first.xml", corpus.update_file([990000002, 990000003])))
    said = bare("import", save(tmp_path / "second.xml", corpus.update_file([990000002], deleted=[990000003])))
    assert "1 deletions announced" in said.err
    rows = csv.DictReader(io.StringIO(bare("export").out))
    assert {row["pmid"]: row["notices"] for row in rows} == {
        "990000002": "erratum",
        "990000003": "withdrawn from PubMed",
    }


def test_a_broken_record_costs_only_itself(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    whole = corpus.update_file([990000002, 990000003, 990000004])
    broken = whole.replace(b'<PMID Version="1">990000003</PMID>', b'<PMID Version="1"></PMID>', 1)
    assert broken != whole
    said = bare("import", save(tmp_path / "broken.xml", broken), code=3)
    assert "broken.xml: PubmedArticle 2" in said.err
    assert f"byte {broken.index(b'<PubmedArticle>', broken.index(b'990000002'))}" in said.err
    assert "PMID" in said.err
    assert stored(bare) == {990000002, 990000004}


@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("packed", [False, True])
def test_what_came_before_a_break_is_kept(bare: Cli, tmp_path: Path, corpus: Corpus, part: float, packed: bool) -> None:
    whole = corpus.update_file()
    content = gzip.compress(whole) if packed else whole
    said = bare("import", save(tmp_path / "cut.xml", content[: int(len(content) * part)]), code=3)
    assert "1 failed" in said.err
    assert "cut.xml" in said.err
    kept = stored(bare)
    assert kept
    assert kept < set(corpus.pmids)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"PMID,title\r\n1,x\r\n", "does not look like PubMed XML"),
        (b"<html><body>Service unavailable</body></html>", "does not look like PubMed XML"),
        (b"\x00\x01\x02\x03" * 1000, "does not look like PubMed XML"),
        (gzip.compress(b"PMID- 990000001\n"), "does not look like PubMed XML"),
    ],
    ids=["empty", "csv", "html", "binary", "packed"],
)
def test_another_file_is_refused_and_makes_no_library(bare: Cli, tmp_path: Path, content: bytes, told: str) -> None:
    said = bare("import", save(tmp_path / "other.xml", content), code=2)
    assert told in said.err
    assert "other.xml" in said.err
    assert not bare.library.exists() or stored(bare) == set()


def test_a_missing_file_does_not_stop_the_others(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    good = save(tmp_path / "good.xml", corpus.update_file([990000002]))
    said = bare("import", "missing.xml", str(tmp_path), good, code=3)
    assert "missing.xml: cannot be read: No such file" in said.err
    assert "Is a directory" in said.err
    assert stored(bare) == {990000002}


def test_nothing_but_missing_files_makes_no_library(bare: Cli) -> None:
    assert "No such file" in bare("import", "missing.xml", code=2).err
    assert not bare.library.exists()


def test_an_entity_bomb_stays_closed(bare: Cli, tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9)
    )
    bomb += b"]>\n<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>990000001</PMID>"
    bomb += b"<Article><ArticleTitle>&j;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    said = bare("import", save(tmp_path / "bomb.xml", bomb), code=3)
    assert len(said.err) < 2_000


def test_export_to_a_file(reader: Cli, tmp_path: Path) -> None:
    target = tmp_path / "kidney.csv"
    said = reader("export", "--disease", "kidney", "-o", str(target), "--bom")
    assert said.out == ""
    content = target.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfpmid,doi,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert said.err == f"{len(rows)} records written to {target}\n"
    assert {int(row["pmid"]) for row in rows} == stored(reader, "--disease", "kidney")
    assert os.listdir(tmp_path) == ["kidney.csv"], "nothing else is left behind"  # noqa: PTH208  # hidden ones, too


def test_what_is_wanted_is_said_by_the_name_or_the_option(reader: Cli, tmp_path: Path) -> None:
    assert reader("export", "--limit", "1").out.startswith("pmid,doi,")
    assert reader("export", "-o", "-", "--format", "ids", "--limit", "1").pmids
    reader("export", "-o", str(tmp_path / "all.JSONL"))
    assert all(json.loads(line)["version"] for line in (tmp_path / "all.JSONL").read_text("utf-8").splitlines())
    reader("export", "-o", str(tmp_path / "all.txt"), "--format", "tsv")
    assert (tmp_path / "all.txt").read_text("utf-8").startswith("pmid\tdoi\t")
    assert ".docx is no format" in reader("export", "-o", str(tmp_path / "all.docx"), code=2).err
    assert "--bom" in reader("export", "--format", "json", "--bom", code=2).err


def test_a_failed_export_leaves_the_old_file(reader: Cli, tmp_path: Path) -> None:
    target = tmp_path / "old.csv"
    target.write_text("precious")
    reader("export", "--disease", "kidny", "-o", str(target), code=2)
    assert target.read_text() == "precious"
    assert os.listdir(tmp_path) == ["old.csv"]  # noqa: PTH208


def test_a_link_and_the_permissions_of_a_file_stay(reader: Cli, tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    reader("export", "-o", str(link))
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"pmid,")
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_written_to_and_never_replaced(reader: Cli, tmp_path: Path) -> None:
    """A device as well: ``-o /dev/null`` must not make a file of it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    listener = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    listener.start()
    reader("export", "--format", "ids", "-o", str(pipe))
    listener.join(10)
    assert pipe.is_fifo()
    assert len(read[0].splitlines()) == 44


@pytest.mark.parametrize("place", ["nowhere/x.csv", ".", "x" * 300 + ".csv"])
def test_a_place_that_cannot_be_written(reader: Cli, place: str) -> None:
    said = reader("export", "--format", "csv", "-o", place, code=6)
    assert "cannot be written: " in said.err
    assert "→ give another name with -o" in said.err


def test_formulas_do_not_run(bare: Cli, tmp_path: Path, corpus: Corpus) -> None:
    title = "Heparin-free collection"
    file = corpus.update_file([990000044]).replace(title.encode(), b"=HYPERLINK(1)")
    bare("import", save(tmp_path / "formula.xml", file))
    (row,) = csv.DictReader(io.StringIO(bare("export").out))
    assert row["title"].startswith("'=HYPERLINK")


def test_many_rows(bare: Cli, tmp_path: Path) -> None:
    corpus = Corpus(bulk(1_000))
    bare("import", save(tmp_path / "bulk.xml", corpus.update_file()))
    said = bare("export", "-o", str(tmp_path / "bulk.csv"))
    assert "1000 records written" in said.err
    with (tmp_path / "bulk.csv").open(encoding="utf-8", newline="") as stream:
        assert sorted(int(row["pmid"]) for row in csv.DictReader(stream)) == sorted(corpus.pmids)
