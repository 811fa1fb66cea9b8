"""Access copies: third parties under pseudonyms, beside what others use to find known names in the same texts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sma_plugin.model import AccountRef, HistoryItem, PostHistory

POSTS, PEOPLE = 100_000, 20_000
REGEX_POSTS = 1_000
"""Posts that a regular expression of all names is tried on: with all of them it takes an hour."""

_WORDS = (
    "de het een van in op voor met is zijn wordt niet ook nog weer straat brug wijk gemeente bewoners verkeer werk "
    "dag avond markt school plein water groen dank vraag antwoord graag morgen vandaag maandag open dicht bij naar "
    "over als wanneer waarom helaas prachtig mooi nieuw oude lange kapot gemeld opgelost melding afval container "
    "lantaarn "
)
_GIVEN = "Jan Roos Fatma Bo Testa Mark Lily Noor Sem Daan Kees Anna Joost Ilse Mees Saar Hugo Mila Finn Tess "
_FAMILY = "Verzonnen Fantasie Bedacht Fictief Gefingeerd Proefman Denkbeeld Schijn Voorbeeld Onecht "


def make(folder: Path) -> Path:
    """A package's posts: an account of a government, answered by many people, some of whom it calls by name."""
    from sma_plugin.formats.activitystreams import encode

    posts = folder / "package" / "objects" / "derived" / "normalised" / "posts.jsonl"
    posts.parent.mkdir(parents=True)
    with posts.open("wb") as stream:
        stream.writelines(encode(item) for item in history())
    return folder / "package"


def history() -> Iterator[HistoryItem]:
    """Accounts, then threads of one own post with the replies to it."""
    from sma_plugin.model import AccountHistory, AccountRef, Handle, ProfileVersion

    random = Random(4)  # noqa: S311 -- the same posts every time
    stad = AccountRef("1234567890", "vbstad", "Gemeente Voorbeeldstad")
    people = [_person(number, random) for number in range(PEOPLE)]
    for ref in (stad, *people):
        profile = ProfileVersion("x", AccountRef(ref.native_id), name=ref.name, handle=ref.handle)
        handles = (Handle(ref.handle or ""),)
        yield AccountHistory("x", ref.native_id or "", own=ref is stad, handles=handles, profiles=(profile,))
    answered, root = stad, 0
    for number in range(POSTS):
        if number % 5 == 0:
            answered, root = stad, number
            yield _post(number, stad, number, None, random)
        elif number % 5 == 4:
            yield _post(number, stad, root, answered, random)
        else:
            author = people[random.randrange(PEOPLE)]
            yield _post(number, author, root, answered, random)
            answered = author


def _person(number: int, random: Random) -> AccountRef:
    """Somebody; every tenth is called by one word only."""
    from sma_plugin.model import AccountRef

    name = f"{random.choice(_GIVEN.split())} {random.choice(_FAMILY.split())}{random.choice(_WORDS.split())}"
    handle = f"{name.lower().replace(' ', '_')}{number}"
    return AccountRef(str(9_000_000_000 + number), handle, name if number % 10 else name.split(maxsplit=1)[0])


def _post(number: int, author: AccountRef, root: int, answered: AccountRef | None, random: Random) -> PostHistory:
    """A post as X's API gives it: a mention of who is answered, sometimes a link, counts seen once."""
    from sma_plugin import model

    own = author.handle == "vbstad"
    base, at = 1_600_000_000_000_000_000, 1_700_000_000_000_000 + number * 1_000_000
    said = " ".join(random.choices(_WORDS.split(), k=random.randint(8, 30)))
    if answered:
        said = f"@{answered.handle} {said}" + (f", {answered.name} ^JK" if own and number % 2 else "")
    linked = number % 4 == 0
    links = (model.Link(f"https://www.voorbeeldstad.example/wegwerk?id={number}", f"https://t.co/a{number}"),)
    state = model.PostState(
        text=f"{said} https://t.co/a{number}" if linked else said,
        language="nl",
        hashtags=(),
        mentions=(answered,) if answered else (),
        links=links if linked else (),
        media=(),
        tool="Voorbeeldplanner",
    )
    evidence = model.Evidence(
        "objects/captures/01-x-api/pages.warc.gz", "bytes", number * 700, 690, "/data", "01-x-api"
    )
    named = answered and model.AccountRef(answered.native_id, answered.handle)
    seen = model.Observation(
        "x", str(base + number), None, model.Moment(at + 10**6), {"likes": number % 90, "replies": 1}
    )
    return model.PostHistory(
        "x",
        author,
        str(base + number),
        model.Moment(at, "2024-01-18T19:20:00.000Z"),
        "note",
        "own" if own else "reply",
        (model.PostVersion(state, str(base + number), None, (evidence,)),),
        url=f"https://x.com/{author.handle}/status/{base + number}",
        audience="public",
        relations=(model.Relation("reply", str(base + number - 1), None, named),) if answered else (),
        observations=(seen,),
        thread=str(base + root),
        parent=str(base + number - 1) if answered else None,
        depth=min(number % 5, 4),
    )


def ours(package: str) -> tuple[int, int]:
    """The whole access copy: who is met, the names made ready, every post decoded, masked, and written to disk."""
    from sma_plugin.package import Package
    from sma_plugin.privacy.copying import write_copy
    from sma_plugin.privacy.keys import By, Keys
    from sma_plugin.privacy.people import Shown
    from sma_plugin.privacy.rulings import Rulings
    from sma_plugin.provenance import Stamps
    from sma_plugin.reporting import Quiet
    from sma_plugin.selection.asking import Asking
    from sma_plugin.selection.records import AccountRecord
    from sma_plugin.settings import Settings

    place, folder = Package(Path(package)), Path(package).parent / "keys"
    shutil.rmtree(folder, ignore_errors=True)
    keys = Keys(folder / "bench.key")
    keys.new(By(Stamps("bench"), "bench", "bench"))
    decided = Rulings(AccountRecord("x", "1234567890"), Asking(Settings()), shown=[Shown("x", "1234567890", "vbstad")])
    copied = write_copy(place, place.access, keys, decided, Quiet())
    assert copied.access.masker.counts["mention"] > POSTS / 2
    return POSTS, place.posts.stat().st_size


def ours_ready() -> None:
    """Load what is loaded once, whatever the number of posts."""
    import phonenumbers  # noqa: F401
    import stdnum.nl.bsn  # noqa: F401

    import sma_plugin.privacy.copying  # noqa: F401


def automaton(package: str) -> tuple[int, int]:
    """Only finding names, with the library that we use, in texts made ready: what nobody can be faster than with it."""
    import ahocorasick

    found = ahocorasick.Automaton()
    for name in _names():
        found.add_word(name.lower(), name)
    found.make_automaton()
    texts = [text.lower() for text in _texts(package)]
    assert sum(1 for text in texts for _ in found.iter(text)) > POSTS / 2
    return len(texts), sum(map(len, texts))


def flashtext(package: str) -> tuple[int, int]:
    """FlashText, replacing names in texts."""
    from flashtext import KeywordProcessor

    processor = KeywordProcessor()
    for name in _names():
        processor.add_keyword(name, "x")
    texts = list(_texts(package))
    assert sum(processor.replace_keywords(text) != text for text in texts) > POSTS / 2
    return len(texts), sum(map(len, texts))


def expression(package: str) -> tuple[int, int]:
    """One regular expression of all names, replacing them in the first texts."""
    pattern = re.compile("|".join(map(re.escape, sorted(_names(), key=len, reverse=True))), re.IGNORECASE)
    texts = [text for text, _ in zip(_texts(package), range(REGEX_POSTS), strict=False)]
    assert sum(pattern.sub("x", text) != text for text in texts) > REGEX_POSTS / 2
    return len(texts), sum(map(len, texts))


def _names() -> Iterator[str]:
    from itertools import islice

    from sma_plugin.model import AccountHistory

    for item in islice(history(), PEOPLE + 1):
        if isinstance(item, AccountHistory) and not item.own:
            yield from (item.handles[0].value, item.profiles[0].name or "")


def _texts(package: str) -> Iterator[str]:
    import json

    with (Path(package) / "objects" / "derived" / "normalised" / "posts.jsonl").open("rb") as stream:
        for line in stream:
            if (text := json.loads(line).get("content")) is not None:
                yield text
