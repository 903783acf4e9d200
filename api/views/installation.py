"""What counts for the whole installation: the way out, and how long something is kept?"""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.requests import person
from api.serializers.installation import InstallationAsked, InstallationSerializer
from servers.installation import standings
from servers.installation_models import Setting
from servers.installation_values import InstallationRefused
from uploads.keeping_less import choose_for_installation


class InstallationSettings(Endpoint):
    """Five settings. Where an environment variable is set, it wins, and cannot be changed here."""

    permissions = {"GET": "servers.change_installation", "PATCH": "servers.change_installation"}
    http_method_names = ["get", "head", "patch"]

    @extend_schema(operation_id="installation_read", responses=InstallationSerializer)
    def get(self, request: Request) -> Response:
        """What is in force, and by whose word."""
        return Response(InstallationSerializer({"settings": standings()}).data)

    @extend_schema(operation_id="installation_change", request=InstallationAsked, responses=InstallationSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is named, all or nothing, at once. 409: something would be deleted, and `confirm` is missing."""
        form = InstallationAsked(data=request.data)
        form.is_valid(raise_exception=True)
        values, password = form.values, form.validated_data.get("proxy_password")
        if password is not None and Setting.UPLOAD_PROXY not in values:
            raise ValidationError({"proxy_password": _("Name the proxy, too.")})
        confirmed, now = form.validated_data["confirm"], timezone.now()
        try:
            choose_for_installation(values, password=password, confirmed=confirmed, by=person(request), now=now)
        except InstallationRefused as refused:
            raise ValidationError({refused.setting.lower() if refused.setting else "": str(refused)}) from refused
        return Response(InstallationSerializer({"settings": standings()}).data)
