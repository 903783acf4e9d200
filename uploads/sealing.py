"""When is a bundle sealed, and for what? For a preview, or for an upload that is due."""

from datetime import datetime

from django.db import transaction

from payloads.builder import SealedBundle, build_bundle
from programs.catalog import program
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.fence import TAKEN_OVER, Fenced
from uploads.models import Preview, Upload


def seal(server: LicenseServer, *, program_code: str, kind: str, at: datetime) -> SealedBundle:
    """Build a bundle and keep it. Raises payloads.gate.GateClosed when something may not leave."""
    bundle = build_bundle(server, program(program_code), kind=kind, at=at, folder=bundle_store.store_folder())
    bundle_store.keep(bundle)
    return bundle


def seal_preview(server: LicenseServer, *, program_code: str, kind: str, at: datetime) -> Preview:
    """Seal a bundle to look at. The preview before it gives way; its bytes go unless an upload needs them."""
    bundle = seal(server, program_code=program_code, kind=kind, at=at)
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
            },
        )
    if old:
        drop_if_unused(old.bundle_sha256)
    return preview


def seal_for(upload: Upload, *, at: datetime) -> None:
    """Give the upload its bundle, once: a sealed upload keeps the bytes that it has.

    Raises Fenced when another worker took the upload over meanwhile: then its bundle counts, not this one.
    """
    if not upload.bundle_sha256:
        bundle = seal(upload.server, program_code=upload.program, kind=upload.kind, at=at)
        facts = {"bundle_sha256": bundle.sha256, "bundle_name": bundle.name, "size": bundle.size}
        ours = Upload.objects.filter(pk=upload.pk, lease_holder=upload.lease_holder, bundle_sha256="")
        if not ours.update(**facts):
            drop_if_unused(bundle.sha256)
            raise Fenced(TAKEN_OVER)
        upload.bundle_sha256, upload.bundle_name, upload.size = bundle.sha256, bundle.name, bundle.size
    # Again for a bundle that was sealed before: its worker may have been killed in between.
    bundle_store.publish(upload.server, sha256=upload.bundle_sha256, name=upload.bundle_name)


def drop_if_unused(sha256: str) -> None:
    """Delete the bytes of a bundle that neither an upload nor a preview refers to."""
    if Upload.objects.filter(bundle_sha256=sha256).exists() or Preview.objects.filter(bundle_sha256=sha256).exists():
        return
    bundle_store.path_of(sha256).unlink(missing_ok=True)
