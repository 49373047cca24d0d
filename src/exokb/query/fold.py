"""Text folding: the one rule by which words are the same, for indexing, for querying and for matching in memory.

Case, diacritics, sub- and superscripts, typographic hyphens and quotes, British and American spelling and the plural
do not matter; Greek letters are spelled out; letters and digits part (``miR-21``, ``miR21`` and ``miR 21`` are all
``mir 21``). Parts joined by a hyphen, or by a change between Latin and Greek, can also be written together: beside
``co culture``, the text ``co-culture`` yields ``coculture``, and so does the query.

Plural: the S-stemmer of Harman, "How effective is suffixing?", JASIS 42 (1991) 7-15, with the few endings of medical
English it gets wrong. Spelling is folded towards whichever form is free of collisions (``-ize`` becomes ``-ise``, as
the other way would touch ``exercise``).

What this cannot do: a word written together is found in a hyphenated text, except inside a longer phrase
(``"MSC coculture system"`` does not find ``MSC co-culture system``; ``"MSC co-culture system"`` finds both).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

FOLD_VERSION = 1
"""Raised with every change of what any text folds to; an index made by another version must be built again."""

SEPARATOR = "\ue000"
"""A token that stands between texts that no phrase may bridge; no text or query folds to it."""

Tokens = tuple[str, ...]


class Span(NamedTuple):
    """A folded token and where it stands in the original text, end exclusive."""

    token: str
    start: int
    end: int


_HYPHENS = "-\u2010\u2011\u2012\u2013\u2043\u2212\ufe63\uff0d"
_APOSTROPHES = "'\u2018\u2019\u02bc\u02b9\u0060\u00b4\uff07"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_CHUNK = re.compile(rf"[\w\u0300-\u036f{re.escape(_HYPHENS + _APOSTROPHES)}{_INVISIBLE}]+")
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ß": "ss"}
_GREEK_NAMES = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
_GREEK = {chr(0x3B1 + place): name for place, name in enumerate(_GREEK_NAMES)}

# Spelling, wherever it stands in a word.
_SPELLING = {
    "aem": "em", "aesth": "esth", "aetiol": "etiol", "paed": "ped", "gynaec": "gynec", "caec": "cec", "faec": "fec",
    "caes": "ces", "palaeo": "paleo", "archaeo": "archeo", "naev": "nev", "chimaer": "chimer", "phaeo": "pheo",
    "oedem": "edem", "oesoph": "esoph", "oestr": "estr", "foet": "fet", "rrhoe": "rrhe", "pnoe": "pne",
    "homoeo": "homeo", "coeliac": "celiac", "amoeb": "ameb", "manoeuvre": "maneuver", "pharmacopoe": "pharmacope",
    "tumour": "tumor", "colour": "color", "behaviour": "behavior", "labour": "labor", "favour": "favor",
    "humour": "humor", "neighbour": "neighbor", "honour": "honor", "odour": "odor", "vapour": "vapor",
    "flavour": "flavor", "harbour": "harbor", "endeavour": "endeavor", "vigour": "vigor", "rigour": "rigor",
    "iz": "is", "yz": "ys", "sulph": "sulf", "leuco": "leuko", "aluminium": "aluminum", "ageing": "aging",
    "artefact": "artifact", "practis": "practic", "defence": "defense", "licence": "license", "mould": "mold",
    "signall": "signal", "labell": "label", "modell": "model", "channell": "channel", "tunnell": "tunnel",
    "travell": "travel", "levell": "level", "cancell": "cancel", "counsell": "counsel", "fuell": "fuel",
    "unravell": "unravel",
    "enroll": "enrol", "fulfill": "fulfil", "judgement": "judgment", "sceptic": "skeptic",
    "fiber": "fibre", "centering": "centring", "centere": "centre", "center": "centre", "goiter": "goitre",
    "theater": "theatre", "caliber": "calibre", "hematopoet": "hematopoiet",
}  # fmt: skip
_ANYWHERE = re.compile("|".join(sorted(_SPELLING, key=len, reverse=True)))
# Spelling that shows only in a whole word; not applied to the stump of a prefix search.
_WHOLE = re.compile(
    r"^(?P<re>(?:centi|milli|micro|nano|kilo|deci)?(?:lit|met)|tit)er(?=s?$)"
    r"|(?P<gue>(?:ana|cata|dia|homo|pro|ortho|para)log)ue(?=s?$)"
    r"|(?P<drop>^programm|neuron)e(?=s?$)"
    r"|^(?P<disc>dis)k(?=s?$)"
    r"|^(?P<gray>gr)ey(?=s?$)"
)

_IRREGULAR = {
    "mice": "mouse", "women": "woman", "men": "man", "children": "child", "teeth": "tooth", "feet": "foot",
    "mitochondria": "mitochondrion", "bacteria": "bacterium", "nuclei": "nucleus", "alveoli": "alveolus",
    "stimuli": "stimulus", "loci": "locus", "foci": "focus", "thrombi": "thrombus", "emboli": "embolus",
    "fungi": "fungus", "criteria": "criterion", "calories": "calorie", "niches": "niche", "psyches": "psyche",
    "caches": "cache", "aches": "ache", "headaches": "headache", "toothaches": "toothache", "vertebrae": "vertebra",
    "media": "medium", "epithelia": "epithelium", "sera": "serum", "spectra": "spectrum", "phenomena": "phenomenon",
    "ganglia": "ganglion", "villi": "villus", "sequelae": "sequela", "algae": "alga", "taxa": "taxon",
    "micronuclei": "micronucleus", "mycobacteria": "mycobacterium", "thesis": "thesis", "theses": "thesis",
    "larvae": "larva", "matrices": "matrix", "indices": "index", "vertices": "vertex", "cortices": "cortex",
}  # fmt: skip
# abbreviations and small words whose s is their own
_NO_PLURAL = frozenset({
    "as", "is", "us", "was", "has", "his", "its", "yes", "bus", "this", "thus", "gas", "lens", "news", "aids", "als",
    "ards", "sars", "mers", "ras", "kras", "nras", "hras", "pcos", "mds", "cis", "trans", "bis", "tris",
})  # fmt: skip
# (ending, what takes its place, endings it must not be part of); the first that fits is applied
_ENDINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ies", "y", ("eies", "aies")),
    ("sses", "ss", ()),
    ("shes", "sh", ()),
    ("ches", "ch", ()),
    ("xes", "x", ("axes",)),
    ("ruses", "rus", ()),
    ("tuses", "tus", ()),
    ("nuses", "nus", ()),
    ("muses", "mus", ()),
    ("sis", "se", ()),
    ("s", "", ("us", "ss", "is")),
)


def _stem(word: str) -> str:
    if len(word) < 3 or word in _NO_PLURAL:
        return word
    if (irregular := _IRREGULAR.get(word)) is not None:
        return irregular
    if word[-1] != "s":
        return word
    for ending, instead, unless in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            if not word.endswith(unless):
                return word[: -len(ending)] + instead
        elif word == ending:
            return word
    return word


def _whole(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    kept = match.group(kind)
    return kept + {"re": "re", "disc": "c", "gray": "ay"}.get(kind, "") if kind != "drop" else kept.replace("mm", "m")


@lru_cache(maxsize=200_000)
def _fold_word(word: str) -> str:
    """Fold one run of letters, already lower case and without diacritics."""
    return _stem(_WHOLE.sub(_whole, _respell(word)))


def _respell(word: str) -> str:
    return _ANYWHERE.sub(lambda match: _SPELLING[match.group()], word)


class _Part(NamedTuple):
    text: str
    start: int
    end: int
    letters: bool
    glued: bool  # nothing but a hyphen, or nothing at all, lies between this part and the one before


@lru_cache(maxsize=20_000)
def _classify(char: str) -> tuple[str, str]:
    """Give a character's class and folded text: letter ``a``, digit ``d``, Greek ``g``, superscript digit ``s``.

    ``-`` joins, `` `` parts, and the empty class is passed over.
    """
    if char in _HYPHENS:
        return "-", ""
    if char in _SUPERSCRIPTS:
        return "s", _SUPERSCRIPTS[char]
    if char in _APOSTROPHES or char in _INVISIBLE or unicodedata.combining(char):
        return "", ""
    lower = char.lower()
    plain = "".join(_LETTERS.get(piece, piece) for piece in unicodedata.normalize("NFKD", lower))
    plain = "".join(_LETTERS.get(piece, piece) for piece in plain.lower() if piece.isalnum())
    if not plain:
        return " ", ""
    if plain in _GREEK:
        return "g", _GREEK[plain]
    return ("d" if plain.isdigit() else "a"), plain


def _split(chunk: str) -> list[_Part]:
    """Cut a chunk where hyphens are and where letters, digits and Greek meet."""
    parts: list[_Part] = []
    text, kind, start, end, glued, gap = "", "", 0, 0, False, ""
    for place, char in enumerate(chunk):
        now, folded = _classify(char)
        if not now:
            continue
        if now in "- ":
            gap = " " if now == " " or gap == " " else "-"
            continue
        if text and (gap or now != kind or now == "g"):
            parts.append(_Part(text, start, end, kind in "ag", glued))
            text, glued = "", gap != " "
        if not text:
            kind, start = now, place
        text, end, gap = text + folded, place + 1, ""
    if text:
        parts.append(_Part(text, start, end, kind in "ag", glued))
    return parts


def _merges(parts: list[_Part]) -> list[list[_Part]]:
    """Give the other ways to write a chunk: some or all of its joined words together.

    All combinations for up to three joints; beyond that (chemical names) only everything together, and beyond
    twelve (sequences of residues) none.
    """
    joints = [at for at in range(1, len(parts)) if parts[at].glued and parts[at].letters and parts[at - 1].letters]
    if not joints or len(joints) > 12:
        return []
    chosen = [
        set(some) for size in range(1, len(joints) + 1) for some in combinations(joints, size)
    ] if len(joints) <= 3 else [set(joints)]  # fmt: skip
    return [_merge(parts, joined) for joined in chosen]


def _merge(parts: list[_Part], joined: set[int]) -> list[_Part]:
    merged: list[_Part] = []
    for place, part in enumerate(parts):
        if place in joined:
            before = merged[-1]
            merged[-1] = before._replace(text=before.text + part.text, end=part.end)
        else:
            merged.append(part)
    return merged


def _token(part: _Part) -> str:
    return _fold_word(part.text) if part.letters else part.text


class _ChunkCache(dict[str, str]):
    """Folded chunks: lower-case chunk to its tokens, with the ways to write it together in ``together``."""

    limit = 150_000

    def __init__(self) -> None:
        self.together: dict[str, str] = {}

    def __missing__(self, chunk: str) -> str:
        parts = _split(chunk)
        folded = " ".join(map(_token, parts))
        merges = [" ".join(map(_token, merged)) for merged in _merges(parts)]
        if len(self) >= self.limit:
            self.clear()
            self.together.clear()
        if merges:
            self.together[chunk] = f" {SEPARATOR} ".join(merges)
        self[chunk] = folded
        return folded


_cache = _ChunkCache()


def fold_text(*texts: str) -> str:
    """Fold texts into one string of tokens with a blank between, as it goes into the index.

    `SEPARATOR` stands between the texts, and before each compound written together, all of which come last.
    """
    folded: list[str] = []
    together: list[str] = []
    for text in texts:
        chunks = _CHUNK.findall(text.lower())
        if tokens := " ".join(filter(None, [_cache[chunk] for chunk in chunks])):
            folded.append(tokens)
        known = _cache.together
        together += [known[chunk] for chunk in chunks if chunk in known]
    return f" {SEPARATOR} ".join([*folded, *together])


def fold_spans(text: str) -> list[list[Span]]:
    """Give the folded tokens with their places in ``text``: first all of them in order, then each compound together.

    The tokens are those of `fold_text`, and a phrase lies within one of the lists.
    """
    running: list[Span] = []
    together: list[list[Span]] = []
    for chunk in _CHUNK.finditer(text):
        parts = _split(chunk.group())
        offset = chunk.start()
        running += [Span(_token(part), offset + part.start, offset + part.end) for part in parts]
        together += [
            [Span(_token(part), offset + part.start, offset + part.end) for part in merged]
            for merged in _merges(parts)
        ]  # fmt: skip
    return [running, *together]


class Pattern(NamedTuple):
    """One way a queried text may stand in an index: its tokens; ``prefix`` where the last may go on."""

    tokens: Tokens
    prefix: bool = False


MAX_PATTERNS = 24


def fold_query(text: str, *, prefix: bool = False) -> tuple[Pattern, ...]:
    """Give every way that a queried word or phrase may have been indexed; empty if it holds no letter or digit.

    The first is as written, the others have hyphenated words together. With ``prefix``, the last word may go on;
    as plurals are folded away in the index, its endings are too: ``therapie*`` finds ``therapy``.
    """
    chunks = [parts for chunk in _CHUNK.findall(text) if (parts := _split(chunk))]
    if not chunks:
        return ()
    choices = [[parts, *_merges(parts)] for parts in chunks]
    patterns: dict[Pattern, None] = {}
    for combination in _bounded_product(choices):
        parts = [part for chosen in combination for part in chosen]
        if prefix:
            before = tuple(map(_token, parts[:-1]))
            for token, goes_on in _fold_stump(parts[-1]):
                patterns[Pattern((*before, token), goes_on)] = None
        else:
            patterns[Pattern(tuple(map(_token, parts)))] = None
    return tuple(patterns)


def fold_name(text: str, *, prefix: bool = False) -> tuple[Pattern, ...]:
    """Fold a person's name: as `fold_query`, but neither spelling nor plural are touched (``Williams``)."""
    if text.isascii() and (tokens := tuple(text.lower().split())) and all(map(str.isalpha, tokens)):
        return (Pattern(tokens, prefix),)
    chunks = [parts for chunk in _CHUNK.findall(text) if (parts := _split(chunk))]
    if not chunks:
        return ()
    choices = [[parts, *_merges(parts)] for parts in chunks]
    return tuple(
        dict.fromkeys(
            Pattern(tuple(part.text for chosen in combination for part in chosen), prefix)
            for combination in _bounded_product(choices)
        )
    )


def _bounded_product(choices: list[list[list[_Part]]]) -> Iterator[tuple[list[_Part], ...]]:
    """Give all combinations, or where they are too many, all as written and all together."""
    ways = 1
    for choice in choices:
        ways *= len(choice)
    if ways <= MAX_PATTERNS:
        return product(*choices)
    return iter([tuple(choice[0] for choice in choices), tuple(choice[-1] for choice in choices)])


def _fold_stump(part: _Part) -> list[tuple[str, bool]]:
    """Fold the beginning of a word: itself going on, and the whole tokens whose unfolded plural began with it."""
    if not part.letters:
        return [(part.text, True)]
    stump = _respell(part.text)
    found = {stump: True}
    for ending, instead, _ in _ENDINGS:
        for length in range(1, len(ending) + 1):
            if stump.endswith(ending[:length]):
                base = stump[:-length]
                if base and _stem(base + ending) == base + instead and not (base + instead).startswith(stump):
                    found.setdefault(base + instead, False)
    for plural, singular in _IRREGULAR.items():
        if plural.startswith(stump) and not singular.startswith(stump):
            found.setdefault(singular, False)
    return list(found.items())
