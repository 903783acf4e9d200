"""Which programs have a rule of their own? Their codes; every other optional program follows the common rule."""

CALL_HOME = "call_home"  # enforced while service-provider licenses are found
CEIP = "ceip"  # included in Call Home
EVENT_DATA = "event_data"  # for registered servers only
TELEMETRY = "telemetry"  # mandatory, with two ways to report
EVERYWHERE = 500  # ours: for so many servers and more, the rows of all servers are read instead of a list of them
