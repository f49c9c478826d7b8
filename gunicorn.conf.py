"""How gunicorn serves the portal: ``gunicorn wsgi:app`` reads this by itself.

The application is loaded and warmed once, its objects are frozen out of the garbage collector,
and the workers are forked from that: less memory each, and no pauses over objects that stay.
"""

import gc
import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
control_socket_disable = True
keepalive = 15
timeout = 30
graceful_timeout = 20
accesslog = os.environ.get("ACCESS_LOG") or None  # "-" for standard output; holds addresses
forwarded_allow_ips = ""  # the application itself decides which proxies it trusts


def when_ready(server):
    """Warm the application before the workers are forked."""
    from app.warm_up import warm_up  # noqa: PLC0415 - only when the server is up

    warm_up(server.app.wsgi())
    gc.collect()
    gc.freeze()
