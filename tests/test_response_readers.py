"""What every reader of single responses has to bear: addresses and content types of any form."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sma_plugin.model import Evidence
from sma_plugin.readers.contract import Source
from sma_plugin.readers.registry import response_readers

HOSTS = (
    "x.com",
    "www.facebook.com",
    "graph.facebook.com",
    "www.instagram.com",
    "www.linkedin.com",
    "www.youtube.com",
    "www.tiktok.com",
    "bsky.app",
    "social.example",
)
ODD = [
    "http://[",
    "http://[::1",
    "https://\u2100.com/",
    "https://x.com:abc/",
    "//",
    "\\\\x",
    "http://[linkedin.com]/voyager/",
]
KINDS = (None, "", "application/json", "text/html; charset=x", "application/rss+xml", "application/activity+json", ";")


def accepted(url: str | None, kind: str | None, status: int | None) -> None:
    source = Source("a", io.BytesIO(), Evidence("a"), url=url, content_type=kind, status=status, exact=False)
    for reader in response_readers():
        assert reader.accepts(source) in (True, False)


@pytest.mark.parametrize("url", [None, "", *ODD, *(one.replace("x.com", host) for one in ODD for host in HOSTS)])
def test_an_odd_address_costs_no_capture(url: str | None) -> None:
    for kind in KINDS:
        accepted(url, kind, 200)


@given(
    st.sampled_from(HOSTS),
    st.text(max_size=12),
    st.text(st.sampled_from("/?#=&%:@[]\\ aé\0"), max_size=12),
    st.sampled_from(KINDS),
    st.sampled_from((None, 0, 200, 302, 404)),
)
def test_any_address_is_accepted_or_not(
    host: str, before: str, after: str, kind: str | None, status: int | None
) -> None:
    accepted(f"https://{before}{host}{after}", kind, status)
