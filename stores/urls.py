from django.urls import include, path

from stores import removal, views
from stores.exporting.views import export

urlpatterns = [
    path("", views.directory, name="stores"),
    path("add/", views.add, name="stores_add"),
    path("add/another/", views.add_another, name="stores_add_another"),
    path("delete/", removal.delete, name="stores_delete"),
    path("restore/", removal.restore, name="stores_restore"),
    path("undo/", removal.undo, name="stores_undo"),
    path("deleted/", views.deleted, name="stores_deleted"),
    path("export/", export, name="stores_export"),
    path("import/", include("stores.importing.urls")),
    path("unlock/", views.unlock, name="stores_unlock"),
    path("<uuid:store_id>/", views.edit, name="stores_edit"),
    path("<uuid:store_id>/replace/", views.replace, name="stores_replace"),
]
