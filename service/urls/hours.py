"""Routes of hours."""

urlpatterns: list = []
