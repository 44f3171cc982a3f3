"""`{% request_id %}`: the id under which this request is logged. Works where a template gets no context."""

from django import template

from audit.requests import current_request_id

register = template.Library()
register.simple_tag(current_request_id, name="request_id")
