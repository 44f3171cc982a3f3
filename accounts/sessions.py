"""The browser sessions of a user: listed, and ended together with what they had unlocked."""

from allauth.usersessions.models import UserSession
from django.shortcuts import get_object_or_404

from accounts.models import User

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
    """The live sessions of `user`, the current one first, then the latest; each with `device` and `current` set."""
    sessions = UserSession.objects.purge_and_list(user)
    for session in sessions:
        session.device = describe_device(session.user_agent)
        session.current = session.session_key == current_key
    return sorted(sessions, key=lambda session: (not session.current, -session.created_at.timestamp()))


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
