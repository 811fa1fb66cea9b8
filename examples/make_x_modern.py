"""Posts in the form of version 2 of the X API: posts, accounts, media, polls, and pages of them as twarc2 writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from make_media import FRAME_MS, FRAMES, HEIGHT, WIDTH
from make_source import Medium, Person, Tweet, count, iso, number, people, revisions, thread, tweets
from make_x_classic import picture
from make_x_text import delivered, mentions, modern_entities, short, shown

TWARC = "2.14.0"
_MILLIS = ".000Z"


def media_key(item: Medium) -> str:
    """The key that ties a medium to a post: its type's number and its id."""
    return f"{'7' if item.kind == 'video' else '3'}_{item.id}"


def author(person: Person, seen: datetime) -> dict[str, Any]:
    """A user object."""
    found: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "username": person.handle,
        "created_at": iso(person.created, _MILLIS),
        "description": person.bio,
        "profile_image_url": picture(person),
        "protected": False,
        "verified": person.verified != "none",
        "verified_type": person.verified,
        "url": short(person.url) if person.url else "",
        "public_metrics": {
            "followers_count": person.followers + (seen - person.created).days // 30,
            "following_count": number(f"{person.handle}/following", 40, 900),
            "tweet_count": number(f"{person.handle}/posts", 90, 9000) + (seen - person.created).days // 30,
            "listed_count": number(f"{person.handle}/listed", 0, 90),
        },
    }
    if person.location:
        found["location"] = person.location
    if person.url:
        link = {"url": short(person.url), "expanded_url": person.url, "display_url": shown(person.url)}
        found["entities"] = {"url": {"urls": [{"start": 0, "end": 23, **link}]}}
    return found


def post(tweet: Tweet, seen: datetime) -> dict[str, Any]:
    """A post object. Kinds of data that the post does not have are absent, as the API leaves them out."""
    text, chain = delivered(tweet), revisions(tweet)
    first = tweets()[tweet.revision_of] if tweet.revision_of else tweet
    found: dict[str, Any] = {
        "id": tweet.id,
        "author_id": tweet.by.id,
        "conversation_id": thread(tweet),
        "created_at": iso(tweet.at, _MILLIS),
        "text": text,
        "lang": "nl" if tweet.text else "und",
        "public_metrics": _metrics(tweet, seen),
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": chain,
        "edit_controls": {
            "edits_remaining": 6 - len(chain),
            "is_edit_eligible": not (tweet.reply or tweet.repost or tweet.poll),
            "editable_until": iso(first.at + timedelta(hours=1), _MILLIS),
        },
    }
    optional = {
        "entities": modern_entities(tweet, text),
        "attachments": _attachments(tweet),
        "referenced_tweets": [{"type": kind, "id": other.id} for kind, other in references(tweet)],
    }
    found |= {name: value for name, value in optional.items() if value}
    if tweet.note:
        whole = delivered(tweet, whole=True)
        found["note_tweet"] = {"text": whole, "entities": modern_entities(tweet, whole)}
    if tweet.reply:
        found["in_reply_to_user_id"] = tweets()[tweet.reply].by.id
    return found


def _metrics(tweet: Tweet, seen: datetime) -> dict[str, int]:
    own = {
        "reply_count": count(tweet, "reply", seen),
        "like_count": count(tweet, "like", seen),
        "quote_count": count(tweet, "quote", seen) // 4,
        "impression_count": 30 * count(tweet, "like", seen),
    }
    if tweet.repost:
        own = dict.fromkeys(own, 0)
    return {"retweet_count": count(tweet, "repost", seen), **own}


def _attachments(tweet: Tweet) -> dict[str, list[str]]:
    found = {"media_keys": [media_key(item) for item in tweet.media]} if tweet.media else {}
    return found | ({"poll_ids": [poll_id(tweet)]} if tweet.poll else {})


def references(tweet: Tweet) -> list[tuple[str, Tweet]]:
    """What a post repeats, quotes or answers."""
    kinds = (("retweeted", tweet.repost), ("quoted", tweet.quote), ("replied_to", tweet.reply))
    return [(kind, tweets()[key]) for kind, key in kinds if key]


def poll_id(tweet: Tweet) -> str:
    """The id of the poll of a post."""
    return str(int(tweet.id) - 1)


def poll(tweet: Tweet, seen: datetime) -> dict[str, Any]:
    """A poll object: votes are counted until it ends."""
    ends = tweet.at + timedelta(days=3)
    options = [
        {"position": place, "label": label, "votes": number(f"{tweet.key}/{label}", 20, 400)}
        for place, label in enumerate(tweet.poll, 1)
    ]
    return {
        "id": poll_id(tweet),
        "options": options,
        "duration_minutes": 4320,
        "end_datetime": iso(ends, _MILLIS),
        "voting_status": "closed" if seen > ends else "open",
    }


def medium(item: Medium) -> dict[str, Any]:
    """A media object; a picture that shows a playground carries the text for those who cannot see it."""
    found: dict[str, Any] = {"media_key": media_key(item), "type": item.kind, "width": WIDTH, "height": HEIGHT}
    if item.kind == "video":
        variant = {"bit_rate": 256000, "content_type": "video/mp4", "url": item.film}
        return found | {"duration_ms": FRAMES * FRAME_MS, "preview_image_url": item.url, "variants": [variant]}
    found["url"] = item.url
    if item.name == "speelplein.png":
        found["alt_text"] = "Een speelplein met een glijbaan en twee schommels"
    return found


@dataclass(frozen=True)
class Request:
    """One request to the API: when and where it went, and the keys of posts that the API says it cannot give."""

    url: str
    at: datetime
    gone: tuple[str, ...] = ()
    next_token: str | None = None
    tool: bool = True


def page(posts: Sequence[Tweet], request: Request) -> dict[str, Any]:
    """One response with what it refers to; with ``request.tool`` also what twarc2 adds."""
    near = [other for tweet in posts for _, other in references(tweet) if other.key not in request.gone]
    found: dict[str, Any] = {
        "data": [post(tweet, request.at) for tweet in posts],
        "includes": _includes(posts, near, request.at),
    }
    errors = [_not_found(tweets()[key]) for key in request.gone]
    if errors:
        found["errors"] = errors
    meta: dict[str, Any] = {"newest_id": posts[0].id, "oldest_id": posts[-1].id, "result_count": len(posts)}
    found["meta"] = meta | ({"next_token": request.next_token} if request.next_token else {})
    if request.tool:
        found["__twarc"] = {"url": request.url, "version": TWARC, "retrieved_at": iso(request.at, "+00:00")}
    return found


def _includes(posts: Sequence[Tweet], near: Sequence[Tweet], seen: datetime) -> dict[str, list[dict[str, Any]]]:
    """Accounts, posts, media and polls that the posts of a page refer to; each once."""
    everything = [*posts, *near]
    handles = [tweet.by.handle for tweet in everything]
    handles += [who.value for tweet in everything for who in mentions(tweet.text)]
    found = {
        "users": [author(people()[handle], seen) for handle in dict.fromkeys(handles)],
        "tweets": [post(tweet, seen) for tweet in {other.id: other for other in near}.values()],
        "media": [medium(item) for tweet in everything for item in tweet.media],
        "polls": [poll(tweet, seen) for tweet in everything if tweet.poll],
    }
    return {kind: values for kind, values in found.items() if values}


def _not_found(tweet: Tweet) -> dict[str, str]:
    return {
        "value": tweet.id,
        "resource_id": tweet.id,
        "detail": f"Could not find tweet with referenced_tweets.id: [{tweet.id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "referenced_tweets.id",
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }
