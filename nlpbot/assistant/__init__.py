"""The assistant: chat and fraud together, over conversations that are kept.

`assistant` is a turn, `pasted` what of a message is to be judged, `store` and its neighbours the database; `defaults`
and `apart` train what is served by default, `talk` and `commands` are the terminal.
"""
