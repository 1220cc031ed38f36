"""Requests-OAuthlib, as its documentation shows. It knows neither discovery nor OpenID
Connect, and sends neither a challenge nor a nonce."""
import requests
from flask import Flask, redirect, request
from requests_oauthlib import OAuth2Session

from settings import CLIENT_ID, CLIENT_SECRET, DISCOVERY, HOST, PORT, REDIRECT_URI, SCOPES, person

app = Flask(__name__)
server = requests.get(DISCOVERY).json()
session = OAuth2Session(CLIENT_ID, scope=SCOPES, redirect_uri=REDIRECT_URI)


@app.get("/")
def begin():
    url, _ = session.authorization_url(server["authorization_endpoint"])
    return redirect(url)


@app.get("/callback")
def finish():
    # It wants https, which an application on a loopback address does without.
    here = request.url.replace("http://", "https://")
    token = session.fetch_token(server["token_endpoint"], client_secret=CLIENT_SECRET, authorization_response=here)
    before = token["access_token"]
    after = session.refresh_token(server["token_endpoint"], client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    return person(session.get(server["userinfo_endpoint"]).json(), after["access_token"] != before)


app.run(HOST, int(PORT))
