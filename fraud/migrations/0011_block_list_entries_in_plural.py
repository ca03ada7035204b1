from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("fraud", "0010_policies_move_forward")]

    operations = [
        migrations.AlterModelOptions(
            name="blocklistentry",
            options={
                "permissions": [("edit_block_list", "Can add to the block list and remove from it")],
                "verbose_name_plural": "block list entries",
            },
        ),
    ]
