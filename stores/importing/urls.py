from django.urls import path

from stores.importing import views

urlpatterns = [
    path("", views.imports, name="stores_imports"),
    path("<uuid:job_id>/", views.show, name="stores_import"),
    path("<uuid:job_id>/correct/", views.correct, name="stores_import_correct"),
    path("<uuid:job_id>/start/", views.start, name="stores_import_start"),
    path("<uuid:job_id>/cancel/", views.cancel, name="stores_import_cancel"),
    path("<uuid:job_id>/undo/", views.undo, name="stores_import_undo"),
    path("<uuid:job_id>/rejected.csv", views.rejected, name="stores_import_rejected"),
    path("<uuid:job_id>/card/", views.card, name="stores_import_card"),
    path("<uuid:job_id>/check/", views.check, name="stores_import_check"),
]
