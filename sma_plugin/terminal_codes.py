"""The codes of findings with their meaning, printed to a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console

from sma_plugin import findings
from sma_plugin.findings import Code, Language
from sma_plugin.notation import word
from sma_plugin.terminal import write
from sma_plugin.texts import text


def print_codes(console: Console, codes: Mapping[str, Code], language: Language, *, explained: bool) -> None:
    """Each code with what to do; ``explained`` with the rule behind it and the codes that it goes with."""
    for name, code in codes.items():
        write(console, f"{name}  {word('severity', code.severity, language)}", style="bold")
        write(console, findings.pattern(code.text[language]), 2)
        write(console, f"{text('to_do', language)}: {findings.pattern(code.remedy[language])}", 2)
        if explained:
            write(console, f"{text('code_source', language)}: {code.source}", 2)
            effects = [other for other, one in findings.codes().items() if name in one.implied_by]
            for label, others in (("implied_by", code.implied_by), ("implies", effects)):
                if others:
                    write(console, f"{text(label, language)}: {', '.join(others)}", 2)
