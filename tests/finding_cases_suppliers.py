"""Cases of SMA-R230 to R249: deliveries of suppliers."""

from __future__ import annotations

import json

from finding_cases import DECLARED, Case, shown
from test_suppliers import RECORDS

ROWS = "Platform;URL;Datum;Tekst;Account\n{};https://voorbeeld.example/1;2024-01-24T03:38:08Z;Dag;vbs\n"
KNOWN = ROWS.format("X").replace("https://voorbeeld.example/1", "https://x.com/vbs/status/1750000000000000999")
TYPED = KNOWN.replace("URL;", "Naam;URL;").replace("X;", "X;V;") + "Hyves;V;https://x.com/vbs/status/1750;;Dag;vbs\n"
UNNAMED = KNOWN.replace("Account\n", "Account;IP\n").replace("vbs\n", "vbs;192.0.2.1\n")
NOWHERE = KNOWN + ROWS.format("").partition("\n")[2]
FACEBOOK = DECLARED + 'platform = "facebook"\naccount = { native_id = "432721040100079" }\n'
NAMED = DECLARED + 'platform = "x"\naccount = { handle = "vbs" }\n'
SCRIPT = b"var posts = " + json.dumps(RECORDS).encode().replace(b'"creation_ts"', b"creation_ts") + b";"
EXPECTED = ("SMA-H012", "SMA-H041", "SMA-S001")

CASES = [
    Case("SMA-R230", shown(TYPED.encode(), "lijst.csv", NAMED), "SMA-R230", "SMA-S001"),
    Case("SMA-R231", shown(NOWHERE.encode(), "lijst.csv", NAMED), "SMA-R231", "SMA-S001"),
    Case("SMA-R277", shown(UNNAMED.encode(), "lijst.csv", NAMED), "SMA-R277", "SMA-S001"),
    Case("SMA-R232", shown(SCRIPT, "records.js", FACEBOOK), "SMA-R232", *EXPECTED),
]
