"""A copy of the project in a temporary folder, prepared as ``make run`` does.

What runs is the copy: edits during a run change nothing, and ``static/`` and ``instance/`` of the
project stay as they are.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
_COPIED = ("app", "bench", "migrations", "static", "templates", "translations")
_FILES = ("gunicorn.conf.py", "wsgi.py")
# What could make the measured portal differ from the one in production.
_FOREIGN = ("DATABASE_URL", "HOST", "PORT", "WEB_CONCURRENCY", "WEB_THREADS", "FLASK_DEBUG")


@dataclass(frozen=True)
class Workspace:
    """The copy, and the environment in which its processes run."""

    folder: Path

    def environment(self, **extra: str) -> dict[str, str]:
        """The environment of a process in the copy."""
        kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        own = {
            "INSTANCE_DIR": str(self.folder / "instance"),
            "SECRET_KEY": "only for the bench",
            "PYTHONPATH": str(self.folder),
            "FLASK_APP": "wsgi",
            "LOG_LEVEL": "ERROR",
        }
        return {**kept, **own, **extra}

    def python(self, *arguments: str, **extra: str) -> str:
        """Run Python in the copy and return what it wrote; ``CalledProcessError`` when it fails."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment(**extra),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def ask(self, module: str, *arguments: str, database: str) -> Any:
        """The JSON that ``python -m MODULE`` prints, run on *database*."""
        return json.loads(self.python("-m", module, *arguments, DATABASE_URL=database))


@contextmanager
def workspace() -> Iterator[Workspace]:
    """Make the copy, compile its catalogs and compress its static files; remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        for part in _COPIED:
            shutil.copytree(
                PROJECT / part,
                folder / part,
                ignore=shutil.ignore_patterns("__pycache__", "*.gz", "*.br"),
            )
        for part in _FILES:
            shutil.copy(PROJECT / part, folder / part)
        (folder / "instance").mkdir()
        space = Workspace(folder)
        space.python("-m", "flask", "translations", "compile")
        space.python("-m", "whitenoise.compress", "--quiet", "static")
        yield space
