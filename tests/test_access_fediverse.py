"""Access copies of accounts in the fediverse, where a handle without its server is borne by many."""

from __future__ import annotations

import pytest

from sma_plugin.model import (
    AccountHistory,
    AccountRef,
    Alias,
    Handle,
    HistoryItem,
    Moment,
    PostHistory,
    PostState,
    PostVersion,
    ProfileVersion,
)
from sma_plugin.privacy.access import prepared
from sma_plugin.privacy.keys import Key
from sma_plugin.privacy.met import met_among
from sma_plugin.privacy.people import People, Shown
from sma_plugin.privacy.pseudonyms import Pseudonyms
from sma_plugin.privacy.third_parties import ThirdParties

OURS = AccountRef(
    "https://sociaal.vb.example/users/gemeente",
    "gemeente@sociaal.vb.example",
    "Gemeente Voorbeeldstad",
    "https://sociaal.vb.example/@gemeente",
)
OTHER = AccountRef("https://elders.example/users/gemeente", "gemeente@elders.example", "Iemand Anders")
JAN = AccountRef("https://elders.example/users/jan", "jan@elders.example", "Jan")
KEY = Pseudonyms(Key("k-1", "01" * 32, "2026-01-01"))
SHOWN = [Shown("mastodon", OURS.native_id, OURS.handle)]


def post(number: int, author: AccountRef, text: str, *mentions: AccountRef) -> PostHistory:
    state = PostState(text=text, mentions=mentions)
    return PostHistory(
        "mastodon",
        author,
        f"{author.native_id}/statuses/{number}",
        Moment(number),
        "note",
        "own" if author is OURS else "reply",
        (PostVersion(state),),
        url=f"{author.url}/{number}" if author.url else None,
    )


def account(ref: AccountRef) -> AccountHistory:
    aliases = (Alias("acct", f"acct:{ref.handle}"), Alias("url", ref.url or ""))
    profile = ProfileVersion("mastodon", ref, name=ref.name, handle=ref.handle, url=ref.url)
    return AccountHistory(
        "mastodon",
        ref.native_id or "",
        own=ref is OURS,
        url=ref.url,
        aliases=aliases,
        handles=(Handle(ref.handle or ""),),
        profiles=(profile,),
    )


def copied(*posts: PostHistory) -> list[HistoryItem]:
    items = [account(OURS), *posts]
    return list(prepared(met_among(items), KEY, People(KEY, SHOWN)).items(items))


def called(ref: AccountRef) -> str:
    return KEY.of("person", "mastodon", ref.native_id or "")


def test_an_account_keeps_its_addresses_where_somebody_elsewhere_is_called_the_same() -> None:
    ours, own, _ = copied(post(1, OURS, "Dag"), post(2, OTHER, "Ook dag", OURS))
    assert isinstance(ours, AccountHistory)
    assert (ours.url, [one.value for one in ours.aliases]) == (OURS.url, [f"acct:{OURS.handle}", OURS.url])
    assert isinstance(own, PostHistory)
    assert own.url == f"{OURS.url}/1"


@pytest.mark.parametrize(
    ("text", "mentioned", "shown"),
    [
        ("@gemeente dank", OURS, "@gemeente dank"),
        ("@Gemeente dank", OURS, "@Gemeente dank"),
        ("@gemeente dank", None, "@gemeente dank"),
        ("@gemeente@sociaal.vb.example dank", OURS, "@gemeente@sociaal.vb.example dank"),
        ("@gemeente hoi", OTHER, f"@{called(OTHER)} hoi"),
        ("@gemeente@elders.example hoi", OTHER, f"@{called(OTHER)} hoi"),
        ("@jan hoi", JAN, f"@{called(JAN)} hoi"),
        ("@jan@elders.example hoi", JAN, f"@{called(JAN)} hoi"),
    ],
)
def test_a_short_handle_is_that_of_whom_the_post_calls(text: str, mentioned: AccountRef | None, shown: str) -> None:
    called_here = (mentioned,) if mentioned else ()
    *_, made = copied(post(1, OTHER, "Dag"), post(2, JAN, "Dag"), post(3, JAN, text, *called_here))
    assert isinstance(made, PostHistory)
    assert made.versions[0].state.text == shown


def test_the_check_does_not_take_our_short_handle_for_that_of_somebody_else() -> None:
    items = [account(OURS), post(1, OTHER, "Dag", OURS)]
    needles = {one.text for one in ThirdParties(items, SHOWN, {}).needles}
    assert OTHER.handle in needles
    assert "gemeente" not in needles
