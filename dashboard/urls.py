"""Which page answers which address?"""

from django.urls import path

from dashboard.views import accounts, health, licenses, overview, programs, servers, uploads

SERVER = "servers/<uuid:guid>/"
urlpatterns = [
    path("", servers.home, name="home"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("setup/<str:secret>/", accounts.setup, name="setup"),
    path("sign-in/", accounts.sign_in, name="sign_in"),
    path("sign-out/", accounts.sign_out, name="sign_out"),
    path("account/", accounts.account, name="account"),
    path("account/tokens/<int:token_id>/revoke/", accounts.revoke, name="revoke_token"),
    path("servers/", servers.listing, name="servers"),
    path("servers/add/", servers.add, name="add_server"),
    path(SERVER, overview.overview, name="overview"),
    path(f"{SERVER}licenses/", licenses.inventory, name="licenses"),
    path(f"{SERVER}licenses/usage.csv", licenses.export, name="usage_csv"),
    path(f"{SERVER}licenses/provider/", licenses.override_provider, name="override_provider"),
    path(f"{SERVER}licenses/product/", licenses.product, name="product"),
    path(f"{SERVER}licenses/import/", licenses.import_files, name="import_files"),
    path(f"{SERVER}programs/<slug:code>/", programs.page, name="program"),
    path(f"{SERVER}programs/<slug:code>/preview/", programs.preview, name="preview"),
    path(f"{SERVER}programs/<slug:code>/preview/bundle/", programs.preview_bundle, name="preview_bundle"),
    path(f"{SERVER}uploads/", uploads.history, name="uploads"),
    path(f"{SERVER}uploads/live/", uploads.live, name="live_upload"),
    path(f"{SERVER}uploads/start/", uploads.start, name="start_upload"),
    path(f"{SERVER}uploads/<int:upload_id>/", uploads.detail, name="upload"),
    path(f"{SERVER}uploads/<int:upload_id>/retry/", uploads.retry, name="retry_upload"),
    path(f"{SERVER}uploads/<int:upload_id>/bundle/", uploads.bundle, name="upload_bundle"),
    path(f"{SERVER}uploads/<int:upload_id>/result.xml", uploads.result, name="upload_result"),
]
