"""The bare extension objects; ``create_app`` binds them to the application.

``db`` is in ``app.database``, beside the base class and the column types it needs.
"""

from __future__ import annotations

from flask_babel import Babel
from flask_wtf import CSRFProtect

babel = Babel()
csrf = CSRFProtect()
