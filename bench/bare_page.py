"""The measure of everything: one Flask view that returns a short page."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def page() -> str:
    """A page without a template."""
    return "<!doctype html><title>Bare</title><h1>A bare page</h1>"
