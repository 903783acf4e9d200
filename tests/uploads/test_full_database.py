"""What becomes of SQLite, the tick and the pages on a full disk? A process of its own on a small file system."""

import json
import subprocess
import sys
from pathlib import Path

from tests.stories.running_stack import ROOT, product_environment
from tests.uploads.full_database import SERVERS
from tests.uploads.small_disk import small_disk


def test_a_full_disk_under_sqlite_corrupts_nothing_and_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size=6 * 1024 * 1024) as disk:
        environment = product_environment(disk.folder, extra={"UPLOAD_LEASE_SECONDS": "60"})
        story = subprocess.run(
            [sys.executable, "-m", "tests.uploads.full_database"],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert story.returncode == 0, story.stderr
    seen = json.loads(story.stdout)
    assert seen.pop("tick") == "database or disk is full"
    assert seen == {
        "before": 200,
        "write": 507,
        "words": True,
        "read": 200,
        "planned on a full disk": 0,
        "integrity": "ok",
        "tick after": "ok",
        "planned after": 2 * (SERVERS + 1),
        "ticked": True,
    }
