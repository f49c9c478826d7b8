"""gunicorn settings of the bare applications: those of the portal, without its warm-up."""

import gc
import os
import runpy

_shared = runpy.run_path("gunicorn.conf.py")
globals().update({name: value for name, value in _shared.items() if not callable(value)})
if os.environ.get("BARE_PLAIN"):
    preload_app = False  # as gunicorn does when it is told nothing


def when_ready(server: object) -> None:
    """As the portal does once it is warm."""
    gc.collect()
    gc.freeze()
