"""Does the API describe itself under the strict content security policy?"""

import json
import re

import yaml
from django.test import Client

from tests.api.calling import V1, get


def test_it_serves_the_document_as_yaml_and_json(as_cleo: Client) -> None:
    as_yaml = yaml.safe_load(get(as_cleo, "/schema").content)
    as_json = json.loads(get(as_cleo, "/schema?format=json").content)
    assert as_yaml == as_json
    assert "/api/v1/uploads/{id}/bundle" in as_yaml["paths"]


def test_it_names_each_address_once(as_cleo: Client) -> None:
    paths = yaml.safe_load(get(as_cleo, "/schema").content)["paths"]
    assert not [path for path in paths if path.endswith("/")]


def test_it_describes_token_key_and_problem(as_cleo: Client) -> None:
    document = yaml.safe_load(get(as_cleo, "/schema").content)
    start = document["paths"]["/api/v1/uploads"]["post"]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "Idempotency-Key" in {parameter["name"] for parameter in start["parameters"]}
    assert "application/problem+json" in start["responses"]["default"]["content"]


def test_it_shows_the_viewer_without_inline_script_or_style(as_cleo: Client) -> None:
    page = as_cleo.get(f"{V1}/docs/")
    text = page.content.decode()
    assert re.findall(r"<script(?![^>]*src=)|<style|style=|onclick", text) == []
    assert "https://" not in text
    policy = page["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_it_starts_the_viewer_from_its_own_address(as_cleo: Client) -> None:
    script = as_cleo.get(f"{V1}/docs/?script=")
    assert script["Content-Type"] == "application/javascript"
    assert '"validatorUrl": null' in script.content.decode()
