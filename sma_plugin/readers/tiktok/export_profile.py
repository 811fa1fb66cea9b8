"""The profile in a TikTok export: what is kept of it, and what of it is data of who runs the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sma_plugin.model import Account, AccountRef, Evidence, Link, Media, Moment, Observation, ProfileVersion
from sma_plugin.readers.ladder import tolerant
from sma_plugin.readers.tiktok.common import PLATFORM, account, unsigned
from sma_plugin.readers.tiktok.export_layout import NAME, Pair, is_blank, layout, pairs, plain
from sma_plugin.readers.tiktok.export_posts import Item
from sma_plugin.readers.values import number

CUT = f"{NAME}.profile-data"
_LINKS = ("instagramlink", "youtubelink", "lemon8link", "websitelink")


class Profile:
    """The account of one document, with the pairs that tell of it and those that must go."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.evidence: list[Evidence] = []
        self.cut: list[Pair] = []

    def take(self, data: bytes, pair: Pair, path: str) -> None:
        """Read the object that is the value of a pair, and those within it; that object is the evidence."""
        found = 0
        for inner in pairs(data, pair.value, pair.end) if data[pair.value : pair.value + 1] == b"{" else ():
            if data[inner.value : inner.value + 1] == b"{" and plain(inner.name) == "profilemap":
                self.take(data, inner, path)
            else:
                found += self.take_pair(data, inner)
        if found:
            self.evidence.append(Evidence(path, "bytes", pair.value, pair.end - pair.value))

    def take_pair(self, data: bytes, pair: Pair) -> bool:
        """One field: kept where it is known and public, else cut. Says whether it tells of the profile."""
        name = plain(pair.name)
        if name in layout().profile.names:
            self.fields[pair.name] = tolerant(data[pair.value : pair.end])
            return True
        if name not in layout().kept.names and not is_blank(data, pair.value, pair.end):
            self.cut.append(pair)
        return False

    @property
    def ref(self) -> AccountRef:
        """The account; the export gives no number for it, unless a generation does."""
        item = Item(self.fields)
        return account(item.told("userid", "uid"), item.told("username"), item.told("displayname", "nickname"))

    def items(self, at: Moment | None) -> Iterator[Account | ProfileVersion | Observation]:
        """The account, its profile and its numbers."""
        item, ref, evidence = Item(self.fields), self.ref, tuple(self.evidence)
        if ref.handle is None and ref.native_id is None and ref.name is None:
            return
        yield Account(PLATFORM, ref, owner=True, evidence=evidence)
        picture = unsigned(item.told("profilephoto"))
        addresses = [address for name in _LINKS if (address := item.told(name))]
        yield ProfileVersion(
            PLATFORM,
            ref,
            at,
            name=ref.name,
            handle=ref.handle,
            bio=item.text("biodescription"),
            url=ref.url,
            links=tuple(Link(address) for address in addresses),
            location=item.told("accountregion"),
            avatar=Media("image", source=picture) if picture else None,
            evidence=evidence,
        )
        stated = {"followers": "followercount", "following": "followingcount", "likes": "likesreceived"}
        counts = {name: value for name, field in stated.items() if (value := number(item.text(field))) is not None}
        if counts:
            yield Observation(PLATFORM, account=ref, at=at, counts=counts, evidence=evidence)
