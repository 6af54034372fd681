"""The intents that are no service; every other intent is the id of one."""

GENERAL = frozenset((
    "ask_aspect dossier_status greet thanks goodbye help list_services human_agent complaint vneid_account portal_account "
    "online_payment bot_identity affirm deny change_language out_of_scope").split())
