"""What an application is told, and what the applications here have in common."""
import os

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
REDIRECT_URI = os.environ["REDIRECT_URI"]
HOST, PORT = os.environ["ADDRESS"].split(":")
DISCOVERY = ISSUER + "/.well-known/openid-configuration"
SCOPES = ["openid", "profile", "email"]


def person(claims, refreshed=False):
    """What an application shows of a user, by the names of OpenID Connect."""
    return {"subject": claims["sub"], "name": claims["name"], "email": claims["email"], "refreshed": refreshed}
