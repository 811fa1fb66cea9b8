"""Whether components run with the plugin, as their processes tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from making_archivematica import Installation
from sma_plugin.archivematica import running
from sma_plugin.archivematica.components import known
from sma_plugin.archivematica.running import Use, use_of
from sma_plugin.archivematica.shared_folder import inotify_works, kind_of

OURS = {"DJANGO_SETTINGS_MODULE": "sma_archivematica.settings.mcpserver"}


@pytest.mark.parametrize(
    ("environment", "use"),
    [
        (OURS | {"PYTHONPATH": "{target}:/usr/lib/archivematica"}, "in use"),
        (OURS | {"PYTHONPATH": "/elsewhere"}, "without"),
        ({"PYTHONPATH": "{target}", "DJANGO_SETTINGS_MODULE": "settings.common"}, "without"),
        ({}, "without"),
    ],
)
def test_how_a_component_runs_is_told_by_its_environment(
    environment: dict[str, str], use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Installation(tmp_path / "archief")
    told = {name: value.format(target=here.target) for name, value in environment.items()}
    monkeypatch.setattr(running, "_PROC", here.runs("mcp-server", 2000, told))
    home = Path(here.path("MCPServer/lib"))
    assert use_of("mcp-server", home, here.target, 1999) == use
    assert use_of("mcp-client", home, here.target, 1999) == "not running"
    assert use_of("mcp-server", home.parent, here.target, 1999) == "not running"
    if use == "in use":
        assert use_of("mcp-server", home, here.target, 2001) == "before"


def test_a_process_of_another_user_cannot_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Installation(tmp_path / "archief")
    proc = here.runs("mcp-server", 2000, OURS)
    monkeypatch.setattr(running, "_PROC", proc)
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "environ":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert use_of("mcp-server", Path(here.path("MCPServer/lib")), here.target, 0) == "hidden"


@pytest.mark.parametrize(
    ("component", "command"),
    [
        ("mcp-server", "{python} {home}/archivematicaMCP.py"),
        ("mcp-server", "{python} -m coverage run {home}/archivematicaMCP.py"),
        ("mcp-server", "{python} -m archivematica.MCPServer.archivematicaMCP"),
        ("mcp-client", "{python} -m archivematica.MCPClient.archivematicaClient"),
        ("dashboard", "{bin}/gunicorn --config /etc/archivematica/dashboard.gunicorn-config.py wsgi:application"),
        ("dashboard", "{python} -m gunicorn --config={home}/x/dashboard.gunicorn-config.py wsgi:application"),
        ("dashboard", "{bin}/gunicorn --config /etc/x.py archivematica.dashboard.wsgi:application"),
    ],
)
@pytest.mark.parametrize("seen", [True, False])
def test_a_component_is_known_by_what_started_it(
    component: str, command: str, *, seen: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As packages and images of 1.17 and 1.18 start them; the folder that a process works in is not always told."""
    here = Installation(tmp_path / "archief")
    proc = here.runs("mcp-server", 2000, {})
    home = Path(here.path("MCPServer/lib"))
    words = command.format(python="/venv/bin/python", bin="/venv/bin", home=home).split()
    (proc / "42" / "cmdline").write_text("\0".join([*words, ""]))
    monkeypatch.setattr(running, "_PROC", proc)
    if not seen:
        monkeypatch.setattr(Path, "readlink", not_told)
    assert [name for name in known().components if [*running.processes(name, home)]] == [component]


def not_told(path: Path) -> None:
    raise PermissionError(13, "Permission denied", str(path))


def test_where_the_system_shows_nothing_of_other_users_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Installation(tmp_path / "archief")
    monkeypatch.setattr(running, "_PROC", here.runs("mcp-server", 2000, OURS))

    def refused(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert use_of("mcp-server", Path(here.path("MCPServer/lib")), here.target, 0) == "not running"


def test_changes_over_a_network_are_not_told_by_the_system(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/am {tmp_path} nfs4 rw 0 0\n")
    assert kind_of(tmp_path / "shared", mounts) == "nfs4"
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nsystemd-1 {tmp_path} autofs rw 0 0\nserver:/am {tmp_path} nfs4 rw 0 0\n"
    )
    assert kind_of(tmp_path / "shared", mounts) == "nfs4"  # mounted when it is first looked into
    named = tmp_path / "gedeelde map"
    mounts.write_bytes(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/am {tmp_path}/gedeelde\\040map cifs rw 0 0\n".encode() + b"\xff / \xe9 r\n"
    )
    assert kind_of(named, mounts) == "cifs"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/am {tmp_path} nfs4 rw 0 0\n")
    assert not inotify_works(tmp_path / "shared", mounts)
    assert inotify_works(Path("/var"), mounts)
    assert inotify_works(tmp_path, tmp_path / "no such file")
