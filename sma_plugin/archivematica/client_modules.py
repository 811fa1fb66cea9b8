"""The client-modules file: what the MCPClient can do, with our client scripts added to what it could do already.

An INI file with one section, ``[supportedBatchCommands]``, and ``name_v0.0 = module`` per line. A file that is named by
``ARCHIVEMATICA_MCPCLIENT_MCPCLIENT_ARCHIVEMATICACLIENTMODULES`` takes the place of the stock one, so ours is the stock
file, byte for byte, with a block of lines after it. Taking the block away gives the stock file back.
"""

from __future__ import annotations

import re
from configparser import Error as ParserError
from configparser import RawConfigParser
from pathlib import Path

from sma_plugin.texts import UserError

STOCK = "archivematicaClientModules"
"""What the file is called in an installation."""
SECTION = "supportedBatchCommands"
OURS = ("sma_receive", "sma_compose", "sma_return", "sma_check", "sma_provenance", "sma_aip_mets")
"""The client scripts in the order of the workflow; each is named as its module, with the protocol's version behind."""
_PROTOCOL = "_v0.0"
_BEGIN, _END = b"# sma-plugin: begin\n", b"# sma-plugin: end\n"
_BLOCK = re.compile(rb"\n" + re.escape(_BEGIN) + rb".*?" + re.escape(_END), re.DOTALL)


def client_modules(stock: bytes, path: Path | None = None) -> bytes:
    """The stock file with our client scripts added; of a file that has them already the same, made anew.

    ``path`` is where the stock file was read from, for messages. Raises :class:`UserError` for what is no such file,
    and for one in which another has taken a name of ours.
    """
    own = stock_modules(stock)
    taken = names(own, path)
    clash = sorted({f"{name}{_PROTOCOL}" for name in OURS} & set(taken))
    if clash:
        raise UserError("am_modules_clash", path=path or STOCK, name=clash[0], module=taken[clash[0]])
    lines = "".join(f"{name}{_PROTOCOL} = {name}\n" for name in OURS).encode()
    return own + b"\n" + _BEGIN + lines + _END


def stock_modules(merged: bytes) -> bytes:
    """The file as it was before ours was added, byte for byte; a stock file as it is."""
    return _BLOCK.sub(b"", merged)


def has_ours(modules: bytes) -> bool:
    """Whether our client scripts were added to this file, by this version or another."""
    return _BLOCK.search(modules) is not None


def names(modules: bytes, path: Path | None = None) -> dict[str, str]:
    """The commands of such a file in lower case (that is how Archivematica reads them), each with its module.

    Raises :class:`UserError` for what is no such file.
    """
    parser = RawConfigParser()
    try:
        parser.read_string(modules.decode())
        return dict(parser.items(SECTION))
    except (UnicodeDecodeError, ParserError) as error:
        raise UserError("am_modules_none", path=path or STOCK, reason=str(error).splitlines()[0].rstrip(".")) from error
