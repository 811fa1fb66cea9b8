"""The settings of MCPClient as the installation has them, with our app."""

from sma_archivematica.layouts import settings_with_ours

globals().update(settings_with_ours("mcpclient"))
