"""Until the imports outside are changed: `messages` has the class."""

from bot.sandbox.messages import Draft as Draft
