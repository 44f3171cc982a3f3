"""Errors to Sentry, if a DSN is set. What leaves this machine is decided in `audit.sentry_events`, nowhere else."""

import logging
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from audit.sentry_events import clean_event, drop

if TYPE_CHECKING:
    from sentry_sdk.transport import HttpTransport


def init(dsn: str, environment: str) -> None:
    """Start reporting to `dsn`; nothing happens, and nothing is imported, if that is empty.

    Raises ImproperlyConfigured, without quoting it, if the DSN is none.
    """
    if not dsn:
        return
    import sentry_sdk  # half a second, and most installations have no DSN
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration
    from sentry_sdk.utils import BadDsn

    try:
        sentry_sdk.init(
            dsn=dsn,
            environment=environment,
            transport=_errors_only_transport(),
            # Named one by one: the automatic ones patch the model SDKs and record prompts.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[
                DjangoIntegration(transaction_style="function_name", middleware_spans=False, signals_spans=False),
                LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
                ExcepthookIntegration(),
                ThreadingIntegration(propagate_hub=False),
                AtexitIntegration(callback=lambda pending, timeout: None),  # sends what is pending, and says nothing
                DedupeIntegration(),
            ],
            before_send=clean_event,
            before_send_transaction=drop,
            before_send_log=drop,
            before_send_metric=drop,
            before_breadcrumb=drop,
            max_breadcrumbs=0,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            attach_stacktrace=True,
            propagate_traces=False,
            trace_propagation_targets=[],
            auto_session_tracking=False,
            send_client_reports=False,
            server_name="agentsite",
        )
    except BadDsn:
        raise ImproperlyConfigured("SENTRY_DSN is not a Sentry DSN (https://KEY@HOST/PROJECT).") from None


def _errors_only_transport() -> "type[HttpTransport]":
    """The SDK's transport, narrowed to error events: no attachments, sessions, logs, metrics, traces or profiles."""
    from sentry_sdk.envelope import Envelope
    from sentry_sdk.transport import HttpTransport

    class ErrorsOnlyTransport(HttpTransport):
        def capture_envelope(self, envelope: Envelope) -> None:
            events = [item for item in envelope.items if item.type == "event"]
            # The other headers of an envelope repeat what a caller's `baggage` header said.
            headers = {"event_id": envelope.headers["event_id"]} if "event_id" in envelope.headers else {}
            if events:
                super().capture_envelope(Envelope(headers=headers, items=events))

    return ErrorsOnlyTransport
