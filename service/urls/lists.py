"""Routes of lists."""

urlpatterns: list = []
