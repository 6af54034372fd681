# The verbs of this project. `make run` and `make test` set everything up themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Rasa's telemetry stays off; its libraries' notes about coming versions are not ours to act on.
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONWARNINGS := ignore

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

install: .venv/.installed ## set up the environment .venv only

.venv/.installed: requirements/dev.txt scripts/install
	scripts/install .venv requirements/dev.txt 3.10

.venv-telegram/.installed: requirements/telegram-tests.txt scripts/install
	scripts/install .venv-telegram requirements/telegram-tests.txt 3.11

train: install ## train the model unless it is up to date
	$(PY) -m nlu train

run: install ## start the bot: web chat, REST channel and, with TELEGRAM_TOKEN, Telegram
	$(PY) -m bot

test: install ## set everything up and pass the tests
	scripts/test

lint: install ## check style, imports and service files
	.venv/bin/ruff check .
	.venv/bin/lint-imports
	$(PY) -m catalogue validate

eval: install ## measure understanding on the sets that are never trained on
	$(PY) -m nlu evaluate
	$(PY) -m nlu evaluate --on tests/questions --report var/understanding/questions
	$(PY) -m nlu cross-validate

tune: install ## choose the thresholds of the decision on nlu/tuning
	$(PY) -m nlu tune

bench: install ## measure speed and memory beside stock Rasa; writes bench.json
	$(PY) -m tests.bench

picture: install ## draw docs/conversation.png from the running bot (needs Chromium)
	$(PY) scripts/picture

flame: install ## draw where the time of a message goes (docs/message.svg)
	scripts/flame

audit: install ## ask for known holes in the libraries, check the manifests (needs the internet)
	scripts/audit

lock: install ## renew the pinned requirements from the .in files
	scripts/lock

.PHONY: help install train run test lint eval tune bench picture flame audit lock
