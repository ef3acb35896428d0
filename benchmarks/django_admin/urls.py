"""The site's addresses."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.urls import path

from benchmarks.django_admin.server import fresh

urlpatterns = [
    path("fresh/", fresh(Path(settings.DATABASES["default"]["NAME"]).parent)),
    path("admin/", admin.site.urls),
]
