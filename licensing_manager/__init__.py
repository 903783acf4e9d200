"""How do the floors fit together? The wiring: settings, urls, celery and beat. Nobody imports it."""
