"""The command line: talks to the running app, or opens the store itself when none runs."""
