"""How the tables of the store came about: one revision a file, in the order of their numbers, run by alembic.

A change of tables is a change of the models in `nlpbot.assistant.store` and a new file here, ``rNNNN_what.py``.
Revisions that were released stay as they are: databases of users stand at each of them.
"""
