"""Routes of wishes."""

urlpatterns: list = []
