"""The page, and the description of the API for people."""

from flask import Blueprint, render_template

from server.engines import Engines

__all__ = ["pages_blueprint"]


def pages_blueprint(engines: Engines) -> Blueprint:
    """Return the routes of what people look at."""
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    def index() -> str:
        return render_template("index.html", parts=" ".join(engines.kinds))

    @blueprint.get("/docs")
    def docs() -> str:
        from server.docs import sections
        from server.introduction import INTRODUCTION

        return render_template("docs.html", introduction=INTRODUCTION, sections=sections())

    return blueprint
