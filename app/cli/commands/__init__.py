"""One small function per command, the same inside the running app and without it."""
