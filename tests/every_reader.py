"""For every reader a small delivery with one post that says a given text: with a medium, and as part of a thread.

Each writes the text as its platform does: with entities, as markup, in cells, in codes of JSON.
"""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import test_bluesky_api as bluesky_api
import test_facebook_graph as facebook_graph
import test_facebook_web as facebook_web
import test_instagram_graph as instagram_graph
import test_instagram_web as instagram_web
import test_linkedin_export as linkedin_export
import test_linkedin_web as linkedin_web
import test_linkedin_workbook as linkedin_workbook
import test_mastodon_archive as mastodon_archive
import test_snapchat_export as snapchat
import test_threads_export as threads
import test_tiktok_api as tiktok_api
import test_tiktok_export as tiktok_export
import test_tiktok_web as tiktok_web
import test_x_api as x_api
import test_x_archive as x_archive
import test_x_web as x_web
import test_youtube_api as youtube_api
import test_youtube_info as youtube_info
import test_youtube_takeout as youtube_takeout
import test_youtube_web as youtube_web
from finding_cases import CHANNEL
from making import PNG
from making_bluesky import DID, HANDLE, did_document, repository, uri
from making_bluesky import post as bluesky_record
from meta_exports import JPEG, medium, meta, shows
from meta_exports import post as facebook_post
from planting_web import PLATFORMS, Answer, warc
from test_facebook_export import PROFILE as FACEBOOK_PROFILE
from test_instagram_export import PROFILE as INSTAGRAM_PROFILE
from test_instagram_export import PROFILE_PATH as INSTAGRAM_PATH
from test_mastodon_api import status
from test_pictures import X as ON_X
from warc_builders import members, record, warcinfo

Files = dict[str, bytes]


def told(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def declared(platform: str, **account: str) -> Files:
    """Of which account a capture is, where its files do not say so themselves."""
    named = ", ".join(f'{name} = "{value}"' for name, value in account.items())
    return {"capture.toml": f'platform = "{platform}"\naccount = {{ {named} }}\n'.encode()}


def answers(platform: str, *bodies: Any, url: str = "", **account: str) -> Files:
    """What a platform answered, in a web archive."""
    asked = url or PLATFORMS[platform].public.url
    return warc(Answer(asked, body) for body in bodies) | declared(platform.partition("-")[0], **account)


def marked_up(text: str) -> str:
    return f"<p>{html.escape(text, quote=False)}</p>"


# --- Bluesky, Mastodon -------------------------------------------------------------------------------------------


def a_bluesky_api(text: str) -> Files:
    root = bluesky_api.view("3lbaaaaaaaaaa", record=bluesky_record("Eerst"))
    tie = {"uri": root["uri"], "cid": root["cid"]}
    image = {"thumb": "https://cdn.bsky.example/t/1", "fullsize": "https://cdn.bsky.example/f/1", "alt": "een kaart"}
    said = bluesky_api.view(
        "3lbaaaaaaaaab",
        record=bluesky_record(text, 2, reply={"root": tie, "parent": tie}),
        embed={"$type": "app.bsky.embed.images#view", "images": [image]},
    )
    feed = [{"post": root}, {"post": said}]
    return {"antwoord.json": told({"feed": feed})} | declared("bluesky", native_id=DID)


def a_bluesky_repo(text: str) -> Files:
    tie = {"uri": uri("3lbaaaaaaaaaa"), "cid": "bafyreia"}
    external = {"uri": "https://voorbeeldstad.example/", "title": "Nieuws", "description": ""}
    records = {
        "app.bsky.actor.profile/self": {"$type": "app.bsky.actor.profile", "displayName": "Gemeente"},
        "app.bsky.feed.post/3lbaaaaaaaaaa": bluesky_record("Eerst"),
        "app.bsky.feed.post/3lbaaaaaaaaab": bluesky_record(
            text,
            2,
            reply={"root": tie, "parent": tie},
            embed={"$type": "app.bsky.embed.external", "external": external},
        ),
    }
    return {"repo.car": repository(records), "did.json": did_document()} | declared("bluesky", handle=HANDLE)


def a_mastodon_api(text: str) -> Files:
    picture = {
        "id": "1",
        "type": "image",
        "url": "https://sociaal.voorbeeldstad.example/m/1.png",
        "description": "kaart",
    }
    said = status("101", content=marked_up(text), media_attachments=[picture], in_reply_to_id="100")
    said["in_reply_to_account_id"] = "5"
    return answers("mastodon", [said, status()], native_id=mastodon_archive.ACTOR)


def a_mastodon_archive(text: str) -> Files:
    picture = {"type": "Document", "mediaType": "image/png", "url": "media/a.png", "name": "een punt"}
    first = mastodon_archive.note(1)
    said = mastodon_archive.note(2, content=marked_up(text), attachment=[picture], inReplyTo=first["id"])
    del said["contentMap"]
    both = (mastodon_archive.create(first), mastodon_archive.create(said))
    return mastodon_archive.archive(*both, **{"media/a.png": PNG})


# --- Meta --------------------------------------------------------------------------------------------------------


def a_facebook_export(text: str) -> Files:
    said = facebook_post(text, **shows("posts/media/a.jpg"))
    return {
        "profile_information/profile_information.json": meta(FACEBOOK_PROFILE),
        "posts/your_posts_1.json": meta([said]),
        "posts/media/a.jpg": JPEG,
    }


def a_facebook_graph(text: str) -> Files:
    picture = {
        "media_type": "photo",
        "media": {"image": {"src": "https://scontent.example/1.jpg"}},
        "target": {"id": "9"},
    }
    answer = facebook_graph.comment(**{"from": facebook_graph.PAGE}, id="9001_71", message="Om tien uur")
    said = facebook_graph.post(1, message=text, attachments={"data": [picture]}, comments={"data": [answer]})
    return {"antwoord.json": told(facebook_graph.feed(said))} | declared("facebook", native_id=facebook_graph.PAGE_ID)


def a_facebook_web(text: str) -> Files:
    story = facebook_web.story()
    story["comet_sections"]["content"]["story"]["message"]["text"] = text
    return answers("facebook", {"data": {"node": story}}, native_id=facebook_web.PAGE_ID)


def an_instagram_export(text: str) -> Files:
    return {
        INSTAGRAM_PATH: meta(INSTAGRAM_PROFILE),
        "media/other/p.jpg": JPEG,
        "your_instagram_activity/media/posts_1.json": meta([{"media": [medium("media/posts/1/a.jpg", text)]}]),
        "media/posts/1/a.jpg": JPEG,
    }


def an_instagram_graph(text: str) -> Files:
    comment = {"id": "17", "text": "Dank", "timestamp": "2025-03-01T11:00:00+0000", "username": "voorbeeldstad"}
    said = instagram_graph.media(caption=text, username="voorbeeldstad", comments={"data": [comment]})
    return {"antwoord.json": told({"data": [said]})} | declared("instagram", handle="voorbeeldstad")


def an_instagram_tool(text: str) -> Files:
    file = instagram_web.file(1, description=text)
    messages = [[2, {**instagram_web.TOLD, "description": text}], [3, "https://scontent.example/1.jpg", file]]
    return {"gallery.json": told(messages)} | declared("instagram", native_id=instagram_web.OWNER["pk"])


def an_instagram_web(text: str) -> Files:
    said = instagram_web.item(caption={"pk": "1", "text": text, "created_at": 1740823200})
    return answers("instagram", {"items": [said], "status": "ok"}, native_id=instagram_web.OWNER["pk"])


def a_threads_export(text: str) -> Files:
    said = threads.thread(text, uri="media/posts/202508/y.jpg")
    posts = {"text_post_app_text_posts": [said]}
    return threads.contents(
        **{threads.FOLDER + "threads_and_replies.json": posts, threads.ROOT + "media/posts/202508/y.jpg": JPEG}
    )


# --- LinkedIn ----------------------------------------------------------------------------------------------------


def cells(*rows: list[str], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def a_linkedin_export(text: str) -> Files:
    row = cells(["2026-02-09 01:21:47", linkedin_export.LINK, text, "", "https://media.licdn.com/1.jpg", "PUBLIC"])
    return linkedin_export.archive(Shares=linkedin_export.HEADER + row)


def a_linkedin_web(text: str) -> Files:
    picture = {"$type": "com.linkedin.voyager.feed.render.ImageComponent", "images": [
        {"attributes": [{"vectorImage": linkedin_web.PICTURE}]}]}  # fmt: skip
    own = linkedin_web.comment(
        commenter={"urn": "urn:li:company:4242", "title": linkedin_web.text("Gemeente"), "actor": {}}
    )
    body = json.loads(linkedin_web.response(linkedin_web.update(text, content=picture), own))
    return answers("linkedin", body, native_id="urn:li:organization:4242")


def a_linkedin_workbook(text: str) -> Files:
    row = [text, *linkedin_workbook.ROW[1:]]
    book = linkedin_workbook.book(
        Metrics=[["Aggregated"], ["Date", "Impressions (total)"]],
        All_posts=[["Toelichting"], linkedin_workbook.HEADER, row],
    )
    return {linkedin_workbook.NAME: book} | declared("linkedin", handle="voorbeeldstad")


# --- TikTok, Snapchat --------------------------------------------------------------------------------------------


def a_tiktok_api(text: str) -> Files:
    said = tiktok_api.SHOWN | {"video_description": text}
    return {"videos.json": told(tiktok_api.page("videos", said))} | declared("tiktok", handle="voorbeeldstad")


def a_tiktok_export(text: str) -> Files:
    return {
        "user_data_tiktok.json": told(tiktok_export.new([tiktok_export.post(1, Title=text)], [tiktok_export.COMMENT]))
    }


def a_tiktok_web(text: str) -> Files:
    said = {"itemList": [tiktok_web.item(desc=text, textExtra=[])], "hasMore": False}
    return answers("tiktok", said, native_id="6900")


def a_snapchat_export(_: str) -> Files:
    return {name: data for name, data in snapchat.mydata().items() if "/json/" in name}


# --- X -----------------------------------------------------------------------------------------------------------


def entities(text: str) -> str:
    """As X writes it: three characters as entities."""
    return html.escape(text, quote=False)


def a_x_api(text: str) -> Files:
    photo = {"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/media/1.jpg"}
    said = x_api.tweet(
        101,
        text=entities(text),
        attachments={"media_keys": ["3_1"]},
        conversation_id="100",
        referenced_tweets=[{"type": "replied_to", "id": "100"}],
    )
    page = x_api.page(said, x_api.tweet(100))
    page["includes"]["media"] = [photo]
    return {"x.jsonl": x_api.lines(page)} | declared("x", native_id="7")


PHOTO = {
    "id_str": "1",
    "media_url_https": "https://pbs.twimg.com/media/1.jpg",
    "type": "photo",
    "url": "https://t.co/1",
}


def a_x_archive(text: str) -> Files:
    ties = {"in_reply_to_status_id_str": str(x_archive.ID), "in_reply_to_user_id_str": "4242"}
    photo = PHOTO | {"sizes": {}}
    said = x_archive.tweet(
        1, entities(text), in_reply_to_screen_name="voorbeeldstad", extended_entities={"media": [photo]}, **ties
    )
    return x_archive.archive(tweets=x_archive.ytd("tweets", [x_archive.tweet(), said]))


def a_x_web(text: str) -> Files:
    said = x_web.tweet(
        101,
        entities(text),
        in_reply_to_status_id_str="100",
        in_reply_to_user_id_str="7",
        conversation_id_str="100",
        extended_entities={"media": [PHOTO]},
    )
    return {"UserTweets.json": told(x_web.timeline(x_web.entry(x_web.tweet(100)), x_web.entry(said)))} | declared(
        "x", native_id="7"
    )


# --- YouTube -----------------------------------------------------------------------------------------------------


def a_youtube_api(text: str) -> Files:
    snippet = youtube_api.video()["snippet"] | {"description": text}
    own = youtube_api.thread("Ugx1", replies=[youtube_api.comment("Ugx1.a", CHANNEL, parentId="Ugx1")])
    listed = youtube_api.page("video", youtube_api.video(snippet=snippet))
    return {"videos.json": told(listed), "comments.json": told(youtube_api.page("commentThread", own))} | declared(
        "youtube", native_id=CHANNEL
    )


def a_youtube_takeout(text: str) -> Files:
    row = youtube_takeout.video(description=text)
    given = youtube_takeout.videos(row)
    header = youtube_takeout.COMMENTS[2]
    answer = youtube_takeout.table(header, youtube_takeout.comment(header))
    return given | {f"{youtube_takeout.EN}comments/comments.csv": answer}


def a_youtube_web(text: str) -> Files:
    player = youtube_web.PLAYER | {"videoDetails": youtube_web.PLAYER["videoDetails"] | {"shortDescription": text}}
    page = youtube_web.page(ytInitialPlayerResponse=player)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    packed = members(warcinfo(), record(block=head + page, url=youtube_web.WATCH))
    return {"web.warc.gz": packed} | declared("youtube", native_id=CHANNEL)


def a_download(text: str) -> Files:
    film = youtube_info.MODERN | {"description": text, "comments": youtube_info.COMMENTS, "availability": "public"}
    return {"Raad [Raad2025_01].info.json": told(film)}


# --- whatever the platform ---------------------------------------------------------------------------------------


def a_feed(text: str) -> Files:
    said = html.escape(marked_up(text), quote=False)
    item = f"""<item><guid isPermaLink="true">https://sociaal.voorbeeldstad.example/@gemeente/101</guid>
      <link>https://sociaal.voorbeeldstad.example/@gemeente/101</link>
      <pubDate>Tue, 04 Mar 2025 10:00:00 +0000</pubDate><description>{said}</description>
      <media:content url="https://sociaal.voorbeeldstad.example/m/1.png" type="image/png" medium="image"/></item>"""
    head = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Gemeente Voorbeeldstad</title>
<description>Public posts from @gemeente@sociaal.voorbeeldstad.example</description>
<link>https://sociaal.voorbeeldstad.example/@gemeente</link><generator>Mastodon v4.3.1</generator>"""
    return {"gemeente.rss": f"{head}{item}</channel></rss>".encode()}


def pictures(text: str) -> Files:
    head = ["Bestand", "URL", "Datum vastlegging", "Geplaatst", "Tekst"]
    row = ["een.png", "https://x.com/voorbeeldstad/status/1750000000000000999", "2024-03-01T10:00:00Z", "", text]
    return {"index.csv": cells(head, row, delimiter=";"), "een.png": PNG, "capture.toml": ON_X.encode()}


def a_supplier(text: str) -> Files:
    ties = [f"referenced_tweets.{kind}.id" for kind in ("replied_to", "retweeted")]
    head = ["id", *ties, "author_id", "created_at", "text", "author.username", "public_metrics.like_count"]
    row = ["9", "8", "", "5", "2026-01-01T12:00:00.000Z", text, "voorbeeldstad", "3"]
    return {"lijst.csv": cells(head, row)} | declared("x", native_id="5")


def a_page(text: str) -> Files:
    address = "https://x.com/voorbeeldstad/status/1750000000000000999"
    posting = {
        "@context": "https://schema.org",
        "@type": "SocialMediaPosting",
        "url": address,
        "datePublished": "2024-01-24T06:00:00Z",
        "articleBody": text,
        "image": "https://pbs.twimg.com/media/1.jpg",
        "author": {"@type": "Person", "alternateName": "voorbeeldstad", "name": "Gemeente"},
    }
    script = json.dumps(posting)
    page = f'<!doctype html><title>x</title><script type="application/ld+json">{script}</script>'.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    packed = members(warcinfo(), record(block=head + page, url=address))
    return {"web.warc.gz": packed, "capture.toml": ON_X.encode()}


DELIVERIES: Mapping[str, Callable[[str], Files]] = {
    "bluesky-api": a_bluesky_api,
    "bluesky-repo": a_bluesky_repo,
    "facebook-export": a_facebook_export,
    "facebook-graph": a_facebook_graph,
    "facebook-web": a_facebook_web,
    "feed": a_feed,
    "instagram-export": an_instagram_export,
    "instagram-graph": an_instagram_graph,
    "instagram-tools": an_instagram_tool,
    "instagram-web": an_instagram_web,
    "linkedin-export": a_linkedin_export,
    "linkedin-web": a_linkedin_web,
    "linkedin-workbook": a_linkedin_workbook,
    "mastodon-api": a_mastodon_api,
    "mastodon-archive": a_mastodon_archive,
    "pictures": pictures,
    "snapchat-export": a_snapchat_export,
    "supplier": a_supplier,
    "threads-export": a_threads_export,
    "tiktok-api": a_tiktok_api,
    "tiktok-export": a_tiktok_export,
    "tiktok-web": a_tiktok_web,
    "web-harvest": a_page,
    "x-api": a_x_api,
    "x-archive": a_x_archive,
    "x-web": a_x_web,
    "youtube-api": a_youtube_api,
    "youtube-takeout": a_youtube_takeout,
    "youtube-web": a_youtube_web,
    "yt-dlp": a_download,
}
"""By reader, what makes its delivery."""
