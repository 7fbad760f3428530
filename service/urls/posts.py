"""Routes of posts."""

urlpatterns: list = []
