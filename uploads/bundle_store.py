"""Where are sealed bundles kept? Under their SHA-256; and once more under the name that scripts look for.

The second name is a hard link, so both are the same bytes and cost no space.
"""

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from payloads.builder import SealedBundle
from payloads.bundle import sha256_of
from servers.models import LicenseServer
from uploads.checked_bundle import BundleMissing as BundleMissing  # noqa: PLC0414  # raised here too
from uploads.checked_bundle import CheckedBundle


def store_folder() -> Path:
    """The folder of all bundles; building happens there too, so that a finished file moves by its name alone."""
    return Path(settings.DATA_DIR) / "bundles"


def keep(bundle: SealedBundle) -> Path:
    """Move a freshly built bundle to its place, safely on disk before this returns. On OSError nothing is left."""
    target = path_of(bundle.sha256)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with bundle.path.open("rb") as file:
            os.fsync(file.fileno())
        bundle.path.replace(target)
    except OSError:
        bundle.path.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return target


def path_of(sha256: str) -> Path:
    """Where the bundle of this digest lies, whether or not it does."""
    return store_folder() / sha256[:2] / f"{sha256}.zip"


def open_checked(sha256: str) -> Path:
    """The path of a bundle whose bytes were just checked. Raises BundleMissing."""
    path = _existing(sha256)
    if sha256_of(path) != sha256:
        raise BundleMissing(
            _("The bundle %(digest)s… was changed on disk and will not be sent.") % {"digest": sha256[:12]}
        )
    return path


@contextmanager
def open_to_send(sha256: str, *, start: int) -> Iterator[CheckedBundle]:
    """The bundle from byte `start` on, checked now and while it is read. Raises BundleMissing."""
    with _existing(sha256).open("rb") as file:
        yield CheckedBundle(file, sha256, start=start)


def publish(server: LicenseServer, *, sha256: str, name: str) -> Path:
    """Show the bundle below the server's resource folder, where the product keeps it. Raises BundleMissing."""
    link = published_path(server, name=name)
    link.parent.mkdir(parents=True, exist_ok=True)
    draft = link.with_name(f".{name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    os.link(_existing(sha256), draft)
    draft.replace(link)
    return link


def published_path(server: LicenseServer, *, name: str) -> Path:
    """Where the product itself keeps a bundle of this name: product usage has a folder of its own."""
    folder = Path("cis bundles", "ul_usage") if name.startswith("upload_usage_") else Path("usage")
    return resource_folder(server) / folder / name


def unpublish(server: LicenseServer, *, sha256: str, name: str) -> None:
    """Take the bundle out of the server's resource folder, with what a killed `publish` left of it there.

    A file of this name with other bytes stays: it belongs to another bundle.
    """
    link, path = published_path(server, name=name), path_of(sha256)
    for one in [link, *link.parent.glob(f".{glob.escape(name)}.*")]:
        if path.is_file() and one.is_file() and one.samefile(path):
            one.unlink(missing_ok=True)


def resource_folder(server: LicenseServer) -> Path:
    """The folder that looks like `LS/resource` of a real license server."""
    return Path(settings.DATA_DIR) / "servers" / str(server.guid) / "resource"


def _existing(sha256: str) -> Path:
    path = path_of(sha256)
    if not path.is_file():
        raise BundleMissing(_("The bundle %(digest)s… is not in the store any more.") % {"digest": sha256[:12]})
    return path


def sync_folder(folder: Path) -> None:
    """Make a new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
