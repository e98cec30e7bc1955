"""What the web server calls."""

from __future__ import annotations

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from hygie.apps.territory.warming import keep_warm, warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hygie.config.settings")

application = get_wsgi_application()
warm()
Thread(target=keep_warm, name="keep-warm", daemon=True).start()
