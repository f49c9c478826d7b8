"""Putting messages into the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.database import db
from app.notifications.models import Notice


def enqueue(
    event_key: str,
    template: str,
    params: Mapping[str, Any],
    *,
    phone: str,
    email: str,
    locale: str,
    now: datetime,
) -> None:
    """Write the message *template* for whoever has *phone* (E.164 digits) or *email*, one row for
    each address given. Call it inside the transaction of the change; *event_key* names the change.
    """
    for channel, recipient in (("sms", phone), ("email", email)):
        if recipient:
            db.session.add(
                Notice(
                    event_key=f"{event_key}:{channel}",
                    channel=channel,
                    recipient=recipient,
                    locale=locale,
                    template=template,
                    params=dict(params),
                    next_attempt_at=now,
                    created_at=now,
                )
            )
