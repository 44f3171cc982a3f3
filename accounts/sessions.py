"""The browser sessions of a user: listed, and ended together with what they had unlocked."""

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from accounts.unlock import session_holder

NOTED_EVERY = 600

# In this order, since each browser also claims to be those after it, and each phone to be a Mac or a Linux.
BROWSERS = {
    "Edg": "Edge",
    "EdgA": "Edge",
    "EdgiOS": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def list_sessions(user: User, current_key: str | None) -> list[UserSession]:
    """The live sessions of `user`, the current one first, then the last used; each with `device` and `current` set."""
    sessions = UserSession.objects.purge_and_list(user)
    for session in sessions:
        session.device = describe_device(session.user_agent)
        session.current = session.session_key == current_key
    return sorted(sessions, key=lambda session: (not session.current, -session.last_seen_at.timestamp()))


def note_use(user_id: int, session_key: str) -> None:
    """Remember when a session was last used. Writing at every request would double its cost: once in ten minutes."""
    if cache.add(f"session-use:{session_holder(session_key)}", True, NOTED_EVERY):
        UserSession.objects.filter(user_id=user_id, session_key=session_key).update(last_seen_at=timezone.now())


def get_session(user: User, session_id: int) -> UserSession:
    """A session of this user, or Http404."""
    return get_object_or_404(UserSession, pk=session_id, user=user)


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """End the sessions of `user`, and by a receiver their unlocks, but for the one with key `keep`; return how many."""
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=keep or ""))
    for session in sessions:
        session.end()
    return len(sessions)


def describe_device(user_agent: str) -> tuple[str, str]:
    """Browser and system for people to recognise, such as `("Firefox", "Linux")`; empty where unknown."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return browser, system
