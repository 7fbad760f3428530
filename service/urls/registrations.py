"""Routes of registrations."""

urlpatterns: list = []
