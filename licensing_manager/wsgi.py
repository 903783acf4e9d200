"""Where does a web server enter? The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "licensing_manager.settings")

application = get_wsgi_application()
