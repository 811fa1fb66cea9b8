"""Fictional feeds of the municipality on several platforms."""

# ruff: noqa: E501 -- feeds as the services write them

from __future__ import annotations

CHANNEL = "UCvoorbeeldstad000000000"
YOUTUBE_ENTRY = """
 <entry>
  <id>yt:video:{id}</id>
  <yt:videoId>{id}</yt:videoId>
  <yt:channelId>UCvoorbeeldstad000000000</yt:channelId>
  <title>Raad van {day} maart</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v={id}"/>
  <author><name>Gemeente Voorbeeldstad</name><uri>https://www.youtube.com/channel/UCvoorbeeldstad000000000</uri></author>
  <published>2025-03-{day:02d}T19:00:00+00:00</published>
  <updated>2025-04-01T00:00:00+00:00</updated>
  <media:group>
   <media:title>Raad van {day} maart</media:title>
   <media:content url="https://www.youtube.com/v/{id}?version=3" type="application/x-shockwave-flash" width="640" height="390"/>
   <media:thumbnail url="https://i1.ytimg.com/vi/{id}/hqdefault.jpg" width="480" height="360"/>
   <media:description>Vergadering &amp; besluiten</media:description>
   <media:community>
    <media:starRating count="7" average="5.00" min="1" max="5"/>
    <media:statistics views="123"/>
   </media:community>
  </media:group>
 </entry>"""
YOUTUBE = (
    """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id=UCvoorbeeldstad000000000"/>
 <id>yt:channel:voorbeeldstad000000000</id>
 <yt:channelId>voorbeeldstad000000000</yt:channelId>
 <title>Gemeente Voorbeeldstad</title>
 <link rel="alternate" href="https://www.youtube.com/channel/UCvoorbeeldstad000000000"/>
 <author><name>Gemeente Voorbeeldstad</name><uri>https://www.youtube.com/channel/UCvoorbeeldstad000000000</uri></author>
 <published>2015-01-01T00:00:00+00:00</published>"""
    + "".join(YOUTUBE_ENTRY.format(id=f"voorbeeld{day:02d}", day=day) for day in range(1, 4))
    + "\n</feed>\n"
).encode()
MASTODON = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:webfeeds="http://webfeeds.org/rss/1.0" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>Gemeente Voorbeeldstad</title>
    <description>Public posts from @gemeente@sociaal.voorbeeldstad.example</description>
    <link>https://sociaal.voorbeeldstad.example/@gemeente</link>
    <image><url>https://sociaal.voorbeeldstad.example/a.png</url><title>x</title><link>x</link></image>
    <lastBuildDate>Tue, 04 Mar 2025 10:00:00 +0000</lastBuildDate>
    <generator>Mastodon v4.3.1</generator>
    <item>
      <guid isPermaLink="true">https://sociaal.voorbeeldstad.example/@gemeente/101</guid>
      <link>https://sociaal.voorbeeldstad.example/@gemeente/101</link>
      <pubDate>Tue, 04 Mar 2025 10:00:00 +0000</pubDate>
      <description>&lt;p&gt;De Stationsweg is dicht &amp;amp; blijft dicht &lt;a href="https://sociaal.voorbeeldstad.example/tags/verkeer" class="mention hashtag" rel="tag"&gt;#&lt;span&gt;verkeer&lt;/span&gt;&lt;/a&gt;&lt;/p&gt;</description>
      <media:content url="https://sociaal.voorbeeldstad.example/m/1.png" type="image/png" fileSize="10" medium="image">
        <media:rating scheme="urn:simple">nonadult</media:rating>
        <media:description type="plain">een kaart</media:description>
      </media:content>
      <category>verkeer</category>
    </item>
    <item>
      <guid isPermaLink="true">https://sociaal.voorbeeldstad.example/@gemeente/102</guid>
      <link>https://sociaal.voorbeeldstad.example/@gemeente/102</link>
      <pubDate>Tue, 04 Mar 2025 11:00:00 +0000</pubDate>
      <description>&lt;p&gt;&lt;strong&gt;Content warning:&lt;/strong&gt; brand&lt;/p&gt;&lt;hr /&gt;&lt;p&gt;Brand in de haven&lt;/p&gt;</description>
    </item>
  </channel>
</rss>
"""
BLUESKY = b"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>
<description>Nieuws uit Voorbeeldstad</description>
<link>https://bsky.app/profile/voorbeeldstad.example</link>
<title>@voorbeeldstad.example - Gemeente Voorbeeldstad</title>
<item><link>https://bsky.app/profile/voorbeeldstad.example/post/3lbaaaaaaaaaa</link>
<description>De brug is open &lt;eindelijk&gt;

[contains quote post or other embedded content]</description>
<pubDate>01 Mar 2025 00:00 +0000</pubDate>
<guid isPermaLink="false">at://did:plc:voorbeeldstad/app.bsky.feed.post/3lbaaaaaaaaaa</guid></item>
</channel></rss>"""
NITTER = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<atom:link href="https://nitter.voorbeeld.example/voorbeeldstad/rss" rel="self" type="application/rss+xml" />
<title>Gemeente Voorbeeldstad / @voorbeeldstad</title>
<link>https://nitter.voorbeeld.example/voorbeeldstad</link>
<description>Twitter feed for: @voorbeeldstad.</description><language>en-us</language>
<item><title>De brug is open</title><dc:creator>@voorbeeldstad</dc:creator>
<description><![CDATA[<p>De brug is open</p><img src="https://nitter.voorbeeld.example/pic/1.jpg" style="max-width:250px;" />]]></description>
<pubDate>Sat, 01 Mar 2025 10:00:00 GMT</pubDate><guid>https://nitter.voorbeeld.example/voorbeeldstad/status/1895000000000000001#m</guid>
<link>https://nitter.voorbeeld.example/voorbeeldstad/status/1895000000000000001#m</link></item>
<item><title>RT by @voorbeeldstad: Let op</title><dc:creator>@provincie</dc:creator>
<description><![CDATA[<p>Let op</p>]]></description><pubDate>Fri, 28 Feb 2025 10:00:00 GMT</pubDate>
<guid>https://nitter.voorbeeld.example/provincie/status/1894000000000000001#m</guid>
<link>https://nitter.voorbeeld.example/provincie/status/1894000000000000001#m</link></item>
</channel></rss>"""
SITE = b"""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">
<rss version="0.91"><channel><title>Nieuws</title><link>https://www.voorbeeldstad.example/</link>
<item><title>Bekendmaking</title><link>https://www.voorbeeldstad.example/1</link><description>Vergunning&nbsp;verleend</description></item>
</channel></rss>"""
RDF = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://social.voorbeeldstad.example/users/gemeente"><title>Gemeente</title>
<link>https://social.voorbeeldstad.example/users/gemeente</link><items><rdf:Seq><rdf:li resource="x"/></rdf:Seq></items></channel>
<item rdf:about="https://social.voorbeeldstad.example/users/gemeente/statuses/5"><title>Dag</title>
<link>https://social.voorbeeldstad.example/users/gemeente/statuses/5</link><dc:date>2025-03-01T10:00:00+01:00</dc:date>
<description>Goedendag</description></item></rdf:RDF>"""
MODULES = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:georss="http://www.georss.org/georss"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel><title>Nieuws uit Voorbeeldstad</title><link>https://www.voorbeeldstad.example/</link>
<item><title>De kade</title><link>https://www.voorbeeldstad.example/kade</link>
<guid isPermaLink="false">kade-1</guid><pubDate>Tue, 04 Mar 2025 10:00:00 +0000</pubDate>
<author>webredactie@voorbeeldstad.example (Webredactie)</author>
<description>De kade is open</description><category>verkeer</category><media:keywords>kade, haven</media:keywords>
<georss:point>52.1 -4.25</georss:point><georss:featurename>Kade Verzonnen</georss:featurename>
<slash:comments>7</slash:comments>
<enclosure url="https://www.voorbeeldstad.example/kade.mp3" length="7770000" type="audio/mpeg"/>
<itunes:duration>1:05:28</itunes:duration>
<media:content url="https://www.voorbeeldstad.example/kade.mp4" type="video/mp4" duration="61" width="640" height="360">
<media:rating scheme="urn:simple">adult</media:rating><media:title>De kade van boven</media:title>
<media:thumbnail url="https://www.voorbeeldstad.example/kade.jpg"/></media:content></item>
</channel></rss>"""
OSTATUS = b"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
 xmlns:activity="http://activitystrea.ms/spec/1.0/" xmlns:ostatus="http://ostatus.org/schema/1.0"
 xmlns:mastodon="http://mastodon.social/schema/1.0">
 <id>https://sociaal.voorbeeldstad.example/users/gemeente.atom</id><title>Gemeente Voorbeeldstad</title>
 <link rel="alternate" type="text/html" href="https://sociaal.voorbeeldstad.example/@gemeente"/>
 <entry>
  <id>https://sociaal.voorbeeldstad.example/users/gemeente/statuses/101</id>
  <published>2018-03-04T10:00:00Z</published><updated>2018-03-04T10:00:00Z</updated>
  <title>New status by gemeente</title>
  <activity:object-type>http://activitystrea.ms/schema/1.0/note</activity:object-type>
  <activity:verb>http://activitystrea.ms/schema/1.0/post</activity:verb>
  <content type="html" xml:lang="nl">&lt;p&gt;Dag @inwoner&lt;/p&gt;</content>
  <link rel="mentioned" ostatus:object-type="http://activitystrea.ms/schema/1.0/person" href="https://elders.example/users/inwoner"/>
  <link rel="mentioned" ostatus:object-type="http://activitystrea.ms/schema/1.0/collection" href="http://activityschema.org/collection/public"/>
  <mastodon:scope>unlisted</mastodon:scope>
  <link rel="alternate" type="text/html" href="https://sociaal.voorbeeldstad.example/@gemeente/101"/>
  <link rel="replies" href="https://sociaal.voorbeeldstad.example/@gemeente/101/replies" thr:count="3"/>
 </entry>
</feed>"""
