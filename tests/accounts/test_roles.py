"""May each role do exactly what it is here for?"""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from accounts.roles import PERMISSIONS, WITHOUT_TABLE, Role
from tests.factories import a_person

READ = {
    "servers.view_licenseserver",
    "licenses.view_license",
    "programs.view_program",
    "programs.view_consentdecision",
    "programs.view_policy",
    "uploads.view_upload",
    "intake.view_sourcereport",
    "alerts.view_alert",
}
MAY: dict[Role, set[str]] = {
    Role.VIEWER: READ,
    Role.OPERATOR: READ
    | {
        "intake.add_sourcereport",
        "uploads.start_upload",
        "uploads.seal_preview",
        "uploads.carry_report",
        "alerts.react",
    },
    Role.PRIVACY_OFFICER: READ
    | {"programs.propose_policy", "programs.approve_policy"}
    | {"programs.decide", "uploads.download_bundle", "uploads.seal_preview", "licenses.view_assignment_names"},
    Role.ADMINISTRATOR: READ
    | {"intake.add_sourcereport", "uploads.start_upload", "uploads.seal_preview", "uploads.carry_report"}
    | {"uploads.trust_receiver", "alerts.react", "alerts.manage_channels", "alerts.change_threshold"}
    | {"programs.decide", "programs.propose_policy", "programs.approve_policy", "uploads.download_bundle"}
    | {"servers.add_licenseserver", "servers.change_licenseserver", "servers.archive_licenseserver"}
    | {"servers.register_licenseserver", "servers.change_installation", "accounts.manage_people"}
    | {"licenses.view_assignment_names"},
}
EVERY = sorted(MAY[Role.ADMINISTRATOR])


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", EVERY)
def test_it_grants_a_role_what_it_is_here_for_and_nothing_else(role: Role, permission: str) -> None:
    assert a_person(role).has_perm(permission) is (permission in MAY[role])


def test_it_knows_no_permission_beyond_these() -> None:
    assert {role: set(names) for role, names in PERMISSIONS.items()} == MAY


@pytest.mark.django_db
@pytest.mark.parametrize("name", EVERY)
def test_it_names_permissions_that_exist_or_that_need_no_table(name: str) -> None:
    app, _, codename = name.partition(".")
    exists = Permission.objects.filter(content_type__app_label=app, codename=codename).exists()
    assert exists is (name not in WITHOUT_TABLE)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_it_grants_nothing_to_the_inactive(role: Role) -> None:
    person = a_person(role)
    person.is_active = False
    assert [name for name in EVERY if person.has_perm(name)] == []
    assert person.get_all_permissions() == set()


@pytest.mark.django_db
def test_it_grants_nothing_to_strangers() -> None:
    assert [name for name in EVERY if AnonymousUser().has_perm(name)] == []


@pytest.mark.django_db
def test_it_grants_nothing_to_a_role_that_does_not_exist() -> None:
    person = a_person()
    person.role = "emperor"
    assert person.get_all_permissions() == set()


@pytest.mark.django_db
def test_it_grants_nothing_by_groups_or_single_permissions() -> None:
    person = a_person(Role.VIEWER)
    person.user_permissions.add(Permission.objects.get(codename="start_upload"))
    assert not person.has_perm("uploads.start_upload")
