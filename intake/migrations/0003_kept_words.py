"""Keep beside a summary what it was made from, so that everybody reads it in their own language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_usage_and_observation")]

    operations = [
        migrations.AddField(
            model_name="sourcereport",
            name="kept",
            field=models.JSONField(default=list, help_text="The parts of the summary: English words, what fills them"),
        ),
    ]
