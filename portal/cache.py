"""The cache on Redis, without which the portal goes on: what is not in reach counts as not kept."""

import logging
from collections.abc import Callable

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingClient(RedisCacheClient):
    """Answers like an empty cache while Redis is away; sign-in limits then count anew."""

    def add(self, key, value, timeout):
        return _or(True, super().add, key, value, timeout)

    def get(self, key, default):
        return _or(default, super().get, key, default)

    def set(self, key, value, timeout):
        return _or(None, super().set, key, value, timeout)

    def touch(self, key, timeout):
        return _or(False, super().touch, key, timeout)

    def delete(self, key):
        return _or(False, super().delete, key)

    def incr(self, key, delta):
        return _or(delta, super().incr, key, delta)

    def get_many(self, keys):
        return _or({}, super().get_many, keys)

    def has_key(self, key):
        return _or(False, super().has_key, key)

    def set_many(self, data, timeout):
        return _or(None, super().set_many, data, timeout)

    def delete_many(self, keys):
        return _or(None, super().delete_many, keys)


class ForgivingRedisCache(RedisCache):
    """Django's own Redis cache with the client above."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = ForgivingClient


def _or(absent, call: Callable, *arguments):
    try:
        return call(*arguments)
    except RedisError as error:
        logger.warning("The cache is away (%s).", type(error).__name__)
        return absent
