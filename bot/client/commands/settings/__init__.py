"""/settings: a panel in which moderators set how the bot is in their server.

controls.py   the names of its buttons and menus
pages.py      what is shown, for a policy
forms.py      the forms that open where something is to be typed
panel.py      what happens when somebody uses it
"""
