"""What an X archive holds besides posts and must never enter a package: messages, security data, advertising, likes."""

from __future__ import annotations

from typing import Any

from make_source import OWN, people, tweets

_ADDRESS = "communicatie@voorbeeldstad.example"
_FORMER = "webredactie@voorbeeldstad.example"
_IP = "192.0.2.17"


def account() -> list[dict[str, Any]]:
    """``account.js``: who the account is, with the e-mail address that has to be cut out."""
    own = people()[OWN]
    return [
        {
            "account": {
                "email": _ADDRESS,
                "createdVia": "web",
                "username": own.handle,
                "accountId": own.id,
                "createdAt": own.created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "accountDisplayName": own.name,
            }
        }
    ]


def profile() -> list[dict[str, Any]]:
    """``profile.js``."""
    own = people()[OWN]
    return [
        {
            "profile": {
                "description": {"bio": own.bio, "website": "https://t.co/Voorbeeld1", "location": own.location},
                "avatarMediaUrl": f"https://pbs.twimg.com/profile_images/{own.id}/avatar.png",
                "headerMediaUrl": f"https://pbs.twimg.com/profile_banners/{own.id}/1672531200",
            }
        }
    ]


def _message(number: int, sender: str, recipient: str, text: str) -> dict[str, Any]:
    return {
        "messageCreate": {
            "recipientId": recipient,
            "reactions": [],
            "urls": [],
            "text": text,
            "mediaUrls": [],
            "senderId": sender,
            "id": str(1650000000000000000 + number),
            "createdAt": f"2023-04-{10 + number:02d}T09:15:00.000Z",
        }
    }


def _conversation() -> list[dict[str, Any]]:
    own, citizen = people()[OWN].id, people()["testa_fictief"].id
    messages = [
        _message(1, citizen, own, "Dit is een verzonnen privébericht. Mijn meldingsnummer is 0000."),
        _message(2, own, citizen, "Dank u, wij kijken ernaar. (Verzonnen.)"),
    ]
    return [{"dmConversation": {"conversationId": f"{own}-{citizen}", "messages": messages}}]


def _conversation_heads() -> list[dict[str, Any]]:
    found = _conversation()[0]["dmConversation"]
    names = ("id", "senderId", "recipientId", "createdAt")
    heads = [{"messageCreate": {name: row["messageCreate"][name] for name in names}} for row in found["messages"]]
    return [{"dmConversation": {"conversationId": found["conversationId"], "messages": heads}}]


def _likes() -> list[dict[str, Any]]:
    liked = (tweets()["waterschap-1"], tweets()["reactie-bomen"])
    return [
        {
            "like": {
                "tweetId": tweet.id,
                "fullText": tweet.text,
                "expandedUrl": f"https://twitter.com/i/web/status/{tweet.id}",
            }
        }
        for tweet in liked
    ]


def _contacts(kind: str) -> list[dict[str, Any]]:
    handles = ("ws_verzonnen", "buurtproef", "jan_verzonnen")
    return [
        {
            kind: {
                "accountId": people()[handle].id,
                "userLink": f"https://twitter.com/intent/user?user_id={people()[handle].id}",
            }
        }
        for handle in handles
    ]


def _advertising() -> list[dict[str, Any]]:
    seen = {
        "deviceInfo": {"osType": "Desktop"},
        "displayLocation": "TimelineHome",
        "impressionTime": "2023-11-01 09:00:00",
    }
    return [{"ad": {"adsUserData": {"adEngagements": {"engagements": [{"impressionAttributes": seen}]}}}}]


def private_files() -> dict[str, list[dict[str, Any]]]:
    """Everything that stays out, by file name without ``.js``."""
    own = people()[OWN].id
    return {
        "account-creation-ip": [{"accountCreationIp": {"accountId": own, "userCreationIp": _IP}}],
        "ad-engagements": _advertising(),
        "ad-impressions": [],
        "block": [],
        "device-token": [
            {
                "deviceToken": {
                    "clientApplicationId": "1",
                    "token": "FICTITIOUS",
                    "createdAt": "2023-02-01T08:00:00.000Z",
                }
            }
        ],
        "direct-message-headers": _conversation_heads(),
        "direct-messages": _conversation(),
        "direct-messages-group": [],
        "email-address-change": [
            {"emailAddressChange": {"accountId": own, "emailChange": {"changedFrom": _FORMER, "changedTo": _ADDRESS}}}
        ],
        "follower": _contacts("follower"),
        "following": _contacts("following"),
        "grok-chat-item": [],
        "ip-audit": [
            {"ipAudit": {"accountId": own, "createdAt": "2024-01-12T07:58:41.000Z", "loginIp": _IP}},
            {"ipAudit": {"accountId": own, "createdAt": "2024-01-15T09:41:02.000Z", "loginIp": "2001:db8::17"}},
        ],
        "like": _likes(),
        "mute": [],
        "personalization": [
            {"p13nData": {"demographics": {"languages": [{"language": "Dutch", "isDisabled": False}]}}}
        ],
        "saved-search": [{"savedSearch": {"savedSearchId": "1", "query": "voorbeeldstad"}}],
    }
