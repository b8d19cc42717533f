"""Timekept: a tray timer that never loses or doubles a second."""

__version__ = "0.1.0"
