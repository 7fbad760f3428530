"""Routes of calls."""

urlpatterns: list = []
