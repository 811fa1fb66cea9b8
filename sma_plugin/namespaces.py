"""The project's own identifiers for vocabularies and profiles.

They lie under a permanent-identifier service where the project's path is yet to be registered (docs/decisions.md).
Nothing is ever fetched from them: what they name is shipped with the software.
"""

BASE = "https://w3id.org/sma-plugin"
PROFILE = f"{BASE}/mets-profile/1.0"
"""The METS profile that packages follow."""
ACCOUNT = f"{BASE}/account/1.0"
"""XML namespace of the account record (``OTHERMDTYPE="SMA-ACCOUNT"``)."""
CHARACTERISTICS = f"{BASE}/characteristics/1.0"
"""XML namespace of the characteristics record (``OTHERMDTYPE="SMA-CHARACTERISTICS"``)."""
FORMATS = "sma-plugin"
"""The registry that ids of our own stand in (``fpr_rules/own_formats.toml``), beside PRONOM."""
ACTIVITYSTREAMS = f"{BASE}/activitystreams/1.0"
"""JSON-LD context of normalised posts; its terms lie under ``…#``."""
