"""What a message may mean besides a service, in the order staff are shown it."""

GENERAL = (
    "ask_aspect", "dossier_status", "vneid_account", "portal_account", "online_payment", "list_services", "human_agent",
    "complaint", "greet", "thanks", "goodbye", "help", "bot_identity", "affirm", "deny", "change_language")

OUT_OF_SCOPE = "out_of_scope"

WITH_ASPECTS = "ask_aspect"
"""The one general intent that has aspects: a follow-up that names no service."""
