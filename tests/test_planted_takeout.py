"""A Google Takeout with a mark in everything but the work of the channel: none is in the package or is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planting import PUBLIC, SECRET, made_of, placed, words

CHANNEL, OTHER = "UCvoorbeeldstad000000000", "UCandereorganisatie00000"
VIDEO, DRAFT = "aaaaaaaaaaA", "bbbbbbbbbb-"
AT = "2026-02-01T10:00:00+00:00"

SERVICES = {
    "en": """
Mail/All_mail_Including_Spam_and_Trash.mbox Mail/bericht.eml Mail/User_Settings/Filters.json
Google_Photos/Photos_from_2024/20240301_101010.jpg Google_Photos/Photos_from_2024/20240301_101010.jpg.json
Google_Photos/album/metadata.json Location_History/Records.json Timeline/Semantic/2024_MAY.json Chrome/History.json
Chrome/Bookmarks.html Chrome/Autofill.csv Contacts/All_Contacts/All_Contacts.vcf Calendar/werk.ics Keep/briefje.json
Keep/briefje.html Drive/notitie.docx Drive/plannen.csv Drive/film.mp4 My_Activity/YouTube/MyActivity.html
My_Activity/YouTube/MyActivity.json My_Activity/Search/MyActivity.json Google_Account/SubscriberInfo.html
Access_log_activity/Activities.csv Access_log_activity/Devices.csv Google_Chat/Groups/DM_1/messages.json
Hangouts/Hangouts.json Google_Pay/payments.csv Google_Play_Store/Purchases.json Saved/Want_to_go.csv
Maps_(your_places)/Reviews.json Blogger/Blogs/stad/feed.atom Google+_Stream/Posts/bericht.html News/feed.xml
Profile/Profile.json Fit/Daily_activity_metrics/2024.csv Voice/Calls/bel.html Groups/lid/info.xml
Home_App/HomeHistory.json Android_Device_Configuration_Service/Device.html archive_browser.html
""",
    "nl": """
Mail/Alle_e-mail.mbox Google_Foto's/Foto's_uit_2024/20240301_101010.jpg Locatiegeschiedenis/Records.json
Tijdlijn/Instellingen.json Contacten/Alle_contacten.vcf Agenda/werk.ics Keep/briefje.json Drive/notitie.docx
Mijn_activiteit/YouTube/MijnActiviteit.html Mijn_activiteit/Zoeken/MijnActiviteit.json
Google-account/AbonneeInfo.html Activiteit_in_toegangslogboek/Apparaten.csv Google_Chat/Groepen/DM_1/berichten.json
Opgeslagen/Favorieten.csv Maps/Reviews.json archive_browser.html Chrome/Geschiedenis.json
""",
    "de": """
Mail/Alle_E-Mails.mbox Google_Fotos/Fotos_von_2024/20240301_101010.jpg Standortverlauf/Records.json
Kontakte/Alle_Kontakte.vcf Kalender/arbeit.ics Notizen/zettel.json Meine_Aktivitäten/YouTube/MeineAktivitäten.html
Meine_Aktivitäten/Google_Suche/MeineAktivitäten.json Google-Konto/AboInfo.html Zugriffsprotokollaktivitäten/Geräte.csv
Google_Chat/Gruppen/DM_1/Nachrichten.json Gespeichert/Liste.csv archive_browser.html
""",
}
"""Every other service of Google, with names as it gives them; spaces are written as underscores here."""

YOUTUBE = {
    "en": """
history/watch-history.html history/watch-history.json history/search-history.html history/search-history.json
subscriptions/subscriptions.csv playlists/Watch_later-videos.csv playlists/Liked_videos.csv playlists/likes.json
playlists/Besloten-videos.csv music_(library_and_uploads)/music_library_songs.csv music-uploads/liedje.mp3
purchases/purchases.csv memberships/memberships.csv ypc_purchases/movies.csv
channels/channel_community_moderation_settings.csv channels/channel_feature_data.csv channels/channel_page_settings.csv
channels/channel_images.csv shopping/orders.csv nieuw/heel_nieuw.csv nieuw/heel_nieuw.json playables/saves.json
clips/clips.csv super_thanks/super_thanks.csv
""",
    "nl": """
geschiedenis/kijkgeschiedenis.html geschiedenis/kijkgeschiedenis.json geschiedenis/zoekgeschiedenis.html
abonnementen/abonnementen.csv playlists/Later_bekijken-video's.csv playlists/Besloten-video's.csv
muziek_(mediatheek_en_uploads)/nummers_in_muziekmediatheek.csv aankopen/aankopen.csv
kanalen/instellingen_voor_het_beheer_van_je_kanaalcommunity.csv kanalen/kanaalfunctiegegevens.csv
""",
    "de": """
Verlauf/Wiedergabeverlauf.html Verlauf/Suchverlauf.json Abos/Abos.csv Playlists/Später_ansehen-Videos.csv
Playlists/Besloten-Videos.csv Musik-Mediathek/Titel.csv Käufe/Käufe.csv Kanäle/Einstellungen_zur_Moderation.csv
""",
}
"""What of YouTube itself is out of scope, or not known."""

FOLDERS = {
    "en": "YouTube and YouTube Music/",
    "nl": "YouTube en YouTube Music/",
    "de": "YouTube und YouTube Music/",
}
OWN = {
    "en": {
        "comments/comments.csv": "Comment ID,Channel ID,Comment Create Timestamp,Price,Video ID,Comment Text",
        "live chats/live chats.csv": "Live Chat ID,Channel ID,Live Chat Create Timestamp,Price,Video ID,Live Chat Text",
        "channels/channel.csv": "Channel ID,Channel Title (Original),Channel Visibility",
        "playlists/playlists.csv": "Playlist ID,Playlist Title (Original),Playlist Visibility",
        "video metadata/videos.csv": "Video ID,Approx Duration (ms),Video Description (Original),Channel ID,"
        "Video Title (Original),Privacy,Video Create Timestamp,Video Publish Timestamp",
    },
    "nl": {
        "reacties/reacties.csv": "Reactie-ID,Kanaal-ID,Aanmaaktijdstempel reactie,Prijs,Video-ID,Reactietekst",
        "livechats/livechats.csv": "Livechat-ID,Kanaal-ID,Aanmaaktijdstempel livechat,Prijs,Video-ID,Livechattekst",
        "kanalen/kanaal.csv": "Kanaal-ID,Kanaaltitel (origineel),Kanaalzichtbaarheid",
        "playlists/playlists.csv": "Playlist-ID,Playlist-titel (Origineel),Zichtbaarheid van playlist",
        "videometadata/video's.csv": "Video-ID,Geschatte duur (ms),Videobeschrijving (origineel),Kanaal-ID,"
        "Videotitel (origineel),Privacy,Tijdstempel aanmaaktijd video,Tijdstempel publicatietijd video",
    },
    "de": {
        "Kommentare/Kommentare.csv": "Kommentar-ID,Kanal-ID,Zeitstempel der Erstellung des Kommentars,Preis,Video-ID,"
        "Kommentartext",
        "Livechats/Livechats.csv": "Livechat-ID,Kanal-ID,Zeitstempel der Erstellung des Livechats,Preis,Video-ID,"
        "Livechat-Text",
        "Kanäle/Kanal.csv": "Kanal-ID,Kanaltitel (Original),Kanalsichtbarkeit",
        "Playlists/Playlists.csv": "Playlist-ID,Playlist Title (Original),Sichtbarkeit der Playlist",
        "Videometadaten/Videos.csv": "Video-ID,Ungefähre Dauer (ms),Videobeschreibung (Original),Kanal-ID,"
        "Videotitel (Original),Datenschutz,Zeitstempel der Erstellung des Videos,"
        "Zeitstempel der Veröffentlichung des Videos",
    },
}
"""The tables of the account's own work, in three languages: comments, chats, channels, playlists, videos."""
HIDDEN = {"en": "Private", "nl": "Privé", "de": "Privat"}
SHOWN = {"en": "Public", "nl": "Openbaar", "de": "Öffentlich"}
FILM = b"\0\0\0\x0cftypmp42\0\0\0\x08moov"
NEW = f"{SECRET}@voorbeeldstad.example"


WATCHED = {"header": "YouTube", "title": f"Watched {SECRET}", "time": AT, "titleUrl": "https://youtu.be/x"}
FEED = (
    f'<feed xmlns="http://www.w3.org/2005/Atom"><id>a</id><title>b</title><entry><id>1</id><title>{SECRET}</title>'
    f"<updated>{AT}</updated><content>{SECRET}</content></entry></feed>"
)
FILES = {
    "settings": f"Channel ID,Gegeven,E-mail\n{CHANNEL},{SECRET},{SECRET}\n",
    "listed": f"Video ID,Playlist Video Creation Timestamp,Note\n{VIDEO},{AT},{SECRET}\n",
    "abos": f"Kanaal-ID,Kanaal-URL,Kanaaltitel\n{OTHER},http://www.youtube.com/channel/{OTHER},{SECRET}\n",
    "csv": f"Channel Id,Channel Url,Channel Title\n{OTHER},http://www.youtube.com/channel/{OTHER},{SECRET}\n",
    "json": json.dumps([WATCHED | {"products": ["YouTube"]}]),
    "atom": FEED,
    "xml": FEED,
    "html": f"<html><head><title>{SECRET}</title></head><body>"
    f'<div class="mdl-typography--body-1">Watched <a href="https://youtu.be/x">{SECRET}</a></div></body></html>',
}


def rows(language: str) -> list[list[str]]:
    """Rows of the tables in ``OWN``; what only the account may see has a mark."""
    shown, hidden = SHOWN[language], HIDDEN[language]
    return [
        [f"UgxVoorbeeldstad00000000A,{CHANNEL},{AT},0,{VIDEO},{PUBLIC}-1"],
        [f"LCC.1,{CHANNEL},{AT},0,{VIDEO},{PUBLIC}-2"],
        [f"{CHANNEL},Gemeente Voorbeeldstad,{shown},{NEW}"],
        [f"PLopenbaar,Markt,{shown},{AT}", f"PLbesloten,Besloten {SECRET},{hidden},{AT}"],
        [
            f"{VIDEO},1000,{PUBLIC}-3,{CHANNEL},Markt,{shown},{AT},{AT}",
            f"{DRAFT},1000,{SECRET},{CHANNEL},Concept {SECRET},{hidden},{AT},",
            f"ccccccccccC,1000,{SECRET},{CHANNEL},Ander concept,{hidden},{AT},",
        ],
    ]


def hidden(path: str) -> bytes:
    """A file that is out of scope in the form of its kind, so that others could take it for posts or pages."""
    name = path.casefold()
    kind = "settings" if name.endswith(".csv") and ("nieuw" in name or "kan" in name) else name.rpartition(".")[2]
    kind = "listed" if kind == "csv" and "video" in name else "abos" if kind == "csv" and "abo" in name else kind
    return FILES.get(kind, f"From: {NEW}\r\nSubject: {SECRET}\r\n\r\n{SECRET}").encode()


def takeout(language: str, root: str = "Takeout/") -> dict[str, bytes]:
    """A whole Takeout in a language."""
    youtube = root + FOLDERS[language]
    others = {root + path.replace("_", " "): hidden(path) for path in words(SERVICES[language])}
    private = {youtube + path.replace("_", " "): hidden(path) for path in words(YOUTUBE[language])}
    extra = {2: ",E-mail", 3: ",Aangemaakt"}
    own = {
        youtube + path: "\n".join([header + extra.get(number, ""), *rows(language)[number], ""]).encode()
        for number, (path, header) in enumerate(OWN[language].items())
    }
    files = {
        f"{youtube}videos/{name}.mp4": FILM + SECRET.encode()
        for name in (f"Concept {SECRET}", f"Zonder titel {SECRET}")
    }
    named = {f"{root}Drive/{SECRET}/{SECRET}.json": hidden("x.json"), f"{youtube}nieuw/{SECRET}.csv": hidden("x.csv")}
    return others | private | own | named | files


@pytest.mark.parametrize(
    ("language", "parts", "wrapper"),
    [("en", 1, ""), ("nl", 1, "voorbeeldstad/"), ("de", 2, ""), ("nl", 0, "")],
)
def test_of_a_takeout_only_the_work_of_the_channel_enters(
    language: str, parts: int, wrapper: str, tmp_path: Path
) -> None:
    made = made_of(placed(tmp_path / "in", takeout(language), parts, wrapper), tmp_path / "out")
    assert made.marked() == []
    assert made.unread([f"{PUBLIC}-{number}" for number in (1, 2, 3)]) == []
    assert made.errors() == []
    assert {"history", "own-likes", "own-follows", "other-services", "drafts", "account-security"} <= made.kinds
