"""The gateway: the websocket that tells clients what happens.

gateway.py       every connection; drops and closes them on demand
connection.py    one websocket connection: the protocol
session.py       what an identified client is owed, across connections; IDENTIFY and RESUME
intents.py       which events a client gets
compression.py   how messages are packed
"""
