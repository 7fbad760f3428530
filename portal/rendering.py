"""How forms become HTML: the templates in templates/django/forms/ (see docs/design-system.md)."""

from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Looks for form templates where TEMPLATES says, ours first; `django.forms` must be installed."""
