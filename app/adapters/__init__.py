"""The outside world, one thing per file, each behind a port."""
