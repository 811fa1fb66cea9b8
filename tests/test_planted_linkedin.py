"""A LinkedIn export with a mark in everything of the member's private affairs: none is in the package or is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from planting import PUBLIC, SECRET, made_of, placed

AT = "2026-02-09 01:21:47"
SHARE = "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A71234567890123456"
TALK = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
)

PRIVATE = {
    "Ad_Targeting": "Member Age,Buyer Groups,Company Names,degreeClass,Member Gender,Years of Experience",
    "Ads Clicked": "Ad clicked Date,Ad Title/Id",
    "LAN Ads Engagement": "Action,Date,Ad Title/Id,Page/App",
    "Inferences_about_you": "Category,Type of inference,Description,Inference",
    "Company Follows": "Organization,Followed On",
    "Member_Follows_17529409": "Date,Status,FullName",
    "Hashtag_Follows": "Hashtag,Followed On",
    "Connections": "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    "ImportedContacts": "FirstName,LastName,Emails,PhoneNumbers",
    "Contacts": "Source,FirstName,LastName,Emails,PhoneNumbers",
    "Invitations": "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
    "Email Addresses": "Email Address,Confirmed,Primary,Updated On",
    "PhoneNumbers": "Extension,Number,Type",
    "Whatsapp Phone Numbers": "Number,Extension,Is_WhatsApp_Number",
    "Registration": "Registered At,Registration Ip,Subscription Types",
    "Logins": "Login Date,IP Address,User Agent,Login Type",
    "Security Challenges": "Challenge Date,IP Address,User Agent,Country,Challenge Type",
    "Account Status History": "Time,Event",
    "Private_identity_asset": "Private Identity Asset Name,Private Identity Asset Raw Text",
    "Verifications/Verifications": "First name,Middle name,Last name,Verification type,Email address,Year of birth",
    "Receipts_v2": "First Name,Last Name,Billing Country,Postal Code,Transaction Made At,Invoice Number,Total Amount",
    "Receipts": "Transaction Made At,Description,Total Amount",
    "SearchQueries": "Time,Search Query",
    "Search Queries": "Time,Search Query,Results Count",
    "Learning": "Content Title,Content Description,Content Type,Content Last Watched Date (if viewed)",
    "LearningCoachMessages": "No conversations found",
    "Events": "Event Name,Event Time,Status,External Url",
    "Reactions_17529409": "Date,Type,Link",
    "Votes": "Date,Link,OptionText",
    "Saved_Items_17529409": "savedItem,CreatedTime",
    "saved_articles": "Saved At,Link,Name",
    "SavedJobAlerts": "ALERT_PARAMETERS,QUERY_CONTEXT,SAVED_SEARCH_ID",
    "Job Applicant Saved Screening Question Responses": "Question,Answer",
    "Jobs/Job Applications": "Application Date,Contact Email,Contact Phone Number,Company Name,Resume Name",
    "Jobs/Job Seeker Preferences": "Locations,Industries,Phone Number,Introduction Statement",
    "Jobs/Saved Jobs": "Saved Date,Job Url,Job Title,Company Name",
    "Services Marketplace/Providers": "Creation Time,Marketplace Type,Media",
    "Endorsement_Given_Info": "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name",
    "Endorsement_Received_Info": "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name",
    "Recommendations_Given": "First Name,Last Name,Company,Job Title,Text,Creation Date,Status",
    "Recommendations_Received": "First Name,Last Name,Company,Job Title,Text,Creation Date,Status",
    "messages": f"{TALK},ATTACHMENTS,IS MESSAGE DRAFT",
    "guide_messages": TALK,
    "learning_coach_messages": TALK,
    "learning_role_play_messages": TALK,
    "Videos": "Date,Video Title,Video Link",
    "Heel nieuw": "Datum,Gegeven",
    "Berichten": TALK,
    "Contacten": "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    "Verzonden": "From,To,Sent At,Message,Direction",
    "Adressen": "Email Address,Confirmed,Primary,Updated On",
    "Nummers": "Extension,Number,Type",
    "Aanmeldingen": "Login Date,IP Address,User Agent,Login Type",
}
"""Every table that is out of scope, as exports of 2018 to 2026 name them, renamed ones, and some that nobody knows."""

PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
    "Twitter Handles,Websites,Instant Messengers,Mobiel,Pronouns"
)
OF_PROFILE = {
    "Positions": "Company Name,Title,Description,Location,Started On,Finished On",
    "Education": "School Name,Start Date,End Date,Notes,Degree Name,Activities",
    "Certifications": "Name,Url,Authority,Started On,Finished On,License Number",
    "Skills": "Name",
}
MEDIA = [
    ("You uploaded a feed photo on March 8, 2026 at 9:37 AM (GMT)", "Een bericht over de markt"),
    ("You uploaded a message attachment on March 8, 2026 at 9:38 AM (GMT)", f"feed {SECRET}"),
    ("You sent a file on March 8, 2026 at 9:38 AM (GMT)", f"post {SECRET}"),
    ("2026-03-08 09:39:00 UTC", f"Resume {SECRET}"),
    ("2026-03-08 09:39:00 UTC", "Profile image upload v1"),
    ("March 8, 2026", "Background photo"),
    ("March 8, 2026", f"A message with a post {SECRET}"),
]


def row(header: str, value: str = f"{SECRET}@voorbeeldstad.example") -> bytes:
    """A table of one row with a mark, a moment or an address in each cell, as its heading asks."""
    cells = [AT if "Date" in name or "Link" in name else value for name in header.split(",")]
    return f"{header}\n{','.join(cells)}\n".encode()


def export() -> dict[str, bytes]:
    """A whole export: posts with their own marks, and all the rest."""
    linked = f"https://www.linkedin.com/in/{SECRET}"
    private = {f"{path}.csv": row(header) + row(header, linked) for path, header in PRIVATE.items()}
    about = [f"Ans,Voorbeeld,{SECRET},{SECRET},{SECRET},Wethouder,Bouwen,Bestuur,{SECRET},Voorbeeldstad,"]
    profile = f"{PROFILE}\n{about[0]}[@ans],[COMPANY:https://voorbeeldstad.example],{SECRET},{SECRET},{SECRET}\n"
    shares = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility"
    own = {
        "Shares.csv": f"{shares}\n{AT},{SHARE},{PUBLIC}-1,,,PUBLIC\n",
        "Comments.csv": f"Date,Link,Message\n{AT},{SHARE},{PUBLIC}-2\n",
        "Profile.csv": profile,
        "Rich_Media.csv": "Date/Time,Media Description,Media Link\n"
        + "".join(f'"{when}",{said},https://media.licdn.com/x\n' for when, said in MEDIA),
        "Articles/Articles/markt.html": f"<html><head><title>{PUBLIC}-3</title></head><body><h1>{PUBLIC}-3</h1>"
        f'<p class="published">Published on {AT[:16]}</p><p>Markt</p></body></html>',
        "Articles/Articles/concept.html": f"<html><head><title>{SECRET}</title></head><body><h1>{SECRET}</h1>"
        f'<p class="created">Created on {AT[:16]}</p><p>{SECRET}</p></body></html>',
        "Articles/Drafts/concept.html": f"<html><body><h1>{SECRET}</h1><p>{SECRET}</p></body></html>",
    }
    parts = {
        f"{name}.csv": f"{header},Persoonlijk\n{','.join('x' for _ in header.split(','))},{SECRET}\n"
        for name, header in OF_PROFILE.items()
    }
    files = {f"Media/{SECRET}.jpg": b"x", f"Message Attachments/{SECRET}.pdf": b"x", f"{SECRET}.csv": row("A,B")}
    return private | files | {path: text.encode() for path, text in (own | parts).items()}


@pytest.mark.parametrize(
    ("parts", "wrapper"), [(1, ""), (1, "Complete_LinkedInDataExport_02-09-2026/"), (2, ""), (0, "")]
)
def test_of_an_export_only_the_work_of_the_member_enters(parts: int, wrapper: str, tmp_path: Path) -> None:
    made = made_of(placed(tmp_path / "in", export(), parts, wrapper), tmp_path / "out")
    assert made.marked() == []
    assert made.unread([f"{PUBLIC}-{number}" for number in (1, 2, 3)]) == []
    assert made.errors() == []
    assert {"direct-messages", "contacts", "own-follows", "own-likes", "others-items", "history"} <= made.kinds
    assert {"ad-interests", "account-security", "drafts", "unclaimed"} <= made.kinds


def test_what_a_profile_says_to_everyone_stays(tmp_path: Path) -> None:
    made = made_of(placed(tmp_path / "in", export()), tmp_path / "out")
    kept = {path.rpartition("/")[2]: data.decode() for path, data in made.files.items() if path.endswith(".csv")}
    (about,) = kept["Profile.csv"].splitlines()[1:]
    assert about == (
        "Ans,Voorbeeld,,,,Wethouder,Bouwen,Bestuur,,Voorbeeldstad,[@ans],[COMPANY:https://voorbeeldstad.example],,,"
    )
    assert kept["Positions.csv"].splitlines() == [f"{OF_PROFILE['Positions']},Persoonlijk", "x,x,x,x,x,x,"]
    assert kept["Skills.csv"].splitlines() == ["Name,Persoonlijk", "x,"]
    assert [line.partition(",http")[0] for line in kept["Rich_Media.csv"].splitlines()[1:]] == [
        f'"{when}",{said}' for when, said in MEDIA if SECRET not in said
    ]
