"""What keeps the project in order: locks, licenses, links, sources, releases."""
