"""When is a bundle sealed, and for what? For a preview, or for an upload that is due.

With it is kept what it was sealed on: the participation, and the newest decision before sealing began. The fence
compares them with what is in force when the bundle is to leave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from payloads.builder import SealedBundle, build_bundle
from programs.catalog import program
from programs.growth import note_growth
from programs.models import ConsentDecision
from programs.participation import participation, permitted_elements
from programs.standing import state_of
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.disk import refuse_without_room
from uploads.fence import TAKEN_OVER, Fenced
from uploads.models import Preview, Upload
from uploads.retention import still_needed


@dataclass(frozen=True, slots=True)
class Ground:
    """What a bundle was sealed on."""

    sealed_as: str
    sealed_under: int


def seal(
    server: LicenseServer,
    *,
    program_code: str,
    kind: str,
    at: datetime,
    as_if_granted: bool = False,
    under_way: Callable[[], None] = lambda: None,
) -> tuple[SealedBundle, Ground]:
    """Build a bundle of what is accepted and keep it. Raises payloads.gate.GateClosed when something may not leave.

    Raises DiskFull before anything is written where there is no room for it.

    The ground is read before the consent: a decision in between makes it out of date, never wrong. `as_if_granted`
    shows of a program that is off what it would send; such a bundle is sealed under no grant, so it never leaves.
    """
    refuse_without_room(server.pk, program_code=program_code, kind=kind)
    server = LicenseServer.objects.get(pk=server.pk)
    one = program(program_code)
    number = ConsentDecision.objects.newest_number(server, program_code)
    ground = Ground(participation(one, server).state, number)
    consent = state_of(server, program_code)
    would_be = as_if_granted and not consent.granted and not consent.is_required
    upload = one.upload(kind)
    permitted = {element.path for element in (upload.elements() if would_be else permitted_elements(upload, consent))}
    bundle = build_bundle(
        server,
        one,
        kind=kind,
        at=at,
        folder=bundle_store.store_folder(),
        permitted=permitted,
        under_way=under_way,
    )
    bundle_store.keep(bundle)
    return bundle, ground


def seal_preview(server: LicenseServer, *, program_code: str, kind: str, at: datetime) -> Preview:
    """Seal a bundle to look at. The preview before it gives way; its bytes go unless an upload needs them."""
    bundle, ground = seal(server, program_code=program_code, kind=kind, at=at, as_if_granted=True)
    with transaction.atomic():
        old = Preview.objects.filter(server=server, program=program_code, kind=kind).first()
        preview, _ = Preview.objects.update_or_create(
            server=server,
            program=program_code,
            kind=kind,
            defaults={
                "bundle_sha256": bundle.sha256,
                "bundle_name": bundle.name,
                "size": bundle.size,
                "sealed_at": at,
                "sealed_as": ground.sealed_as,
                "sealed_under": ground.sealed_under,
            },
        )
    if old:
        drop_if_unused(old.bundle_sha256)
    return preview


def seal_for(upload: Upload, *, at: datetime, under_way: Callable[[], None] = lambda: None) -> None:
    """Give the upload its bundle, once: a sealed upload keeps the bytes that it has.

    `under_way` is called again and again while that takes time: the caller prolongs its lease. Raises Fenced when
    another worker took the upload over meanwhile: then its bundle counts, not this one.
    """
    if not upload.bundle_sha256:
        note_growth(upload.server, program_code=upload.program)
        bundle, ground = seal(upload.server, program_code=upload.program, kind=upload.kind, at=at, under_way=under_way)
        facts = {
            "bundle_sha256": bundle.sha256,
            "bundle_name": bundle.name,
            "size": bundle.size,
            "sealed_as": ground.sealed_as,
            "sealed_under": ground.sealed_under,
        }
        ours = Upload.objects.filter(pk=upload.pk, lease_holder=upload.lease_holder, bundle_sha256="")
        if not ours.update(**facts):
            drop_if_unused(bundle.sha256)
            raise Fenced(TAKEN_OVER)
        for name, value in facts.items():
            setattr(upload, name, value)
    # Again for a bundle that was sealed before: its worker may have been killed in between.
    bundle_store.publish(upload.server, sha256=upload.bundle_sha256, name=upload.bundle_name)


def drop_if_unused(sha256: str) -> None:
    """Delete the bytes of a bundle that neither an upload nor a preview refers to."""
    if not still_needed([sha256]):
        bundle_store.path_of(sha256).unlink(missing_ok=True)


def drop_previews(server: LicenseServer, *, program_code: str) -> None:
    """Forget the previews of a program: what would be sent now is something else."""
    for preview in Preview.objects.filter(server_id=server.pk, program=program_code):
        preview.delete()
        drop_if_unused(preview.bundle_sha256)
