"""Buttons under a reply, edited messages and the message menu."""

from tools.demo_model.dialogue import Exchange, Scene

_HANDLING: tuple[tuple[str, str], ...] = (
    (
        "what (are|do) (the|these|those|your) buttons (for|do|mean)[ under your (reply|message)]?|"
        "(what|which) buttons (are there|do you have|can i press)?|explain the buttons.|"
        "(tell|show) me (what the buttons do|about the buttons|the buttons).|how do (the|your) buttons work?",
        "Under my reply: Stop while I write; when it is done Regenerate, Continue and Delete.",
    ),
    (
        "(how do i|how can i|can i|how to) (make|get|let) you (continue|go on|keep (writing|going)|"
        "write more|finish)?|your (answer|reply) (was cut off|stopped|is not finished|ends too early)[, "
        "what now|, go on]?|(continue|go on|keep going|write more)[, please].|(can|could) you (continue|"
        "go on|"
        "finish (that|your answer))?|what does [the] continue [button] do?|what is the continue button for?",
        "Press the Continue button under my reply, and I go on writing it.",
    ),
    (
        "(how do i|how can i|can i|how to) (delete|remove|get rid of) (your|a|the|this|that|"
        "one of your) (reply|"
        "answer|message|response)?|(delete|remove) (your|that|this|the last) (reply|answer|message).|"
        "what does [the] delete [button] do?|what is the delete button for?",
        "Press the Delete button under my reply, and it goes away.",
    ),
    (
        "what (happens|do you do) (if|when) i (edit|change|correct) my (message|question)?|(can|may) i (edit|"
        "change|correct) my (message|question)?|i (made a typo|edited my message|"
        "wrote it wrong)[, what now]?|"
        "(do|will) you (notice|see) (edits|when i edit)?|how do i (correct|edit|change) my question?|"
        "what (happens|do you do) (if|when) i delete my (message|question)?|(can|may) i delete my "
        "(message|question)?",
        "Edit your message and I answer it anew; delete it and I cancel my reply.",
    ),
    (
        "(how do i|how can i|can i|how to) (make|get|let|have) you (answer|reply to) (a|another|an old|this|"
        "somebody's|someone's|a friend's|somebody else's|someone else's|an older) message?|"
        "what (does|is) [the] answer this [menu] [do|for]?|(is there|do you have) a (message|context) menu?|"
        "what is in the (message|context|right-click) menu?|what (is|are) [under] apps [for]?|"
        "(can|could) you answer (his|her|that|another|this) message?",
        "Right-click the message, then Apps: Answer this, or Summarize from here.",
    ),
)


def handling(scene: Scene) -> list[Exchange]:
    """Somebody asks for buttons, edited messages or the message menu."""
    asked, reply = scene.rng.choice(_HANDLING)
    return [Exchange(scene.user(asked), scene.say(reply))]
