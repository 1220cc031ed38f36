"""Python Social Auth in Django: its backend for OpenID Connect, which asks discovery,
sends a nonce and verifies RS256."""
import secrets
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import include, path

from settings import CLIENT_ID, CLIENT_SECRET, HOST, ISSUER, PORT

settings.configure(
    SECRET_KEY=secrets.token_hex(), ALLOWED_HOSTS=[HOST], ROOT_URLCONF=__name__, USE_TZ=True, DEBUG_PROPAGATE_EXCEPTIONS=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "social_django"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
    AUTHENTICATION_BACKENDS=["social_core.backends.open_id_connect.OpenIdConnectAuth"],
    LOGIN_REDIRECT_URL="/",
    SOCIAL_AUTH_OIDC_OIDC_ENDPOINT=ISSUER, SOCIAL_AUTH_OIDC_KEY=CLIENT_ID, SOCIAL_AUTH_OIDC_SECRET=CLIENT_SECRET,
)
django.setup()


def home(request):
    if not request.user.is_authenticated:
        return redirect("social:begin", backend="oidc")
    social = request.user.social_auth.get()
    before = social.access_token
    from social_django.utils import load_strategy
    social.refresh_token(load_strategy(request))
    return JsonResponse({
        "subject": social.uid, "name": request.user.get_full_name(), "email": request.user.email,
        "refreshed": social.access_token != before,
    })


urlpatterns = [path("", home), path("", include("social_django.urls", namespace="social"))]

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

call_command("migrate", verbosity=0)
make_server(HOST, int(PORT), get_wsgi_application()).serve_forever()
