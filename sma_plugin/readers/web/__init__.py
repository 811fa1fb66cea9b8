"""Web harvests: pages, screenshots and failures as evidence."""
