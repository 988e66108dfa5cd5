"""What CI demands of its machine: PostgreSQL, Redis, RabbitMQ and Mosquitto must answer before the suite."""

import os
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import psycopg
import redis
from celery import Celery

ADRESSES = {
    "TEST_ADMIN_DATABASE_URL": "postgresql://postgres@127.0.0.1:5432/postgres",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "RABBITMQ_URL": "amqp://guest:guest@127.0.0.1:5672//",
    "MQTT_URL": "mqtt://127.0.0.1:1883",
}


def _postgresql(adresse: str) -> str:
    with psycopg.connect(adresse, connect_timeout=10) as connexion:
        if connexion.info.server_version < 150000:
            raise RuntimeError(f"version {connexion.info.server_version // 10000}, il faut 15 ou plus")
        return f"PostgreSQL {connexion.info.server_version // 10000}"


def _redis(adresse: str) -> str:
    with redis.Redis.from_url(adresse, socket_timeout=10) as client:
        return f"Redis {client.info('server')['redis_version']}"


def _rabbitmq(adresse: str) -> str:
    with Celery(broker=adresse).connection(connect_timeout=10) as connexion:
        connexion.ensure_connection(max_retries=1)
        return f"RabbitMQ {connexion.connection.server_properties.get('version', '')}"


def _mosquitto(adresse: str) -> str:
    """An MQTT 3.1.1 CONNECT by hand: the runtime has no MQTT client yet."""
    parties = urlsplit(adresse)
    with socket.create_connection((parties.hostname or "127.0.0.1", parties.port or 1883), 10) as prise:
        prise.sendall(b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x0a\x00\x02ci")
        reponse = prise.recv(4)
    if reponse[:1] != b"\x20" or reponse[3:4] != b"\x00":
        raise RuntimeError(f"réponse MQTT inattendue : {reponse!r}")
    return "MQTT 3.1.1"


EPREUVES: dict[str, Callable[[str], str]] = {
    "TEST_ADMIN_DATABASE_URL": _postgresql,
    "REDIS_URL": _redis,
    "RABBITMQ_URL": _rabbitmq,
    "MQTT_URL": _mosquitto,
}


def adresses(environnement: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Address of each service: the environment's, else the machine's usual one."""
    return {nom: environnement.get(nom) or defaut for nom, defaut in ADRESSES.items()}


def eprouver(environnement: Mapping[str, str] = os.environ) -> tuple[list[str], list[str]]:
    """What answered, and what is missing, as sentences in French."""
    presents, manques = [], []
    for nom, adresse in adresses(environnement).items():
        try:
            presents.append(f"{nom} : {EPREUVES[nom](adresse)}")
        except Exception as erreur:
            manques.append(f"{nom} ({adresse}) : {erreur}")
    return presents, manques
