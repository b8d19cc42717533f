"""The composition root: the only place that names every concrete class and puts them together."""

from app.bootstrap.headless import run_headless
from app.bootstrap.signals import quitting_on_signals
from app.bootstrap.store import build_desk, folders_of, open_desk

__all__ = ["build_desk", "folders_of", "open_desk", "quitting_on_signals", "run_headless"]
