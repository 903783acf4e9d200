"""Would the containers start healthy, unprivileged and without a secret in the open?"""

import re
import subprocess
from shutil import which
from typing import Any

import pytest
import yaml

from tests.house.source_tree import ROOT
from tests.house.test_documentation import variables_read

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "licensing-manager"}
ONE_SHOT = {"release"}


def test_it_has_the_services_of_production() -> None:
    assert set(SERVICES) == {"database", "broker", "release", "web", "worker", "beat"}
    assert set(OURS) == {"release", "web", "worker", "beat"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_checked_or_ends_by_itself(name: str) -> None:
    if name in ONE_SHOT:
        assert SERVICES[name]["restart"] == "no"
    else:
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_runs_as_root_or_writes_outside_its_volumes(name: str) -> None:
    assert SERVICES[name]["user"] not in {"root", "0", "0:0"}
    assert SERVICES[name]["read_only"] is True


def test_every_variable_is_one_that_we_read() -> None:
    names = {name.removesuffix("_FILE") for service in OURS.values() for name in service["environment"]}
    assert names - variables_read() == set()


def test_every_secret_is_a_file_outside_git() -> None:
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not re.search(r"PASSWORD|SECRET", name) or str(value).startswith("/run/secrets/")
    assert not re.search(r"://[^/\s']*:[^%@\s]+@", TEXT)


def test_what_it_names_is_declared() -> None:
    for service in SERVICES.values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_nothing_of_ours_starts_before_the_release_has_ended() -> None:
    for name in OURS.keys() - ONE_SHOT:
        assert OURS[name]["depends_on"]["release"] == {"condition": "service_completed_successfully"}


def test_the_image_runs_without_root_and_is_checked() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER manager"
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert not [line for line in lines if re.search(r"(ENV|ARG).*(PASSWORD|SECRET|TOKEN)", line)]


def test_the_client_of_docker_reads_it_where_there_is_one() -> None:
    if (
        not which("docker")
        or subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode
    ):
        return  # no client here; the tests above read the file themselves
    command = ["docker", "compose", "--file", "docker-compose.yml", "config", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
