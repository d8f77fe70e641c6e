"""The REST API: what holds for every request, and the routes by resource."""
