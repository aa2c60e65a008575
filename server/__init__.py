"""The web server: the only place that knows HTTP. Importing it does not import torch.

A subject a file or folder: its routes, schemas and entry in the OpenAPI document, which `openapi` collects.
`engines` and `following` serve what the home promotes; `wsgi` and `request_threads` take connections, `security` and
`errors` guard.
"""
