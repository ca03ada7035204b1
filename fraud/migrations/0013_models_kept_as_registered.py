from django.db import migrations

KEPT = ("fraud_modelfile", "fraud_modelpromotion", "fraud_shadowscore")

KEEP = "".join(
    f"""
CREATE TRIGGER {table}_kept_as_written BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in KEPT
)

LET_GO = "".join(
    f"""
DROP TRIGGER {table}_never_emptied ON {table};
DROP TRIGGER {table}_kept_as_written ON {table};
"""
    for table in KEPT
)

# Files are compressed already, or don't get smaller by it; and a file is read whole.
FORWARD = (
    KEEP
    + """
ALTER TABLE fraud_modelfile ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE fraud_modelfile ADD CONSTRAINT model_file_bounded CHECK (octet_length(content) <= 33554432);
ALTER TABLE fraud_modelfile ADD CONSTRAINT model_file_is_what_it_says
    CHECK (sha256 = encode(sha256(content), 'hex'));
CREATE FUNCTION fraud_refuse_model_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'model % is %: this change is refused', OLD.name, OLD.state
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER model_kept_as_registered BEFORE UPDATE ON fraud_modelversion FOR EACH ROW
    WHEN (
        (OLD.id, OLD.slot, OLD.name, OLD.sha256, OLD.algorithm, OLD.is_anomaly, OLD.onnx_id, OLD.trees_id, OLD.card,
         OLD.origin, OLD.registered_by_id, OLD.registered_at)
        IS DISTINCT FROM
        (NEW.id, NEW.slot, NEW.name, NEW.sha256, NEW.algorithm, NEW.is_anomaly, NEW.onnx_id, NEW.trees_id, NEW.card,
         NEW.origin, NEW.registered_by_id, NEW.registered_at)
        OR OLD.state <> NEW.state AND (NEW.state = 'candidate' OR OLD.state = 'active' AND NEW.state = 'shadow'))
    EXECUTE FUNCTION fraud_refuse_model_change();
CREATE TRIGGER model_never_deleted BEFORE DELETE ON fraud_modelversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER model_never_emptied BEFORE TRUNCATE ON fraud_modelversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE VIEW fraud_countedlabel AS
SELECT DISTINCT ON (label.decision_id)
       label.id, label.decision_id, label.is_fraud, label.kind, label.source, label.made_by_id, label.at
FROM fraud_label AS label
WHERE NOT EXISTS (
    SELECT FROM fraud_labelexclusion AS taken_out
    WHERE taken_out.reviewer_id = label.made_by_id AND taken_out.ended_at IS NULL)
ORDER BY label.decision_id, label.id DESC;
"""
)

BACKWARD = (
    """
DROP VIEW fraud_countedlabel;
DROP TRIGGER model_never_emptied ON fraud_modelversion;
DROP TRIGGER model_never_deleted ON fraud_modelversion;
DROP TRIGGER model_kept_as_registered ON fraud_modelversion;
DROP FUNCTION fraud_refuse_model_change();
ALTER TABLE fraud_modelfile DROP CONSTRAINT model_file_is_what_it_says;
ALTER TABLE fraud_modelfile DROP CONSTRAINT model_file_bounded;
ALTER TABLE fraud_modelfile ALTER COLUMN content SET STORAGE EXTENDED;
"""
    + LET_GO
)


class Migration(migrations.Migration):
    dependencies = [("fraud", "0012_models_shadows_and_training"), ("web", "0002_append_only_function")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
