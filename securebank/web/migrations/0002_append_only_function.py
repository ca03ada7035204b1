from django.db import migrations

# Any app's migration may hang this function on a table whose rows are kept as written:
#   CREATE TRIGGER x BEFORE UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION refuse_change();
#   CREATE TRIGGER y BEFORE TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: its rows are kept as written', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END;
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("web", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION refuse_change();")]
