"""LinkedIn's member export, of a fictional alderman of Voorbeeldstad."""

from __future__ import annotations

from pathlib import Path

import pytest

from items import Read
from making import zipped
from sma_plugin.findings import code
from sma_plugin.formats.activitystreams import read_lines
from sma_plugin.ingest import ingest
from sma_plugin.model import Account, Exclusion, Moment, Post, PostHistory, Problem, ProfileVersion, Tally
from sma_plugin.package import Package
from sma_plugin.readers.exclusion import rule_for
from sma_plugin.readers.linkedin import export
from sma_plugin.readers.linkedin.common import comment_urn, handle_in, moment_in, unsigned, urns_in
from sma_plugin.readers.linkedin.export_posts import moment
from sma_plugin.reporting import Quiet
from sma_plugin.settings import Defaults, Settings
from sma_plugin.testing import listing
from sma_plugin.validate.step import validate_path

NUMBER = 7_123_456_789_012_345_678
UPDATE = "https://www.linkedin.com/feed/update/urn%3Ali%3A"
LINK = f"{UPDATE}share%3A{NUMBER}"
HEADER = b"Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
ROW = f"2026-02-09 01:21:47,{LINK},De markt is open,,,PUBLIC\n".encode()
PROFILE = (
    b"First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
    b"Twitter Handles,Websites,Instant Messengers\n"
    b'Ans,Voorbeeld,Jansen,"Kade 1, Voorbeeldstad",1970-01-02,Wethouder,"Bouwen, wonen",Openbaar bestuur,1234 AB,'
    b"Voorbeeldstad,[@ans],[COMPANY:https://voorbeeldstad.example],\n"
)
ARTICLE = b"""<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body>
<img src="https://media.licdn.com/dms/image/1/kop.jpg?e=1&amp;v=beta&amp;t=geheim" alt="De kade" title="" />
<h1><a href="https://www.linkedin.com/pulse/de-kade-ans-voorbeeld-ab1c?trk=x">De kade &amp; de haven</a></h1>
<p class="created">Created on 2026-01-05 10:00</p>
<p class="published">Published on 2026-01-06 11:30</p>
<div><p>Wij bouwen.</p><p>Zie <a href="https://voorbeeldstad.example/kade">de plannen</a>.</p></div></body></html>"""
MESSAGES = b"CONVERSATION ID,CONVERSATION TITLE,FROM,TO,DATE,CONTENT\n1,,Ans,Bo,2026-01-01,geheim\n"


def archive(**tables: bytes) -> dict[str, bytes]:
    return {"Profile.csv": PROFILE} | {f"{name}.csv": data for name, data in tables.items()}


_read = Read(export)
items, posts, problems, only = _read.items, _read.posts, _read.problems, _read.only


# --- identifiers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "urns"),
    [
        (LINK, (f"urn:li:share:{NUMBER}",)),
        (f"https://www.linkedin.com/feed/update/urn:li:ugcPost:{NUMBER}?x=1", (f"urn:li:ugcPost:{NUMBER}",)),
        (f"https://nl.linkedin.com/posts/ans-voorbeeld_kade-activity-{NUMBER}-AbCd", (f"urn:li:activity:{NUMBER}",)),
        (f"https://www.linkedin.com/posts/ans_share-{NUMBER}-x", (f"urn:li:share:{NUMBER}",)),
        (
            "https://www.linkedin.com/feed/update/urn:li:groupPost:42-7123456789012345678",
            ("urn:li:groupPost:42-7123456789012345678",),
        ),
        ("https://www.linkedin.com/pulse/de-kade", ()),
        ("https://voorbeeldstad.example/", ()),
    ],
)
def test_posts_are_known_by_the_urn_in_their_address(link: str, urns: tuple[str, ...]) -> None:
    assert urns_in(link) == urns


@pytest.mark.parametrize(
    "link",
    [
        f"{UPDATE}activity%3A1234567890123456789?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A1234567890123456789%2C{NUMBER}%29",
        f"urn:li:comment:(urn:li:activity:1234567890123456789,{NUMBER})",
        f"urn:li:fsd_comment:({NUMBER},urn:li:activity:1234567890123456789)",
    ],
)
def test_a_comment_has_one_name_whichever_way_it_is_written(link: str) -> None:
    assert comment_urn(link) == f"urn:li:comment:(activity:1234567890123456789,{NUMBER})"


def test_the_moment_in_a_number_is_told_to_be_derived() -> None:
    found = moment_in(f"urn:li:share:{NUMBER}")
    assert found is not None
    assert (found.us, found.assumed) == ((NUMBER >> 22) * 1000, f"from urn:li:share:{NUMBER}")
    assert moment_in("urn:li:activity:5876543") is None
    assert moment_in("urn:li:comment:(activity:0)") is None


@pytest.mark.parametrize(
    ("raw", "us", "assumed"),
    [
        ("2026-02-09 01:21:47", 1_770_600_107_000_000, "zone:UTC"),
        ("2026-02-09 01:21:47 UTC", 1_770_600_107_000_000, None),
        ("2/9/26, 1:21 AM", 1_770_600_060_000_000, "zone:UTC"),
        ("02/09/2026 13:21:47", 1_770_643_307_000_000, "zone:UTC"),
        ("gisteren", None, None),
        ("", None, None),
    ],
)
def test_moments_are_read_in_every_form_and_kept_as_delivered(raw: str, us: int | None, assumed: str | None) -> None:
    assert moment(raw, None) == Moment(us, raw or None, assumed)


def test_names_and_signatures_in_addresses() -> None:
    assert handle_in("https://www.linkedin.com/company/voorbeeldstad/posts") == "voorbeeldstad"
    assert handle_in("https://www.linkedin.com/posts/ans-voorbeeld_kade-activity-1-x") == "ans-voorbeeld"
    assert unsigned("https://media.licdn.com/a/b.jpg?e=1&t=geheim") == "https://media.licdn.com/a/b.jpg"
    assert unsigned("https://voorbeeldstad.example/?a=b") == "https://voorbeeldstad.example/?a=b"


# --- recognition and whose it is -------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "Complete_LinkedInDataExport_02-09-2026/", "a/b/"])
def test_an_export_is_known_by_the_headings_of_its_tables(prefix: str) -> None:
    contents = {prefix + "delen.csv": HEADER + ROW, prefix + "berichten.csv": MESSAGES}
    match = export.recognise(listing(contents))
    assert match is not None
    assert (match.roots, match.personal_export, match.technique) == ((prefix,), True, "platform-export")
    assert [type(item) for item in items(contents)] == [Problem, Post, Exclusion]


@pytest.mark.parametrize(
    "contents",
    [
        {"Comments.csv": b"Date,Link,Message\n2026-01-01,https://voorbeeldstad.example,hallo\n"},
        {"lijst.csv": b"Date,Link\n2026-01-01,https://voorbeeldstad.example\n"},
        {"Connections.csv": b"First Name,Last Name\nA,B\n"},
        {"leeg.csv": b""},
    ],
)
def test_tables_with_common_headings_are_not_taken_for_an_export(contents: dict[str, bytes]) -> None:
    assert export.recognise(listing(contents)) is None


def test_a_basic_and_a_complete_export_are_two_captures() -> None:
    contents = {f"{name}/Shares.csv": HEADER + ROW for name in ("Basic", "Complete")}
    assert [match.roots for match in export.recognise_all(listing(contents))] == [("Basic/",), ("Complete/",)]


def test_the_member_is_known_by_the_number_in_the_names_of_the_files() -> None:
    contents = {"Shares_17529409.csv": HEADER + ROW, "Profile_17529409.csv": PROFILE}
    match = export.recognise(listing(contents))
    assert match is not None
    assert match.account is not None
    assert match.account.native_id == "urn:li:member:17529409"
    assert {post.author.native_id for post in posts(contents)} == {"urn:li:member:17529409"}
    assert problems(contents) == []


def test_without_a_number_the_name_in_the_addresses_of_all_shares_tells_the_account() -> None:
    link = f"https://www.linkedin.com/posts/ans-voorbeeld_kade-activity-{NUMBER}-AbCd"
    author = only(archive(Shares=HEADER + ROW.replace(LINK.encode(), link.encode()))).author
    assert (author.handle, author.name) == ("ans-voorbeeld", "Ans Voorbeeld")


def test_else_the_name_in_the_profile_keeps_exports_apart_and_that_is_told() -> None:
    contents = archive(Shares=HEADER + ROW)
    assert [alias.value for alias in only(contents).author.aliases] == ["Ans Voorbeeld"]
    assert problems(contents) == ["SMA-R140"]


def test_what_is_private_in_the_profile_is_cut_cell_by_cell() -> None:
    contents = archive()
    (profile,) = [item for item in items(contents) if isinstance(item, ProfileVersion)]
    assert (profile.name, profile.bio, profile.location) == ("Ans Voorbeeld", "Bouwen, wonen", "Voorbeeldstad")
    assert profile.links is not None
    assert [link.url for link in profile.links] == ["https://voorbeeldstad.example"]
    cut = [
        PROFILE[item.offset : (item.offset or 0) + (item.length or 0)]
        for item in items(contents)
        if isinstance(item, Exclusion)
    ]
    assert cut == [b"Jansen", b'"Kade 1, Voorbeeldstad"', b"1970-01-02", b"1234 AB"]


def test_a_profile_row_that_is_broken_is_cut_whole() -> None:
    broken = PROFILE.replace(b'Voorbeeldstad",1970', b"Voorbeeldstad,1970").replace(b'"Bouwen', b'"x"y Bouwen')
    contents = {"Profile.csv": broken}
    cut = [item for item in items(contents) if isinstance(item, Exclusion)]
    assert cut
    assert b"1970" in broken[cut[0].offset : (cut[0].offset or 0) + (cut[0].length or 0)]


def test_the_summary_can_stand_in_a_file_of_its_own() -> None:
    contents = {
        "Profile.csv": b"First Name,Last Name,Headline\nAns,Voorbeeld,Wethouder\n",
        "Profile Summary.csv": b'Profile Summary\n"Bouwen,\nwonen"\n',
    }
    (profile,) = [item for item in items(contents) if isinstance(item, ProfileVersion)]
    assert profile.bio == "Bouwen,\nwonen"


# --- posts -----------------------------------------------------------------------------------------------------------


def test_a_share_is_a_post_with_the_bytes_of_its_row() -> None:
    contents = archive(Shares=HEADER + ROW)
    post = only(contents)
    assert (post.native_id, post.state.text, post.audience) == (
        f"urn:li:share:{NUMBER}",
        "De markt is open",
        "public",
    )
    (evidence,) = post.evidence
    assert (HEADER + ROW)[evidence.offset :][: evidence.length] + b"\n" == ROW
    assert {alias.value for alias in post.aliases} == {f"urn:li:share:{NUMBER}", str(NUMBER)}


@pytest.mark.parametrize(
    ("word", "audience"),
    [("PUBLIC", "public"), ("MEMBER_NETWORK", "followers"), ("CONNECTIONS", "followers"), ("IETS", None), ("", None)],
)
def test_who_could_see_a_post_is_said_and_kept_as_delivered(word: str, audience: str | None) -> None:
    post = only(archive(Shares=HEADER + ROW.replace(b"PUBLIC", word.encode())))
    assert post.audience == audience
    assert (post.state.raw or {}).get("Visibility") == (word or None)


def test_quotes_around_the_line_ends_of_a_text_are_taken_off_and_the_text_kept_as_delivered() -> None:
    cell = b'"Zij zei ""ja"".""\n""""\n""En dan ""nee""."'
    post = only(archive(Shares=HEADER + ROW.replace(b"De markt is open", cell)))
    assert post.state.text == 'Zij zei "ja".\n\nEn dan "nee".'
    assert post.state.raw is not None
    assert post.state.raw["ShareCommentary"] == 'Zij zei "ja"."\n""\n"En dan "nee".'


def test_links_and_media_are_kept_without_signatures() -> None:
    row = ROW.replace(
        b",,,PUBLIC", b",https://voorbeeldstad.example/a,https://media.licdn.com/dms/image/1/x?e=1&t=q,PUBLIC"
    )
    post = only(archive(Shares=HEADER + row))
    assert post.state.links is not None
    assert post.state.media is not None
    assert [link.url for link in post.state.links] == ["https://voorbeeldstad.example/a"]
    assert [(one.kind, one.source) for one in post.state.media] == [("image", "https://media.licdn.com/dms/image/1/x")]


def test_a_share_of_more_pictures_is_one_post_with_all_of_them() -> None:
    row = "2026-02-09 01:21:47,{link},De kade,https://voorbeeldstad.example,https://voorbeeldstad.example/{name}.jpg,PUBLIC\n"
    rows = [row.format(link=LINK, name=name).encode() for name in "abb"]
    other = row.format(link=f"{UPDATE}share%3A{NUMBER + 1}", name="c").encode()
    found = posts({"Shares.csv": HEADER + b"".join(rows) + other})
    assert [len(post.state.media or ()) for post in found] == [2, 1]
    assert [place.offset for place in found[0].evidence] == [
        len(HEADER) + number * len(rows[0]) for number in range(len(rows))
    ]


def test_a_comment_of_more_lines_is_one_reply_where_only_a_comma_makes_quotes() -> None:
    data = f"Date,Link,Message\r\n2026-01-02 10:00:00,{LINK},Mooi\r\nDank\r\n\r\n2026-01-03 10:00:00,{LINK},Ja\r\n"
    found = posts({"Comments.csv": data.encode()})
    assert [post.state.text for post in found] == ["Mooi\nDank", "Ja"]
    assert problems({"Comments.csv": data.encode()}) == ["SMA-R140"]


def test_a_shared_post_of_linkedin_is_quoted() -> None:
    row = ROW.replace(b",,,PUBLIC", f",{UPDATE}activity%3A1234567890123456789,,PUBLIC".encode())
    assert [(one.kind, one.target) for one in only(archive(Shares=HEADER + row)).relations] == [
        ("quote", "urn:li:activity:1234567890123456789")
    ]


def test_values_that_stand_beside_their_heading_are_put_where_they_belong_and_that_is_told() -> None:
    row = f"2026-02-09 01:21:47,{LINK},CONNECTIONS,De markt is open,\n".encode()
    contents = archive(Shares=b"Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl\n" + row)
    post = only(contents)
    assert (post.state.text, post.state.links, post.audience) == ("De markt is open", (), "followers")
    assert problems(contents) == ["SMA-R140", "SMA-R002"]


def test_a_share_without_a_date_has_the_moment_that_its_number_holds() -> None:
    post = only(archive(Shares=HEADER + ROW.replace(b"2026-02-09 01:21:47", b"")))
    assert post.created == Moment((NUMBER >> 22) * 1000, None, f"from urn:li:share:{NUMBER}")
    assert problems(
        archive(Shares=HEADER + ROW.replace(b"2026-02-09 01:21:47", b"ooit").replace(LINK.encode(), b"x"))
    ) == [
        "SMA-R140",
        "SMA-R005",
    ]


def test_older_exports_without_a_column_for_the_audience_are_read() -> None:
    contents = archive(Shares=HEADER.replace(b",Visibility", b"") + ROW.replace(b",PUBLIC", b""))
    assert (only(contents).audience, problems(contents)) == (None, ["SMA-R140"])


def test_comments_are_replies_without_an_id_of_their_own() -> None:
    link = f"{UPDATE}activity%3A{NUMBER}"
    own = f"{link}?commentUrn=urn%3Ali%3Acomment%3A(activity%3A{NUMBER}%2C{NUMBER + 9})"
    rows = (
        "Date,Link,Message\n"
        f'2026-01-01 10:00:00,{link},"Zij zei \\"ja\\", mooi"\n'
        f",{link},zonder datum\n"
        f'2026-01-01 10:00:01,"{own}",met id\n'
    ).encode()
    first, second, third = posts(archive(Comments=rows))
    assert (first.native_id, first.state.text) == (None, 'Zij zei "ja", mooi')
    assert {(one.kind, one.target) for post in (first, second, third) for one in post.relations} == {
        ("reply", f"urn:li:activity:{NUMBER}")
    }
    assert second.created == Moment()
    assert third.native_id == f"urn:li:comment:(activity:{NUMBER},{NUMBER + 9})"


def test_an_instant_repost_is_a_repost() -> None:
    post = only(archive(InstantReposts=f"Date,Link\n2026-01-01 10:00:00,{UPDATE}activity%3A{NUMBER}\n".encode()))
    assert (post.kind, [one.target for one in post.relations]) == ("repost", [f"urn:li:activity:{NUMBER}"])


# --- articles --------------------------------------------------------------------------------------------------------


def test_an_article_has_its_title_moment_text_and_address() -> None:
    post = only(archive() | {"Articles/Articles/de-kade-ans-voorbeeld-ab1c.html": ARTICLE})
    assert (post.kind, post.state.title, post.url) == (
        "article",
        "De kade & de haven",
        "https://www.linkedin.com/pulse/de-kade-ans-voorbeeld-ab1c",
    )
    assert post.created == Moment(1_767_699_000_000_000, "2026-01-06 11:30", "zone:UTC")
    assert post.state.text == "Wij bouwen.\n\nZie de plannen."
    assert post.state.media is not None
    assert [(one.source, one.alt) for one in post.state.media] == [
        ("https://media.licdn.com/dms/image/1/kop.jpg", "De kade")
    ]
    assert [(one.kind, one.path) for one in post.evidence] == [
        ("file", "Articles/Articles/de-kade-ans-voorbeeld-ab1c.html")
    ]


@pytest.mark.parametrize(
    "page",
    [
        ARTICLE.replace(b'<p class="published">Published on 2026-01-06 11:30</p>', b""),
        ARTICLE.replace(b"Published on 2026-01-06 11:30", b"Published on"),
    ],
)
def test_an_article_that_was_never_published_stays_out(page: bytes) -> None:
    found = items(archive() | {"Articles/concept.html": page})
    assert not [item for item in found if isinstance(item, Post)]
    assert [item.rule for item in found if isinstance(item, Exclusion) and item.offset is None] == [
        "linkedin-export.drafts"
    ]


def test_an_article_that_says_nothing_of_its_publication_is_kept_and_told() -> None:
    contents = archive() | {"Articles/2026-01-05_kade.html": b"<html><body><h1>Kade</h1><p>Tekst</p></body></html>"}
    post = only(contents)
    assert (post.created.us, post.created.assumed) == (1_767_571_200_000_000, "from the name of the file")
    assert problems(contents) == ["SMA-R140", "SMA-R141"]


# --- what stays out --------------------------------------------------------------------------------------------------


def test_reactions_and_votes_are_counted_and_left_out() -> None:
    link = f"{UPDATE}activity%3A{NUMBER}"
    contents = archive(
        Reactions=f"Date,Type,Link\n2026-01-01 10:00:00,LIKE,{link}\n2026-01-01 10:00:01,PRAISE,{link}\n".encode(),
        Votes=f"Date,Link,OptionText\n2026-01-01 10:00:00,{link},Ja\n".encode(),
    )
    found = items(contents)
    assert [(item.unit, item.counted) for item in found if isinstance(item, Tally)] == [
        ("own likes", 2),
        ("own votes", 1),
    ]
    assert {item.path for item in found if isinstance(item, Exclusion) and item.offset is None} == {
        "Reactions.csv",
        "Votes.csv",
    }


def test_what_was_attached_to_messages_is_cut_from_the_list_of_media() -> None:
    rows = [
        b"2026-01-01,You uploaded a feed photo,https://a.example/1",
        b"2026-01-02,A message attachment,https://a.example/2",
    ]
    data = b"Date/Time,Media Description,Media Link\n" + b"\n".join(rows) + b"\n"
    (cut,) = [item for item in items({"Rich_Media.csv": data, "Shares.csv": HEADER}) if isinstance(item, Exclusion)]
    assert data[cut.offset :][: cut.length] == rows[1]


@pytest.mark.parametrize(
    "name",
    [
        "messages.csv",
        "guide_messages.csv",
        "learning_role_play_messages.csv",
        "Connections_17529409.csv",
        "Invitations.csv",
        "Endorsement_Given_Info.csv",
        "Recommendations_Received.csv",
        "Email Addresses.csv",
        "PhoneNumbers.csv",
        "Whatsapp Phone Numbers.csv",
        "Registration.csv",
        "Receipts_v2.csv",
        "Ad_Targeting.csv",
        "Ads Clicked.csv",
        "LAN Ads Engagement.csv",
        "Inferences_about_you.csv",
        "Jobs/Saved Jobs.csv",
        "Job Applicant Saved Screening Question Responses.csv",
        "SavedJobAlerts.csv",
        "Learning.csv",
        "SearchQueries.csv",
        "Private_identity_asset.csv",
        "Verifications/Verifications.csv",
        "Company Follows.csv",
        "Member_Follows.csv",
        "saved_articles.csv",
        "Security Challenges.csv",
        "Logins.csv",
    ],
)
def test_what_is_known_not_to_enter_has_a_rule(name: str) -> None:
    assert rule_for(export.NAME, name) is not None


@pytest.mark.parametrize(
    "name", ["Shares.csv", "Comments.csv", "Profile.csv", "Articles/Articles/x.html", "Positions.csv"]
)
def test_no_rule_reaches_for_what_is_kept(name: str) -> None:
    assert rule_for(export.NAME, name) is None


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_rows_of_another_period_leave_the_table_and_the_others_keep_their_places(tmp_path: Path) -> None:
    rows = [
        f'{year}-06-01 10:00:00,{UPDATE}share%3A{NUMBER + number},"Bericht ""{number}"",\nregel",,,\n'.encode()
        for number, year in enumerate((2024, 2025, 2024, 2025, 2025))
    ]
    rows[3] = rows[3].replace(b"2025-06-01 10:00:00", b"")  # the row begins with a comma; its number tells when it was
    contents = {"Shares.csv": HEADER + b"".join(rows), "Profile.csv": PROFILE, "messages.csv": MESSAGES}
    zipped(tmp_path / "export.zip", contents)
    by_year = Settings(undecided=True, defaults=Defaults(period_cut="year"))
    result = ingest([tmp_path / "export.zip"], tmp_path / "out", by_year, Quiet())
    held = {2023: rows[3], 2024: rows[0] + rows[2], 2025: rows[1] + rows[4]}
    for made, (_, expected) in zip(sorted(result.packages, key=lambda one: one.path), held.items(), strict=True):
        package = Package(made.path)
        (shares,) = package.root.rglob("Shares.csv")
        assert shares.read_bytes() == HEADER + expected
        histories = [line.item for line in read_lines(package.posts) if isinstance(line.item, PostHistory)]
        assert len(histories) == expected.count(b"regel")
        for post in histories:
            (evidence,) = post.versions[0].evidence
            data = package.path(evidence.path).read_bytes()[evidence.offset :][: evidence.length]
            assert post.native_id.rpartition(":")[2] in data.decode()
            assert data + b"\n" in rows
        (kept,) = package.root.rglob("Profile.csv")
        assert kept.read_bytes().splitlines()[1].startswith(b'Ans,Voorbeeld,,,,Wethouder,"Bouwen, wonen"')
        assert not list(package.root.rglob("messages.csv"))
        assert [one.code for one in validate_path(made.path) if code(one.code).severity == "error"] == []


def test_the_account_is_the_owner_of_the_export() -> None:
    (account,) = [item for item in items(archive()) if isinstance(item, Account)]
    assert account.owner
