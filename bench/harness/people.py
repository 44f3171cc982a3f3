"""`python -m bench.harness.people COUNT [AGENT]`, on a scratch database: makes users.

They are logged in and have a conversation each. Prints a JSON list of `{"user", "session", "conversation"}`.
"""

import json
import sys

import bench.harness  # noqa: F401  sets Django up

from importlib import import_module  # isort: skip

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import User
from conversations.actions import start_conversation


def session_of(user: User) -> str:
    """The key of a browser session in which this user has logged in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def person(number: int, agent: str) -> dict[str, object]:
    user = User.objects.create_user(f"person-{number}@example.invalid")
    conversation = start_conversation(user.pk, agent, source="web")
    return {"user": user.pk, "session": session_of(user), "conversation": str(conversation.id)}


if __name__ == "__main__":
    first = User.objects.count()
    agent = sys.argv[2] if len(sys.argv) > 2 else "directory"
    print(json.dumps([person(first + number, agent) for number in range(int(sys.argv[1]))]))
