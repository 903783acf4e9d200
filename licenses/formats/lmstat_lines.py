"""Which lines does lmstat print around its rows, and what do they look like?"""

import re
from datetime import datetime

from licenses.formats.dates import NEVER, ReadDate, read_date
from licenses.formats.problems import shown
from licenses.formats.saying import say
from licenses.formats.strays import CUT_MARKS, END_OF_DOS_FILE, PROMPT

COPYRIGHT = re.compile(r"\S{1,40} - Copyright \(c\)", re.IGNORECASE)
HEADER = re.compile(r"Flexible License Manager status on\s++(\S.*+)")
MOMENT = re.compile(r"[A-Za-z]{3} ([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}) ([0-9]{1,2}):([0-9]{2})")
SERVER_ADDRESSES = re.compile(r"License server status:(.*+)")
LICENSE_FILES = re.compile(r"License files?(?:\(s\))? on [^:]{1,255}:?(.*+)")
SERVER = re.compile(r"([^\s:]++): license server (UP|DOWN)(?=[\s.]|$)(.*+)")
DAEMON_HEADING = re.compile(r"Vendor daemon status \(on .{1,255}\):?")
DAEMON_UP = re.compile(r"([^\s:]++): UP(?:\s++v(\S++))?(.*+)")
DAEMON_DOWN = re.compile(r"([^\s:]++): ((?:The desired vendor daemon is down|DOWN)\b.*+)", re.IGNORECASE)
NAMED_FAILURE = re.compile(r"([^\s:]++): ([A-Z].*\(-[0-9]{1,9}[,)].*+)")
FAILURE = re.compile(r"(?:Error getting status|lmgrd is not running): ?+(\S.*+)")
NO_USERS = re.compile(r"Cannot get users of ([^:]++): (\S.*+)")
COUNT_LINE = re.compile(r"Users of ([^:]++):\s*+(\S.*+)")
COUNTS = re.compile(
    r"\((?:Total of )?([0-9]{1,18}) (?:[a-z]{1,40} )?licenses? issued;"
    r"\s*+(?:Total of )?([0-9]{1,18}) (?:[a-z]{1,40} )?licenses? in use\)"
)
UNCOUNTED = re.compile(r"\(Uncounted\b[^)]*+\)", re.IGNORECASE)
ERROR_INSTEAD = re.compile(r"\((Error: .*)\)|Cannot get users of [^:]++: (\S.*+)")
POOL = re.compile(r'"([^"]*+)" v(\S*?),? vendor: ([^\s,]++)(?:, expiry: ?+(\S.*+))?')
VENDOR_STRING = re.compile(r"vendor_string:(.*+)")
POOL_KIND = re.compile(
    r"(?:(floating) license|(uncounted) (?:\S{1,40} )?license|(node-?locked) license)(?:,? locked to (\S.*+)|[.\s]*+)"
)
INSTALLED_COLUMNS = frozenset({"Feature", "Version", "#licenses", "Expires", "Vendor"})

RULER = re.compile(r"[-_=*\s]{3,}+")
NOTES_OF_INSTALLED = (
    "NOTE: lmstat -i does not give information from the server,",
    "but only reads the license file.",
    "lmstat -a is recommended instead.",
)
HEADINGS = ("[Detecting ", "Feature usage info:")
PROMPT_SIGNS = (">", "$", "#", "%")
BEFORE_COMMAND = re.compile(r".*[/\\>$#%]")
COMMANDS = frozenset({"lmutil", "lmstat", "lmutil.exe", "lmstat.exe"})
FOR_EVER = "permanent(no expiration date)"
LOOKS_LIKE_PATH = re.compile(r".*[/\\]|[^\s:;]++[:;]|.*\.(?:lic|dat)\b", re.IGNORECASE)


def is_decoration(text: str) -> bool:
    """Lines that carry nothing: copyright, headings, rulers, notes, prompts, cut marks."""
    return (
        text.startswith(HEADINGS)
        or text.startswith(NOTES_OF_INSTALLED)
        or COPYRIGHT.match(text) is not None
        or RULER.fullmatch(text) is not None
        or is_cut_mark(text)
        or not text.strip(END_OF_DOS_FILE)
        or PROMPT.match(text) is not None
        or _is_command(text)
    )


def _is_command(text: str) -> bool:
    """The call of lmstat itself, as `lmutil lmstat -a`, with or without a prompt in front."""
    words = text[:300].split()[:3]
    if len(words) > 1 and words[0].endswith(PROMPT_SIGNS):
        del words[0]
    command = BEFORE_COMMAND.sub("", words[0].lower())
    return command in COMMANDS and (len(words) == 1 or words[1].lower().startswith(("-", "lmstat")))


def is_cut_mark(text: str) -> bool:
    return text in CUT_MARKS


def is_separator(text: str) -> bool:
    """The dashed line between two license servers."""
    return text.startswith("-----") and not text.strip("-")


def read_moment(text: str) -> datetime | None:
    """Read `Tue 6/2/2009 13:50`: month first, the server's local time, English day names."""
    match = MOMENT.fullmatch(text)
    if match is None:
        return None
    month, day, year, hour, minute = (int(part) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001  # the server's own clock, as printed
    except ValueError:
        return None


def read_expiry(text: str) -> ReadDate:
    """Read a date of a pool or table row; lmstat spells “permanent” with an explanation behind it."""
    return NEVER if text.lower() == FOR_EVER else read_date(text)


def split_paths(text: str) -> list[str]:
    """Split a list of paths at `:` and `;`, but not behind a drive letter."""
    paths: list[str] = []
    for part in re.split("[:;]", text):
        if paths and len(paths[-1]) == 1 and paths[-1].isalpha():
            paths[-1] += f":{part}"
        else:
            paths.append(part.strip())
    return [path for path in paths if path]


def unreadable_expiry(raw: str) -> str:
    """The sentence about an expiry that is no date."""
    return say("The expiry “%(date)s” is not a date of the form dd-mmm-yyyy. It is shown as unknown.", date=shown(raw))
