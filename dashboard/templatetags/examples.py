"""How is an example of the style guide drawn? By the template that the pages use, with what the example gives it."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from dashboard.style_guide import Example

register = template.Library()


@register.simple_tag(takes_context=True)
def example(context: template.RequestContext, one: Example) -> SafeString:
    """The component itself, with the person, the rights and the token of the page around it."""
    engine: Any = context.template.engine  # type: ignore[union-attr]  # a template that is being rendered has one
    with context.push(**one.context):
        found: SafeString = engine.get_template(one.template).render(context)
    return found
