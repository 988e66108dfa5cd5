"""Valkey in its three uses: Celery's broker, Django's cache, the channel layer."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest
import redis
from celery import Celery
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.core.cache.backends.redis import RedisCache

from syndicat.embarque.services import Services

pytestmark = pytest.mark.xdist_group("embarque-valkey")

TACHES = """
import os
import redis
from celery import Celery
app = Celery("essai", broker=os.environ["URL"])
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1)
valkey = redis.Redis.from_url(os.environ["URL"])

@app.task(name="double")
def double(n):
    valkey.rpush("essai-doubles", 2 * n)
"""


@pytest.fixture
def url(services: Services) -> str:
    return services.environnement()["REDIS_URL"]


def test_un_mot_de_passe_est_exige(services):
    with redis.Redis(port=services.valkey.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_deux_cents_taches_celery_passent_par_lui_et_la_file_attend_le_worker_suivant(url, tmp_path):
    (tmp_path / "taches.py").write_text(TACHES)
    env = os.environ | {"URL": url, "PYTHONPATH": str(tmp_path)}
    env.pop("DJANGO_SETTINGS_MODULE", None)  # a bare Celery: no Django in this worker
    commande = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "taches",
        "worker",
        "-c",
        "2",
        "--without-gossip",
        "--without-mingle",
    ]

    def worker() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            commande,
            cwd=tmp_path,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def attendre(combien: int) -> set[int]:
        fin = time.monotonic() + 60
        while valkey.llen("essai-doubles") < combien and time.monotonic() < fin:
            time.sleep(0.05)
        return {int(n) for n in valkey.lrange("essai-doubles", 0, -1)}

    with Celery(broker=url, set_as_current=False) as client, redis.Redis.from_url(url) as valkey:
        premier = worker()
        for n in range(100):
            client.send_task("double", args=[n])
        assert attendre(100) == {2 * n for n in range(100)}
        premier.terminate()
        assert premier.wait(30) == 0
        for n in range(100, 200):
            client.send_task("double", args=[n])  # nobody listens: they wait
        second = worker()
        try:
            assert attendre(200) == {2 * n for n in range(200)}
            assert valkey.llen("essai-doubles") == 200
        finally:
            os.killpg(second.pid, signal.SIGKILL)
            second.wait()


def test_le_cache_de_django_pose_lit_compte_et_oublie(url):
    cache = RedisCache(url, {"KEY_PREFIX": "essai"})
    cache.set("clé", {"é": [1, 2]}, timeout=60)
    assert cache.get("clé") == {"é": [1, 2]}
    assert cache.add("clé", 0) is False
    cache.set("compteur", 1)
    assert cache.incr("compteur") == 2
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    cache.set("bref", 1, timeout=1)
    time.sleep(1.2)
    assert cache.get("bref") is None
    cache.delete_many(["clé", "compteur", "a", "b"])


async def test_la_couche_de_canaux_atteint_deux_cents_abonnes_d_un_autre_processus(url):
    # Two layers stand for two processes: nothing but Valkey links them.
    emetteur = RedisPubSubChannelLayer(hosts=[url], prefix="essai")
    recepteur = RedisPubSubChannelLayer(hosts=[url], prefix="essai")
    canaux = [await recepteur.new_channel() for _ in range(200)]
    autre = await recepteur.new_channel()
    for canal in canaux:
        await recepteur.group_add("membre-a", canal)
    await recepteur.group_add("membre-b", autre)
    await emetteur.group_send("membre-a", {"type": "message", "texte": "é"})
    recus = await asyncio.wait_for(asyncio.gather(*(recepteur.receive(c) for c in canaux)), 20)
    assert recus == [{"type": "message", "texte": "é"}] * 200
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(recepteur.receive(autre), 0.3)
    await emetteur.flush()
    await recepteur.flush()
