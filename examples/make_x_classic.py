"""Posts in the older form of X: version 1.1 of the API, the archive that an account owner downloads, the web page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from make_media import FRAME_MS, FRAMES, HEIGHT, WIDTH
from make_source import Medium, Person, Tweet, classic, count, number, revisions, tweets
from make_x_text import classic_entities, delivered, medium_link, short, shown

_APP = '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>'
_TOOL = '<a href="https://planner.voorbeeldstad.example" rel="nofollow">Voorbeeldplanner</a>'
_EDITABLE = timedelta(hours=1)


def user(person: Person, seen: datetime) -> dict[str, Any]:
    """A ``user`` object of version 1.1."""
    grown = (seen - person.created).days // 30
    return {
        "id": int(person.id),
        "id_str": person.id,
        "name": person.name,
        "screen_name": person.handle,
        "location": person.location,
        "description": person.bio,
        "url": short(person.url) if person.url else None,
        "entities": _user_entities(person),
        "protected": False,
        "followers_count": person.followers + grown,
        "friends_count": number(f"{person.handle}/following", 40, 900),
        "listed_count": number(f"{person.handle}/listed", 0, 90),
        "created_at": classic(person.created),
        "favourites_count": number(f"{person.handle}/likes", 10, 4000),
        "statuses_count": number(f"{person.handle}/posts", 90, 9000) + grown,
        "verified": person.verified != "none",
        "profile_image_url_https": picture(person),
    }


def _user_entities(person: Person) -> dict[str, Any]:
    if not person.url:
        return {"description": {"urls": []}}
    link = {
        "url": short(person.url),
        "expanded_url": person.url,
        "display_url": shown(person.url),
        "indices": [0, 23],
    }
    return {"url": {"urls": [link]}, "description": {"urls": []}}


def picture(person: Person) -> str:
    """Where X shows the profile picture."""
    return f"https://pbs.twimg.com/profile_images/{number(person.handle, 10**17, 10**18)}/{person.handle}_normal.png"


def medium(item: Medium, tweet: Tweet, text: str, *, strings: bool) -> dict[str, Any]:
    """One entry of ``extended_entities.media``."""
    address = medium_link(tweet)
    start = text.rfind(short(address))
    size = {"w": str(WIDTH), "h": str(HEIGHT)} if strings else {"w": WIDTH, "h": HEIGHT}
    place: list[Any] = [start, start + len(short(address))]
    found: dict[str, Any] = {
        "id": item.id if strings else int(item.id),
        "id_str": item.id,
        "indices": [str(value) for value in place] if strings else place,
        "media_url": item.url.replace("https:", "http:"),
        "media_url_https": item.url,
        "url": short(address),
        "display_url": shown(address),
        "expanded_url": address,
        "type": item.kind,
        "sizes": {"large": size | {"resize": "fit"}},
    }
    if item.kind == "video":
        bitrate: Any = "256000" if strings else 256000
        duration: Any = str(FRAMES * FRAME_MS) if strings else FRAMES * FRAME_MS
        found["video_info"] = {
            "aspect_ratio": ["5", "3"] if strings else [5, 3],
            "duration_millis": duration,
            "variants": [{"bitrate": bitrate, "content_type": "video/mp4", "url": item.film}],
        }
    return found


def _common(tweet: Tweet, text: str, *, strings: bool) -> dict[str, Any]:
    """What the archive and version 1.1 write alike. ``strings``: numbers are texts."""
    found: dict[str, Any] = {
        "created_at": classic(tweet.at),
        "id": tweet.id if strings else int(tweet.id),
        "id_str": tweet.id,
        "full_text": text,
        "truncated": False,
        "display_text_range": ["0", str(len(text))] if strings else [0, len(text)],
        "source": _TOOL if number(f"{tweet.key}/tool", 0, 2) else _APP,
        "entities": classic_entities(tweet, text, strings=strings),
        "favorited": False,
        "retweeted": False,
        "lang": "nl" if tweet.text else "und",
    }
    if tweet.media:
        media = [medium(item, tweet, text, strings=strings) for item in tweet.media]
        found["entities"]["media"] = media[:1]
        found["extended_entities"] = {"media": media}
        found["possibly_sensitive"] = False
    if tweet.reply:
        other = tweets()[tweet.reply]
        found |= {
            "in_reply_to_status_id": other.id if strings else int(other.id),
            "in_reply_to_status_id_str": other.id,
            "in_reply_to_user_id": other.by.id if strings else int(other.by.id),
            "in_reply_to_user_id_str": other.by.id,
            "in_reply_to_screen_name": other.by.handle,
        }
    return found


def archived(tweet: Tweet, seen: datetime) -> dict[str, Any]:
    """The value of ``tweet`` in an archive: numbers are texts, a repost is text only, edits carry ``edit_info``."""
    found = _common(tweet, delivered(tweet), strings=True)
    found["favorite_count"] = str(0 if tweet.repost else count(tweet, "like", seen))
    found["retweet_count"] = str(0 if tweet.repost else count(tweet, "repost", seen))
    found["edit_info"] = _edit_info(tweet)
    return found


def _edit_info(tweet: Tweet) -> dict[str, Any]:
    chain = revisions(tweet)
    first = tweets()[tweet.revision_of] if tweet.revision_of else tweet
    control = {
        "editTweetIds": chain,
        "editableUntil": (first.at + _EDITABLE).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "editsRemaining": str(6 - len(chain)),
        "isEditEligible": not (tweet.reply or tweet.repost or tweet.poll),
    }
    if tweet.revision_of:
        return {"edit": {"initialTweetId": first.id, "editControlInitial": control}}
    return {"initial": control}


def status(tweet: Tweet, seen: datetime) -> dict[str, Any]:
    """A post as version 1.1 of the API gives it, with its author and what it reposts."""
    found = _common(tweet, delivered(tweet), strings=False)
    empty = ("status_id", "status_id_str", "user_id", "user_id_str", "screen_name")
    found = {f"in_reply_to_{name}": None for name in empty} | found
    found["user"] = user(tweet.by, seen)
    found |= {"geo": None, "coordinates": None, "place": None, "contributors": None}
    found["is_quote_status"] = tweet.quote is not None
    if tweet.repost:
        found["retweeted_status"] = status(tweets()[tweet.repost], seen)
    if tweet.quote:
        other = tweets()[tweet.quote]
        found |= {"quoted_status_id": int(other.id), "quoted_status_id_str": other.id}
        found["quoted_status"] = status(other, seen)
    found["retweet_count"] = count(tweet, "repost", seen)
    found["favorite_count"] = 0 if tweet.repost else count(tweet, "like", seen)
    return found


def legacy(tweet: Tweet, seen: datetime) -> dict[str, Any]:
    """The ``legacy`` object of a post in what the web page itself asks for."""
    found = _common(tweet, delivered(tweet), strings=False)
    for name in ("id", "source", "truncated"):
        del found[name]
    found |= {
        "user_id_str": tweet.by.id,
        "conversation_id_str": tweet.id,
        "is_quote_status": tweet.quote is not None,
        "favorite_count": count(tweet, "like", seen),
        "retweet_count": count(tweet, "repost", seen),
        "reply_count": count(tweet, "reply", seen),
        "quote_count": count(tweet, "quote", seen),
    }
    if tweet.quote:
        found["quoted_status_id_str"] = tweets()[tweet.quote].id
    return found
