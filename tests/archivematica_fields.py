"""The processing fields in Archivematica's own Python: as MCPServer tells them, and as the dashboard's form has them.

``server [FOLDER]`` prints the fields by language, and what MCPServer answers beforehand for a transfer in the folder.
``dashboard FOLDER LINK CHOICE`` reads fields from standard input, and prints what the form shows, saves and loads.
Started by ``test_am_fields_real.py``; it runs for Python 3.8.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import django

django.setup()


def server(folder: str | None = None) -> dict[str, Any]:
    from server import processing_config
    from server.jobs.decisions import UpdateContextDecisionJob
    from server.workflow import load_workflow

    processing_config.storage_service.get_location = lambda **_: []
    workflow = load_workflow()
    told = {lang: processing_config.get_processing_fields(workflow, lang) for lang in ("en", "nl")}
    if folder:
        job = UpdateContextDecisionJob.__new__(UpdateContextDecisionJob)
        job.link = workflow.get_link(told["en"][-1]["id"])
        job.package = SimpleNamespace(current_path=folder)
        told["preset"] = job.load_preconfigured_context()
    return told


def dashboard(folder: str, link: str, choice: str) -> dict[str, Any]:
    from components.administration import forms

    fields = json.load(sys.stdin)
    forms.MCPClient = lambda _: SimpleNamespace(get_processing_config_fields=lambda: fields)
    forms.helpers.processing_config_path = lambda: folder
    shown = forms.ProcessingConfigurationForm(user=None).as_p()
    filled = forms.ProcessingConfigurationForm({"name": "eigen", link: choice}, user=None)
    if not filled.is_valid():
        raise ValueError(filled.errors)
    filled.save_config()
    loaded = {}
    for name in ("eigen", "social_media"):
        form = forms.ProcessingConfigurationForm(user=None)
        form.load_config(name)
        loaded[name] = form.fields[link].initial
    return {"shown": shown, "loaded": loaded}


found = {"server": server, "dashboard": dashboard}[sys.argv[1]](*sys.argv[2:])
sys.stdout.write("\n" + json.dumps(found))
