"""What the web server calls."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from hygie.apps.territory.selectors import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hygie.config.settings")

application = get_wsgi_application()
warm()
