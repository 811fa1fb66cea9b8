"""METS, PREMIS and MDTO schemas for tests, resolved without network."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

_DRIVER = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets/mets-1.12.1.xsd"/>
<xs:import namespace="http://www.loc.gov/premis/v3" schemaLocation="premis/premis-v3.xsd"/>
<xs:import namespace="https://www.nationaalarchief.nl/mdto" schemaLocation="mdto/MDTO-XML1.0.1.xsd"/></xs:schema>"""


class _Offline(etree.Resolver):
    def resolve(self, url: str, _id: str, context: Any) -> Any:
        if url.endswith("xlink.xsd"):
            return self.resolve_filename(str(schemas() / "xlink" / "xlink.xsd"), context)
        if url.endswith("xml.xsd"):
            return self.resolve_filename(str(schemas() / "xlink" / "xml.xsd"), context)
        return None


def schemas() -> Path:
    if "SMA_SCHEMAS" not in os.environ:
        pytest.skip("the official schemas are not at hand: set SMA_SCHEMAS")
    return Path(os.environ["SMA_SCHEMAS"])


@cache
def schema(path: str | None = None) -> etree.XMLSchema:
    """One schema, or with ``None`` the driver for METS with PREMIS and MDTO in it."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline())
    if path:
        return etree.XMLSchema(etree.parse(str(schemas() / path), parser))
    return etree.XMLSchema(etree.XML(_DRIVER, parser, base_url=f"{schemas()}/driver.xsd"))


def errors(tree: Any, path: str | None = None) -> list[str]:
    """What a schema has against a document."""
    checked = schema(path)
    checked.validate(tree)
    return [f"{error.line}: {error.message}" for error in checked.error_log]
