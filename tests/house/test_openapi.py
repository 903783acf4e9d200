"""Is the API what was reviewed? Its description equals the snapshot beside this file.

After a change that is meant: `python manage.py spectacular --generator-class api.schema.Description --validate
--fail-on-warn --file tests/house/openapi.yaml`, then read the difference.
"""

from pathlib import Path

from django.core.management import call_command

SNAPSHOT = Path(__file__).with_name("openapi.yaml")


def test_it_is_described_as_reviewed(tmp_path: Path) -> None:
    written = tmp_path / "openapi.yaml"
    options = {"generator_class": "api.schema.Description", "validate": True, "fail_on_warn": True}
    call_command("spectacular", file=str(written), **options)
    assert written.read_text() == SNAPSHOT.read_text()
